package dev.nexus.tester;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nexus.contract.Json;
import dev.nexus.contract.TestReport;
import dev.nexus.contract.Verdict;
import dev.nexus.tester.RunReport.Ending;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Given lines of a sandbox, then a verdict; what does not add up to a pass is none. */
class RunReportTest {

    private static final String READY = "{'type':'ready'}";
    private static final String EXPECTED =
            "{'type':'expected','tests':{'test_a':1},'firm':['test_firm.py'],'canary':'::test_z'}";
    private static final String CANARY = result("::test_z", "failed");
    private static final String ONE = worker("{'type':'collected','count':1}");
    private static final String PASSED = result("test_a", "passed");
    private static final String DONE = worker("{'type':'finished','status':1}");
    private static final String END = "{'type':'end','status':1}";

    private static String worker(String report) {
        return "{'type':'worker','report':" + report + "}";
    }

    private static String started(String test) {
        return worker("{'type':'started','test':'" + test + "'}");
    }

    private static String result(String test, String outcome) {
        return worker(
                "{'type':'result','test':'" + test + "','outcome':'" + outcome
                        + "','millis':3,'message':'why','trace':'where','files':['a.py','../b.py'],'lines':['a.py:3','../b.py:1'],'memory':false}");
    }

    private static RunLog logOf(String... lines) {
        RunLog log = new RunLog(Set.of("a.py"), 1_000);
        for (String line : lines) {
            log.take(line.replace('\'', '"'));
        }
        return log;
    }

    private static TestReport reportOn(String... lines) {
        return RunReport.of(logOf(lines).facts(), Ending.BY_ITSELF, Duration.ofMillis(7), Sandboxes.SETTINGS);
    }

    @Test
    void aWholeRunIsAPass() {
        TestReport report = reportOn(READY, EXPECTED, ONE, started("test_a"), PASSED, CANARY, DONE, END);

        assertThat(report.verdict()).isEqualTo(Verdict.PASSED);
        assertThat(report.durationMillis()).isEqualTo(7);
    }

