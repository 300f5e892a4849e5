package dev.nexus.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.nexus.contract.ErrorCode;
import dev.nexus.contract.Fidelity;
import dev.nexus.contract.LedgerEntry;
import dev.nexus.contract.ModelCall;
import dev.nexus.contract.ModelCharge;
import dev.nexus.contract.TaskId;
import dev.nexus.contract.Terms;
import dev.nexus.contract.Usage;
import dev.nexus.model.ModelException;
import java.math.BigDecimal;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class PurseTest {

    private static final String MODEL = "acme/large";

    @Test
    void aCallThatFitsWhatIsLeftIsAllowed() {
        Purse purse = new Purse(allowing("0.10", 0), 1);
        purse.pay(cost("0.04"));

        assertThatCode(() -> purse.reserve(2, MODEL, usd("0.06"))).doesNotThrowAnyException();
    }

    @Test
    void aCallThatMightCostMoreThanIsLeftIsRefusedWithTheSums() {
        Purse purse = new Purse(allowing("0.10", 0), 1);
        purse.pay(cost("0.04"));

        ModelException refusal = refusal(purse, 2, usd("0.0601"));

        assertThat(refusal.error().code()).isEqualTo(ErrorCode.BUDGET_EXHAUSTED);
        assertThat(refusal.error().retryable()).isFalse();
        assertThat(refusal)
                .hasMessage(
                        "the next call to acme/large may cost up to 0.0601 USD, and 0.06 USD of the task's allowance of"
                                + " 0.1 USD are left; raise options.budgetUsd");
    }

    @Test
    void aModelWithoutAKnownPriceIsRefusedUnderABudget() {
        ModelException refusal = refusal(new Purse(allowing("0.10", 0), 1), 1, null);

        assertThat(refusal.error().code()).isEqualTo(ErrorCode.BUDGET_EXHAUSTED);
        assertThat(refusal).hasMessageContainingAll(MODEL, "nexus.models.prices", "options.budgetUsd");
    }

    @Test
    void withoutABudgetNothingIsRefused() {
        Purse unlimited = new Purse(null, 1);

        assertThatCode(() -> unlimited.reserve(1, MODEL, null)).doesNotThrowAnyException();
        assertThatCode(() -> unlimited.reserve(1, MODEL, usd("1000"))).doesNotThrowAnyException();
    }

    @Test
    void whatCostsNothingIsAllowedWithNothingLeft() {
        Purse purse = new Purse(allowing("0", 0), 1);

        assertThatCode(() -> purse.reserve(1, MODEL, usd("0"))).doesNotThrowAnyException();
    }

    @Test
    void whatLostAttemptsHaveOnRecordIsSpent() {
        Purse purse = new Purse(allowing("0.10", 0), 3);
        purse.takeOver(List.of(call(1, 1, "0.03"), charge(1, 2, "cancelled", "0.01"), call(2, 2, "0.02")));

        assertThat(purse.usage().costUsd()).isEqualByComparingTo("0.06");
        assertThat(refusal(purse, 2, usd("0.05"))).hasMessageContaining("0.04 USD of the task's allowance");
    }

    @Test
    void whatIsSettledAlreadyIsNotCountedAgain() {
        Purse purse = new Purse(allowing("0.10", 1), 3);

        purse.takeOver(List.of(call(1, 1, "0.03"), call(2, 1, "0.02"), call(3, 2, "0.05")));

        assertThat(purse.usage().costUsd()).isEqualByComparingTo("0.02");
    }

    @Test
    void theCallsOfLostAttemptsAreNotItsCalls() {
        Purse purse = new Purse(allowing("0.10", 0), 2);
        purse.takeOver(List.of(call(1, 1, "0.03")));

        purse.pay(new Usage(0, 1, 0, 0, BigDecimal.ZERO));

        assertThat(purse.usage()).isEqualTo(new Usage(0, 1, 100, 50, usd("0.03")));
    }

    @Test
    void eachLostAttemptWithNothingOnRecordForTheFirstPaidQuestionCountsAsOneCallMore() throws ModelException {
        Purse purse = new Purse(allowing("0.10", 0), 4);
        purse.takeOver(List.of(call(1, 1, "0.01"), charge(3, 2, "cancelled", "0.01")));

        purse.reserve(2, MODEL, usd("0.02"));
        purse.reserve(3, MODEL, usd("0.02"));

        assertThat(purse.usage().costUsd()).isEqualByComparingTo("0.06");
        assertThat(purse.usage().estimatedUsd()).isEqualByComparingTo("0.05");
    }

    @Test
    void aCallThatBrokeOffMayHaveBeenFollowedByAnother() throws ModelException {
        Purse purse = new Purse(allowing("0.10", 0), 2);
        purse.takeOver(List.of(charge(1, 1, "truncated", "0.01")));

        purse.reserve(1, MODEL, usd("0.02"));

        assertThat(purse.usage().costUsd()).isEqualByComparingTo("0.03");
    }

    @Test
    void theGuessCanBeWhatNoCallFitsBeside() {
        Purse purse = new Purse(allowing("0.03", 0), 2);
        purse.takeOver(List.of());

        ModelException refusal = refusal(purse, 1, usd("0.02"));

        assertThat(refusal).hasMessageContaining("0.01 USD of the task's allowance of 0.03 USD are left");
        assertThat(purse.usage().costUsd()).as("told with the failure").isEqualByComparingTo("0.02");
    }

    @Test
    void anAttemptKnowsWhatWasSpentOnceItWasToldUnlessNobodyWasLost() {
        Purse after = new Purse(allowing("0.10", 0), 2);
        assertThat(after.knowsWhatWasSpent()).isFalse();

        after.takeOver(List.of());

        assertThat(after.knowsWhatWasSpent()).isTrue();
        assertThat(new Purse(allowing("0.10", 1), 2).knowsWhatWasSpent()).isTrue();
        assertThat(new Purse(null, 3).knowsWhatWasSpent()).isTrue();
    }

    private static ModelException refusal(Purse purse, int question, @Nullable BigDecimal worstCase) {
        return catchThrowableOfType(ModelException.class, () -> purse.reserve(question, MODEL, worstCase));
    }

    private static Terms allowing(String usd, int settled) {
        return new Terms(usd(usd), settled, null);
    }

    private static LedgerEntry call(int attempt, int ordinal, String usd) {
        return new ModelCall(
                "key" + ordinal,
                TaskId.plan(),
                attempt,
                ordinal,
                MODEL,
                "1",
                "",
                List.of(),
                "",
                "end",
                cost(usd),
                Fidelity.IMPLEMENTATION,
                1);
    }

    private static LedgerEntry charge(int attempt, int ordinal, String reason, String usd) {
        return new ModelCharge(
                TaskId.plan(),
                attempt,
                ordinal,
                MODEL,
                reason,
                new Usage(0, 0, 10, 5, usd(usd), null, null, null, usd(usd)));
    }

    private static Usage cost(String usd) {
        return new Usage(1, 0, 100, 50, usd(usd));
    }

    private static BigDecimal usd(String usd) {
        return new BigDecimal(usd);
    }
}
