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
    private static final String ONE = worker("{'type':'collected','count':1}");
    private static final String PASSED = result("test_a", "passed");
    private static final String DONE = worker("{'type':'finished','status':0}");
    private static final String END = "{'type':'end','status':0}";

    private static String worker(String report) {
        return "{'type':'worker','report':" + report + "}";
    }

    private static String started(String test) {
        return worker("{'type':'started','test':'" + test + "'}");
    }

    private static String result(String test, String outcome) {
        return worker("{'type':'result','test':'" + test + "','outcome':'" + outcome
                + "','millis':3,'message':'why','trace':'where','files':['a.py','../b.py'],'memory':false}");
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
        TestReport report = reportOn(READY, ONE, started("test_a"), PASSED, DONE, END);

        assertThat(report.verdict()).isEqualTo(Verdict.PASSED);
        assertThat(report.durationMillis()).isEqualTo(7);
    }

    @Test
    void anyLineMissingIsNoPass() {
        List<String> lines = List.of(ONE, PASSED, DONE, END);
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
                "{'type':'garbled'}",
                "{'type':'worker','report':{'type':'result'}}",
                "{'type':'worker','report':{'type':'result','test':'x','outcome':'splendid','files':[]}}",
                "{'type':'worker','report':{'type':'unheard of'}}",
                "{'type':'worker','report':null}",
                "{'type':'worker','report':[]}",
            })
    void wordsThatNoReporterUsesAreNoPass(String line) {
        assertThat(reportOn(READY, ONE, PASSED, line, DONE, END).verdict()).isEqualTo(Verdict.CRASHED);
    }

    @Test
    void aStatusThatWasNotAnnouncedIsNoPass() {
        TestReport report = reportOn(READY, ONE, PASSED, DONE, "{'type':'end','status':3}");

        assertThat(report.verdict()).isEqualTo(Verdict.CRASHED);
        assertThat(report.message()).isEqualTo("pytest announced status 0, and ended with 3");
    }

    @Test
    void aResultTwiceIsNotTwoTests() {
        String two = worker("{'type':'collected','count':2}");

        assertThat(reportOn(READY, two, PASSED, PASSED, DONE, END).verdict()).isEqualTo(Verdict.CRASHED);
    }

    @Test
    void oneFailureAmongAllOutweighsTheStatus() {
        String two = worker("{'type':'collected','count':2}");

        assertThat(reportOn(READY, two, PASSED, result("test_b", "failed"), DONE, END)
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

        assertThat(reportOn(READY, output, ONE, PASSED, DONE, END).output()).isNull();
        assertThat(reportOn(
                                READY,
                                output,
                                ONE,
                                result("test_a", "failed"),
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
    void aSandboxThatDoesNotStartIsQuoted() {
        RunLog.Facts facts =
                logOf("bwrap: No permissions to create new namespace").facts();

        assertThat(facts.ready()).isFalse();
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
