package dev.nexus.model;

import dev.nexus.contract.Usage;
import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/** Whoever asks a model: takes the answer piece by piece while it comes, and pays. Called on the asking thread alone. */
public interface Caller {

    /** What shares a provider's limits fairly with others of its kind: the job. */
    String group();

    /** Takes a piece of the answer, or the news that it begins anew. */
    void accept(ModelEvent event);

    /**
     * Asks for leave to make a call that will be paid for.
     *
     * @param model as {@code provider/model}
     * @param worstCaseUsd what it costs at most, in US dollars; null if no price is known
     * @throws ModelException with {@code budget_exhausted} if that does not fit the allowance
     */
    void reserve(String model, @Nullable BigDecimal worstCaseUsd) throws ModelException;

    /**
     * Takes note of a call that brought no whole answer and may have to be paid for all the same.
     *
     * @param model as {@code provider/model}
     * @param reason such as {@code cancelled} or {@code truncated}
     * @param estimated marked as an estimate
     */
    void charge(String model, String reason, Usage estimated);
}
