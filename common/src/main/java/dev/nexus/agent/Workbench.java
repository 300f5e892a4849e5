package dev.nexus.agent;

import dev.nexus.contract.Artefacts;
import dev.nexus.contract.EventLog;
import dev.nexus.model.LanguageModel;

/**
 * What all tasks of a process share.
 *
 * @param modelName as it is recorded
 * @param models finds others, which a replay may ask for
 */
record Workbench(
        String worker,
        String modelName,
        LanguageModel model,
        ModelNames models,
        ClaimLog claims,
        ModelCalls modelCalls,
        EventLog events,
        Artefacts artefacts) {}
