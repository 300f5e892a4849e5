package dev.nexus.agent;

import dev.nexus.contract.ErrorCode;
import dev.nexus.contract.ErrorInfo;
import dev.nexus.contract.LedgerEntry;
import dev.nexus.contract.ModelCall;
import dev.nexus.contract.ModelCharge;
import dev.nexus.contract.Terms;
import dev.nexus.contract.Usage;
import dev.nexus.contract.Usd;
import dev.nexus.model.ModelException;
import java.math.BigDecimal;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What an attempt has spent, and whether it may spend more. It answers for the lost attempts before it, too: for those
 * whose result the job's usage does not have, and never will.
 */
final class Purse {

    private final @Nullable BigDecimal allowance;
    private final int settled;
    private final int attempt;
    private List<LedgerEntry> takenOver = List.of();
    private boolean knowing;
    private boolean hasReserved;
    private Usage own = Usage.NONE;
    private Usage guessed = Usage.NONE;

    /** @param terms of the order; null if it has none, and so nothing to answer for */
    Purse(@Nullable Terms terms, int attempt) {
        this.allowance = terms == null ? null : terms.allowanceUsd();
        this.settled = terms == null ? attempt - 1 : terms.settled();
        this.attempt = attempt;
        this.knowing = settled >= attempt - 1;
    }

    /** Whether it was told what the lost attempts before it have spent; there may be none. */
    boolean knowsWhatWasSpent() {
        return knowing;
    }

    /** Takes in what the task has on record; to be told again with more on it. */
    void takeOver(List<LedgerEntry> recorded) {
        takenOver = recorded.stream()
                .filter(entry -> entry.attempt() > settled && entry.attempt() < attempt)
                .toList();
        knowing = true;
    }

    void pay(Usage more) {
        own = own.plus(more);
    }

    /** Of this attempt, with what those before it cost; their calls are not its calls. */
    Usage usage() {
        Usage before = takenOver.stream()
                .map(LedgerEntry::usage)
                .reduce(Usage.NONE, Usage::plus)
                .counting(0, 0);
        return own.plus(before).plus(guessed);
    }

    /**
     * Asks for leave to make a call. The first one tells also what a call may have cost that a lost attempt was in when it
     * was lost: each that has no reply to this question on record, nor that it was cancelled, is taken to have been
     * in one.
     *
     * @param question the number of the question in its task
     * @param worstCaseUsd what the call may cost at most; null if nobody knows
     * @throws ModelException with {@code budget_exhausted} if that does not fit what is left
     */
    void reserve(int question, String model, @Nullable BigDecimal worstCaseUsd) throws ModelException {
        if (allowance == null) {
            return;
        }
        if (worstCaseUsd == null) {
            throw exhausted("no price of " + model + " is known, and so nobody can say whether a call fits the budget;"
                    + " set it under nexus.models.prices, or leave options.budgetUsd out");
        }
        if (!hasReserved) {
            hasReserved = true;
            guessed = estimate(worstCaseUsd.multiply(BigDecimal.valueOf(attemptsPerhapsIn(question))));
        }
        BigDecimal left = allowance.subtract(usage().costUsd());
        if (worstCaseUsd.compareTo(left) > 0) {
            throw exhausted("the next call to " + model + " may cost up to " + Usd.text(worstCaseUsd) + ", and "
                    + Usd.text(left.max(BigDecimal.ZERO)) + " of the task's allowance of " + Usd.text(allowance)
                    + " are left; raise options.budgetUsd");
        }
    }

    private int attemptsPerhapsIn(int question) {
        Set<Integer> through = new HashSet<>();
        for (LedgerEntry entry : takenOver) {
            if (entry.ordinal() == question && isLastWord(entry)) {
                through.add(entry.attempt());
            }
        }
        return Math.max(0, attempt - 1 - settled - through.size());
    }

    /** Behind any other charge the model may have been asked once more. */
    private static boolean isLastWord(LedgerEntry entry) {
        return switch (entry) {
            case ModelCall _ -> true;
            case ModelCharge charge -> charge.reason().equals("cancelled");
        };
    }

    private static Usage estimate(BigDecimal usd) {
        return usd.signum() == 0 ? Usage.NONE : new Usage(0, 0, 0, 0, usd, null, null, null, usd);
    }

    private static ModelException exhausted(String message) {
        return new ModelException(new ErrorInfo(ErrorCode.BUDGET_EXHAUSTED, message, false));
    }
}
