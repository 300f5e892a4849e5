package dev.nexus.gateway.job;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nexus.contract.TestReport;
import dev.nexus.contract.TestReport.Outcome;
import dev.nexus.contract.Verdict;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class FailureSignatureTest {

    private static final String TRACE = """
            >       assert div(1, 0) == 3
            E       assert None == 3

            tests/test_calc.py:11: AssertionError""";
    private static final TestReport.Result FAILED = failed("assert None == 3", TRACE);
    private static final FailureSignature SIGNATURE = FailureSignature.of(report(FAILED));

    @Test
    void timesOrderAndWhatPassedDoNotCount() {
        var slow = new TestReport.Result(FAILED.id(), Outcome.FAILED, 900, FAILED.message(), TRACE, List.of("b.py"));
        var passed = new TestReport.Result("tests/test_calc.py::test_a", Outcome.PASSED, 1, null, null, List.of());

        assertThat(FailureSignature.of(report(passed, slow))).isEqualTo(SIGNATURE);
    }

    @Test
    void whereAnObjectLiesInMemoryDoesNotCount() {
        var one = failed("<Node object at 0x7f669e823590> is not None", TRACE);
        var other = failed("<Node object at 0x7f669f159790> is not None", TRACE);

        assertThat(FailureSignature.of(report(one))).isEqualTo(FailureSignature.of(report(other)));
    }

    @Test
    void whereTheMendedFilesRaiseDoesNotCount() {
        var one = failed("ValueError: no", TRACE + "\ncalc.py:9: ValueError");
        var other = failed("ValueError: no", TRACE + "\ncalc.py:12: ValueError");

        assertThat(FailureSignature.of(report(one))).isEqualTo(FailureSignature.of(report(other)));
    }

    static List<TestReport> others() {
        return List.of(
                report(failed("assert None == 4", TRACE)),
                report(failed("assert None == 3", TRACE.replace(":11:", ":12:"))),
                report(new TestReport.Result(
                        "tests/test_calc.py::test_b", Outcome.FAILED, 1, "assert None == 3", TRACE, List.of())),
                report(new TestReport.Result(FAILED.id(), Outcome.ERROR, 1, "assert None == 3", TRACE, List.of())),
                report(FAILED, FAILED, failed("another", null)),
                new TestReport(Verdict.CRASHED, List.of(FAILED), 5, null, null),
                new TestReport(Verdict.FAILED, List.of(FAILED), 5, "signal 11 ended the test run", null));
    }

    @ParameterizedTest
    @MethodSource("others")
    void anotherFailureIsAnother(TestReport other) {
        assertThat(FailureSignature.of(other)).isNotEqualTo(SIGNATURE);
    }

    private static TestReport report(TestReport.Result... tests) {
        return new TestReport(Verdict.FAILED, List.of(tests), 5, null, null);
    }

    private static TestReport.Result failed(String message, String trace) {
        return new TestReport.Result(
                "tests/test_calc.py::test_div", Outcome.FAILED, 1, message, trace, List.of("calc.py"));
    }
}