    @Test
    void anyLineMissingIsNoPass() {
        List<String> lines = List.of(EXPECTED, ONE, PASSED, CANARY, DONE, END);
        for (int missing = 0; missing < lines.size(); missing++) {
            List<String> rest = new ArrayList<>(lines);
            rest.remove(missing);

            assertThat(reportOn(rest.toArray(String[]::new)).verdict())
                    .as("without %s", lines.get(missing))
                    .isNotEqualTo(Verdict.PASSED);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'type':'tampered','why':'x'}",
                "{'type':'worker','report':{'type':'result'}}",
                "{'type':'worker','report':{'type':'result','test':'x','outcome':'splendid','files':[]}}",
                "{'type':'worker','report':{'type':'unheard of'}}",
                "{'type':'worker','report':null}",
                "{'type':'worker','report':[]}",
            })
    void wordsThatNoReporterUsesAreAForgery(String line) {
        assertThat(reportOn(READY, EXPECTED, ONE, PASSED, CANARY, line, DONE, END)
                        .verdict())
                .isEqualTo(Verdict.TAMPERED);
    }

    @ParameterizedTest
    @ValueSource(strings = {"passed", "skipped", "error"})
    void aCanaryThatDoesNotFailIsAForgery(String outcome) {
        TestReport report = reportOn(READY, EXPECTED, ONE, PASSED, result("::test_z", outcome), DONE, END);

        assertThat(report.verdict()).isEqualTo(Verdict.TAMPERED);
        assertThat(report.message()).isEqualTo("a test that must fail did not");
        assertThat(report.tests()).isEmpty();
    }

    @Test
    void aTestThatItsFilePromisesAndThatDidNotRunIsNoPass() {
        String promise = EXPECTED.replace("'test_a':1", "'test_a':1,'test_b':1");

        TestReport report = reportOn(READY, promise, ONE, PASSED, CANARY, DONE, END);

        assertThat(report.verdict()).isEqualTo(Verdict.ERROR);
        assertThat(report.message())
                .isEqualTo("test_b stands in its file as a test, and did not run as often as it says there");
    }

    @Test
    void aParametrizedTestHasToRunAsOftenAsItSays() {
        String promise = EXPECTED.replace("'test_a':1", "'test_a':2");
        String two = worker("{'type':'collected','count':2}");

        assertThat(reportOn(READY, promise, ONE, result("test_a[1]", "passed"), CANARY, DONE, END)
                        .verdict())
                .isEqualTo(Verdict.ERROR);
        assertThat(reportOn(
                                READY,
                                promise,
                                two,
                                result("test_a[1]", "passed"),
                                result("test_a[2]", "passed"),
                                CANARY,
                                DONE,
                                END)
                        .verdict())
                .isEqualTo(Verdict.PASSED);
    }

    @Test
    void aTestThatNothingInItsFileSkipsIsNotSkipped() {
        String two = worker("{'type':'collected','count':2}");

        TestReport report =
                reportOn(READY, EXPECTED, two, PASSED, result("test_firm.py::test_b", "skipped"), CANARY, DONE, END);

        assertThat(report.verdict()).isEqualTo(Verdict.TAMPERED);
        assertThat(report.message()).isEqualTo("test_firm.py::test_b was skipped, and nothing in its file skips tests");
    }

    @Test
    void whatATestPrintedBelongsToIt() {
        String two = worker("{'type':'collected','count':2}");
        String early = "{'type':'output','bytes':5,'text':'early'}";
        String hint = "{'type':'output','bytes':4,'text':'\\u001b[1mhint'}";

        TestReport report = reportOn(
                READY,
                EXPECTED,
                two,
                early,
                started("test_a"),
                hint,
                PASSED,
                started("test_b"),
                result("test_b", "failed"));

        assertThat(report.tests()).extracting(TestReport.Result::output).containsExactly("hint", null);
        assertThat(report.tests()).extracting(TestReport.Result::lines).containsOnly(List.of("a.py:3"));
        assertThat(report.totals()).isEqualTo(new TestReport.Totals(1, 1, 0, 0));
    }

    @Test
    void aStatusThatWasNotAnnouncedIsNoPass() {
        TestReport report = reportOn(READY, EXPECTED, ONE, PASSED, CANARY, DONE, "{'type':'end','status':3}");

        assertThat(report.verdict()).isEqualTo(Verdict.CRASHED);
        assertThat(report.message()).isEqualTo("pytest announced status 1, and ended with 3");
    }

    @Test
    void aResultTwiceIsNotTwoTests() {
        String two = worker("{'type':'collected','count':2}");

        assertThat(reportOn(READY, EXPECTED, two, PASSED, PASSED, CANARY, DONE, END)
                        .verdict())
                .isEqualTo(Verdict.CRASHED);
    }

    @Test
    void oneFailureAmongAllOutweighsTheStatus() {
        String two = worker("{'type':'collected','count':2}");

        assertThat(reportOn(READY, EXPECTED, two, PASSED, result("test_b", "failed"), CANARY, DONE, END)
                        .verdict())
                .isEqualTo(Verdict.FAILED);
    }

    @Test
    void filesThatTheJobDoesNotHaveAreDropped() {
        TestReport report = reportOn(READY, ONE, result("test_a", "failed"));

        assertThat(report.tests().getFirst().files()).containsExactly("a.py");
    }

    @Test
    void theTestThatWasRunningIsAFailure() {
        RunLog log = logOf(READY, ONE, started("test_a"));

        TestReport report = RunReport.of(log.facts(), Ending.TIME_LIMIT, Duration.ofSeconds(30), Sandboxes.SETTINGS);

        assertThat(report.verdict()).isEqualTo(Verdict.TIMEOUT);
        assertThat(report.failures())
                .singleElement()
                .satisfies(test -> assertThat(test.id()).isEqualTo("test_a"));
    }

    @Test
    void aSignalIsNamed() {
        TestReport report = reportOn(READY, ONE, started("test_a"), "{'type':'end','status':-11}");

        assertThat(report.verdict()).isEqualTo(Verdict.CRASHED);
        assertThat(report.message())
                .isEqualTo("signal 11 ended the test run before pytest was done, while test_a was running");
    }

    @Test
    void outputIsToldWhereNoResultExplainsTheEnd() {
        String output = "{'type':'output','bytes':4,'text':'hint'}";

        assertThat(reportOn(READY, EXPECTED, output, ONE, PASSED, CANARY, DONE, END)
                        .output())
                .isNull();
        assertThat(reportOn(
                                READY,
                                EXPECTED,
                                output,
                                ONE,
                                result("test_a", "failed"),
                                CANARY,
                                worker("{'type':'finished','status':1}"),
                                "{'type':'end','status':1}")
                        .output())
                .isNull();
        assertThat(reportOn(READY, output, ONE).output()).isEqualTo("hint");
    }

    @Test
    void outputHasALimitInBytes() {
        RunLog log = logOf(READY);

        assertThat(log.take("{\"type\":\"output\",\"bytes\":1000,\"text\":\"x\"}"))
                .isTrue();
        assertThat(log.take("{\"type\":\"output\",\"bytes\":1,\"text\":\"x\"}")).isFalse();
    }

    @Test
    void whatOthersThanTheRefereeSayIsKept() {
        RunLog.Facts facts =
                logOf("bwrap: No permissions to create new namespace").facts();

        assertThat(facts.diagnosis()).isEqualTo("bwrap: No permissions to create new namespace");
    }

    @Test
    void aHugeReportKeepsItsFailuresAndFitsIntoAnEvent() {
        List<String> lines = new ArrayList<>(List.of(READY));
        String trace = String.join("", Collections.nCopies(100, "é😀 trace "));
        for (int i = 0; i < 5_000; i++) {
            String outcome = i % 10 == 0 ? "failed" : "passed";
            lines.add(result("test_" + i, outcome).replace("where", trace));
        }

        TestReport report = reportOn(lines.toArray(String[]::new));

        assertThat(report.failures()).hasSize(500);
        assertThat(report.tests()).hasSizeBetween(1_000, 4_999);
        assertThat(report.message()).endsWith("more results have no room in this report");
        assertThat(Json.write(report)).hasSizeLessThan(900_000);
    }
}
