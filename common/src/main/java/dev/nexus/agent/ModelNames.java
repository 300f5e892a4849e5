package dev.nexus.agent;

import dev.nexus.contract.ErrorCode;
import dev.nexus.contract.ErrorInfo;
import dev.nexus.model.ModelException;
import dev.nexus.model.Models;

/** Finds a model by its name. */
@FunctionalInterface
public interface ModelNames {

    /** None but the configured one. */
    ModelNames NONE = name -> {
        throw new ModelException(
                new ErrorInfo(ErrorCode.INVALID_REQUEST, "this worker knows no model '" + name + "'", false));
    };

    /**
     * @param name as in the settings of an agent type; several with commas between are tried in turn
     * @throws ModelException if there is none, saying which setting is missing
     */
    Models.Chosen named(String name) throws ModelException;
}
