package dev.nexus.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nexus.contract.JobEvent;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The command line against a gateway on a real port: what it prints, what it asks for, and its exit codes. */
@Timeout(60)
class NexusTest {

    private static final String PASSED =
            "\"fidelity\":\"implementation\",\"report\":{\"verdict\":\"passed\",\"durationMillis\":20,\"tests\":["
                    + "{\"id\":\"test_a.py::test_one\",\"outcome\":\"passed\",\"durationMillis\":3}]}";
    private static final String FAILED = "\"report\":{\"verdict\":\"failed\",\"durationMillis\":20,\"tests\":["
            + "{\"id\":\"test_a.py::test_one\",\"outcome\":\"passed\",\"durationMillis\":3},"
            + "{\"id\":\"test_a.py::test_two\",\"outcome\":\"failed\",\"durationMillis\":4,"
            + "\"message\":\"assert 1 == 2\"}]},"
            + "\"error\":{\"code\":\"tests_failed\",\"message\":\"1 test fails after 2 repairs\",\"retryable\":false}";

    @TempDir
    private Path folder;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private FakeGateway server;

    @BeforeEach
    void start() throws IOException {
        server = new FakeGateway();
        for (JobEvent event : SampleJob.events()) {
            server.event(event);
        }
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void runShowsTheTestsAndWritesTheFiles() {
        server.file("roman.py", "x = 1\n").job("completed", PASSED);

        int code = nexus("run", "Roman numerals");

        assertThat(code).isEqualTo(ExitCode.PASSED);
        assertThat(folder.resolve("nexus-out/" + FakeGateway.JOB + "/roman.py")).hasContent("x = 1\n");
        assertThat(out.toString())
                .contains("   0.2 s  plan             started")
                .endsWith("""

                          passed   test_a.py::test_one  3 ms

                        tests    1 passed
                        verdict  passed
                        job      %s completed
                        time     4.2 s
                        files    1 file in nexus-out/%s/
                        """.formatted(FakeGateway.JOB, FakeGateway.JOB));
        assertThat(err.toString()).isEmpty();
        assertThat(server.requests).contains("POST /jobs {\"kind\":\"pipeline\",\"spec\":\"Roman numerals\"}");
    }

    @Test
    void whatAJobUsedIsTold() {
        server.file("roman.py", "x = 1\n")
                .job(
                        "completed",
                        PASSED + ",\"usage\":{\"calls\":4,\"reused\":0,\"inputTokens\":1834,\"outputTokens\":957,"
                                + "\"costUsd\":0.0123,\"estimatedUsd\":0.004}");

        nexus("run", "Roman numerals");

        assertThat(out.toString()).contains("""
                time     4.2 s
                tokens   1834 in, 957 out
                cost     0.0123 USD, 0.004 USD of it estimated
                files    1 file""");
    }

    @Test
    void runTakesTheSpecificationFromAFileAndWritesWhereItIsTold() throws IOException {
        Files.writeString(folder.resolve("spec.md"), "Römische Zahlen");
        server.file("roman.py", "").job("completed", PASSED);

        int code = nexus("run", "-f", "spec.md", "--out", "here");

        assertThat(code).isEqualTo(ExitCode.PASSED);
        assertThat(folder.resolve("here/roman.py")).exists();
        assertThat(server.requests).anyMatch(request -> request.contains("\"spec\":\"Römische Zahlen\""));
    }

    @Test
    void failedTestsAreShownWithTheirMessage() {
        server.job("failed", FAILED);

        int code = nexus("watch", FakeGateway.JOB);

        assertThat(code).isEqualTo(ExitCode.TESTS_FAILED);
        assertThat(out.toString()).contains("""
                          failed   test_a.py::test_two  4 ms
                                   assert 1 == 2

                        tests    1 passed, 1 failed
                        verdict  failed
                        """).contains("failed: 1 test fails after 2 repairs (tests_failed)\n");
    }

    @Test
    void itIsShownHowManyTestsProveSomething() {
        server.job(
                "completed",
                PASSED + ",\"testQuality\":{\"tests\":6,\"meaningful\":2,\"vacuous\":[\"test_a.py::test_one\","
                        + "\"test_a.py::test_two\",\"test_a.py::test_6\",\"test_a.py::test_7\"]}");

        nexus("watch", FakeGateway.JOB);

        assertThat(out.toString()).contains("""
                        tests    1 passed
                        quality  2 of 6 tests are meaningful; vacuous: test_a.py::test_one, test_a.py::test_two,\
                         test_a.py::test_6 and 1 more
                        verdict  passed
                        """);
    }

    @Test
    void eachRoundIsShownWithHowManyTestsPassed() {
        server.job(
                "failed",
                FAILED + ",\"bestRound\":0,\"rounds\":[{\"round\":0,\"verdict\":\"failed\",\"passed\":1,\"failed\":1},"
                        + "{\"round\":1,\"verdict\":\"failed\",\"passed\":0,\"failed\":2},{\"round\":2}]");

        nexus("watch", FakeGateway.JOB);

        assertThat(out.toString()).contains("""

                        round 0  1 of 2 tests passed, the best
                        round 1  0 of 2 tests passed
                        round 2  not tested
                        tests    1 passed, 1 failed
                        """);
    }

    @Test
    void clientsGetTheRightToTheirGroup() {
        int code = nexus("acls", "--prefix", "team-a.", "--client-group", "my-app");

        assertThat(code).isEqualTo(ExitCode.PASSED);
        assertThat(out.toString()).contains("""
                allow User:client --operation Read \\
                  --topic team-a.job-events \\
                  --topic team-a.job-artefacts \\
                  --group my-app
                """);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            acls   | --client-group | a b | --client-group has letters, digits, '.', '_' and '-' here, and is not empty
            topics | --copies       | 0   | --copies is 0; it is from 1 to 9
            topics | --copies       | 10  | --copies is 10; it is from 1 to 9
            """)
    void whatWouldMakeNoCommandIsRefused(String command, String option, String value, String message) {
        int code = nexus(command, option, value);

        assertThat(code).isEqualTo(ExitCode.USAGE);
        assertThat(err.toString()).isEqualTo("nexus: " + message + "\n");
        assertThat(out.toString()).isEmpty();
    }

    @Test
    void aScaffoldIsNoSuccess() {
        server.job("completed", "\"fidelity\":\"scaffold\",\"notice\":\"the offline model cannot do this; set X\"");

        int code = nexus("run", "An operating system");

        assertThat(code).isEqualTo(ExitCode.FAILED);
        assertThat(out.toString()).endsWith("""
                        SCAFFOLD ONLY: these files are stubs, nothing in them is implemented.
                        the offline model cannot do this; set X
                        """);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    failed    | "error":{"code":"worker_lost","message":"gone","retryable":true} | 3
                    failed    | "error":{"code":"no_progress","message":"x","retryable":false}   | 1
                    cancelled | "notice":"x"                                                     | 3
                    completed | "notice":"x"                                                     | 0
                    completed | "report":{"verdict":"timeout","tests":[],"durationMillis":9}     | 1
                    completed | "report":{"verdict":"tampered","tests":[],"durationMillis":9}    | 1
                    completed | "report":{"verdict":"no_tests","tests":[],"durationMillis":9}    | 1
                    """)
    void theExitCodeSaysHowTheJobEnded(String status, String more, int code) {
        server.job(status, more);

        assertThat(nexus("watch", FakeGateway.JOB)).isEqualTo(code);
    }

    @Test
    void submitPrintsTheIdAlone() {
        server.job("queued", "");

        assertThat(nexus("submit", "A spec", "--kind", "plan")).isEqualTo(ExitCode.PASSED);

        assertThat(out.toString()).isEqualTo(FakeGateway.JOB + "\n");
        assertThat(server.requests).contains("POST /jobs {\"kind\":\"plan\",\"spec\":\"A spec\"}");
    }

    @Test
    void jobsAreListedOnePerLine() {
        server.job("completed", "\"fidelity\":\"scaffold\"");

        assertThat(nexus("jobs")).isEqualTo(ExitCode.PASSED);

        assertThat(out.toString())
                .isEqualTo(FakeGateway.JOB + "  2026-01-01T00:00:00Z  pipeline  completed (scaffold)  A spec\n");
    }

    @Test
    void cancelAsksForIt() {
        server.answer("POST /jobs/" + FakeGateway.JOB + "/cancel", 202, "{}");

        assertThat(nexus("cancel", FakeGateway.JOB)).isEqualTo(ExitCode.PASSED);

        assertThat(server.requests).contains("POST /jobs/" + FakeGateway.JOB + "/cancel");
    }

    @Test
    void approveNamesThePlanThatTheJobShows() {
        server.job("awaiting_approval", "\"planHash\": \"abc\"");
        server.answer("POST /jobs/" + FakeGateway.JOB + "/approve", 200, "{}");

        assertThat(nexus("approve", FakeGateway.JOB)).isEqualTo(ExitCode.PASSED);

        assertThat(out.toString()).isEqualTo("approved the plan of " + FakeGateway.JOB + "\n");
        assertThat(server.requests).contains("POST /jobs/" + FakeGateway.JOB + "/approve {\"planHash\":\"abc\"}");
    }

    @Test
    void approveSendsTheEditedPlan() throws IOException {
        Files.writeString(
                folder.resolve("plan.json"),
                "{\"summary\":\"S\",\"language\":\"python\",\"steps\":[{\"id\":\"a\",\"title\":\"A\",\"files\":[\"a.py\"]}]}");
        server.job("awaiting_approval", "\"planHash\": \"abc\"");
        server.answer("POST /jobs/" + FakeGateway.JOB + "/approve", 200, "{}");

        assertThat(nexus("approve", FakeGateway.JOB, "--plan", "plan.json")).isEqualTo(ExitCode.PASSED);

        assertThat(server.requests.getLast()).contains("\"planHash\":\"abc\"", "\"files\":[\"a.py\"]");
    }

    @Test
    void aFileThatHoldsNoPlanIsNotSent() throws IOException {
        Files.writeString(folder.resolve("plan.json"), "[1]");

        assertThat(nexus("approve", FakeGateway.JOB, "--plan", "plan.json")).isEqualTo(ExitCode.USAGE);

        assertThat(err.toString()).startsWith("nexus: plan.json holds no plan; it must have summary");
        assertThat(server.requests).isEmpty();
    }

    @Test
    void rejectSendsTheReason() {
        server.job("awaiting_approval", "\"planHash\": \"abc\"");
        server.answer("POST /jobs/" + FakeGateway.JOB + "/reject", 200, "{}");

        assertThat(nexus("reject", FakeGateway.JOB, "--reason", "too large")).isEqualTo(ExitCode.PASSED);

        assertThat(server.requests.getLast()).endsWith("{\"planHash\":\"abc\",\"reason\":\"too large\"}");
    }

    @Test
    void aJobWithoutAPlanCannotBeAnswered() {
        server.job("queued", "");

        assertThat(nexus("reject", FakeGateway.JOB)).isEqualTo(ExitCode.USAGE);

        assertThat(err.toString())
                .isEqualTo("nexus: job " + FakeGateway.JOB + " is queued and has no plan to answer about\n");
    }

    @Test
    void submitCanAskForAnApproval() {
        server.job("queued", "");

        assertThat(nexus("submit", "a stack", "--approval", "plan")).isEqualTo(ExitCode.PASSED);

        assertThat(server.requests.getLast()).contains("\"options\":{\"approval\":\"plan\"}");
    }

    @Test
    void fetchWritesTheFiles() {
        server.file("a/b.py", "b").job("in_progress", "");

        assertThat(nexus("fetch", FakeGateway.JOB, "--out", "x")).isEqualTo(ExitCode.PASSED);

        assertThat(folder.resolve("x/a/b.py")).hasContent("b");
        assertThat(out.toString()).isEqualTo("1 file in x/\n");
    }

    @Test
    void aFileThatWouldLeaveTheFolderIsRefused() {
        server.file("../evil.py", "").job("completed", PASSED);

        assertThat(nexus("fetch", FakeGateway.JOB)).isEqualTo(ExitCode.FAILED);

        assertThat(err.toString()).startsWith("nexus: the gateway names a file whose path leaves its place");
    }

    @Test
    void aRefusedRequestIsOneLineWithTheReasons() {
        server.answer(
                "POST /jobs",
                400,
                "{\"title\":\"Bad Request\",\"status\":400,\"detail\":\"the request breaks\\n2 rules\",\"errors\":["
                        + "{\"pointer\":\"/spec\",\"detail\":\"is empty\"},{\"detail\":\"is odd\"}]}");

        assertThat(nexus("submit", "")).isEqualTo(ExitCode.USAGE);

        assertThat(err.toString()).isEqualTo("nexus: the request breaks 2 rules; /spec is empty; is odd\n");
    }

    @Test
    void aGatewayThatCannotTakeItNowIsNoUsageError() {
        server.answer("POST /jobs", 503, "{\"detail\":\"Kafka is away\"}");

        assertThat(nexus("submit", "A spec")).isEqualTo(ExitCode.UNREACHABLE);

        assertThat(err.toString()).isEqualTo("nexus: Kafka is away\n");
    }

    @Test
    void withoutAServerTheLineSaysHowToGetOne() {
        String url = server.url().toString();
        server.close();

        assertThat(nexus("jobs")).isEqualTo(ExitCode.UNREACHABLE);

        assertThat(err.toString())
                .isEqualTo("nexus: no Nexus gateway answers at " + url
                        + " (connection refused); start one with 'nexus up', or give --server URL\n");
    }

    @Test
    void anotherKindOfServerIsNoGateway() {
        server.answer("GET /jobs", 200, "<html>");

        assertThat(nexus("jobs")).isEqualTo(ExitCode.UNREACHABLE);

        assertThat(err.toString()).contains("does not answer as a Nexus gateway does");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '~', quoteCharacter = '`', textBlock = """
                    ``                     ~ name a command; see 'nexus --help'
                    frob                   ~ Unmatched argument at index 0: 'frob'; see 'nexus --help'
                    run                    ~ Missing required argument (specify one of these): (SPEC | -f=FILE); see 'nexus run --help'
                    run a -f b             ~ SPEC, --file=FILE are mutually exclusive (specify only one); see 'nexus run --help'
                    run -f nothing         ~ there is no file nothing
                    watch                  ~ Missing required parameter: 'ID'; see 'nexus watch --help'
                    up --port x            ~ Invalid value for option '--port': 'x' is not an int; see 'nexus up --help'
                    jobs --server ftp://x  ~ 'ftp://x' is no http URL; give one such as http://127.0.0.1:8080
                    """)
    void wrongUsageIsOneLine(String arguments, String line) {
        int code = arguments.isEmpty() ? nexus() : nexus(arguments.split(" ", -1));

        assertThat(code).isEqualTo(ExitCode.USAGE);
        assertThat(err.toString()).isEqualTo("nexus: " + line + "\n");
        assertThat(out.toString()).isEmpty();
    }

    @Test
    void aFileThatIsNotInUtf8IsRefused() throws IOException {
        Files.write(folder.resolve("latin.md"), new byte[] {'a', (byte) 0xE4});

        assertThat(nexus("submit", "-f", "latin.md")).isEqualTo(ExitCode.USAGE);

        assertThat(err.toString()).isEqualTo("nexus: latin.md is not in UTF-8; convert it\n");
    }

    @Test
    void helpHasExamples() {
        assertThat(nexus("--help")).isEqualTo(ExitCode.PASSED);

        assertThat(out.toString()).contains("Examples:").contains("  nexus run");
    }

    @Test
    void helpIsACommandToo() {
        assertThat(nexus("help", "run")).isEqualTo(ExitCode.PASSED);

        assertThat(out.toString()).contains("Usage: nexus run");
    }

    @Test
    void aServerInUpsDataDirectoryThatDoesNotAnswerIsNamed() {
        String url = server.url().toString();
        server.close();

        try (DataDirectory _ = DataDirectory.open(folder.resolve(".nexus"), "up")) {
            assertThat(nexus("run", "A spec", "--server", url)).isEqualTo(ExitCode.UNREACHABLE);
        }

        assertThat(err.toString())
                .startsWith("nexus: process " + ProcessHandle.current().pid() + " (nexus up) has the data directory")
                .contains("does not answer");
    }

    @Test
    void anUpOnAnotherPortIsFoundThroughItsDataDirectory() {
        server.job("completed", PASSED);

        try (DataDirectory data = DataDirectory.open(folder.resolve(".nexus"), "up")) {
            data.announce(server.url());

            assertThat(nexus("run", "A spec", "--server", "http://127.0.0.1:1")).isEqualTo(ExitCode.PASSED);
        }
    }

    @Test
    void debugShowsWhereAnErrorComesFrom() {
        Shell shell = new Shell(folder, Map.of("NEXUS_DEBUG", "1"), new PrintWriter(out), new PrintWriter(err), false);

        Nexus.run(shell, "jobs", "--server", "x");

        assertThat(err.toString()).contains("\tat dev.nexus.standalone.");
    }

    private int nexus(String... args) {
        Map<String, String> environment = Map.of("NEXUS_SERVER", server.url().toString());
        return Nexus.run(
                new Shell(folder, environment, new PrintWriter(out, true), new PrintWriter(err, true), false), args);
    }
}
