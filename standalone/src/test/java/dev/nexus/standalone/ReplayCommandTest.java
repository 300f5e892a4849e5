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

/** The commands about model calls, against a gateway on a real port. */
@Timeout(60)
class ReplayCommandTest {

    private static final String BEFORE = "0198c5a2-7c00-7000-8000-000000000009";

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
    void aReplayShowsWhatCameOutOtherwise() throws IOException {
        Files.writeString(folder.resolve("short.md"), "Write.\n---\n{{nonce}} {{spec}}\n");
        server.answer("GET /jobs/" + BEFORE, 200, """
                {"id": "%s", "kind": "pipeline", "status": "failed", "artefacts":
                 [{"path": "roman.py", "size": 6, "sha256": "x"}, {"path": "old.py", "size": 6, "sha256": "x"}],
                 "plan": {"summary": "Roman", "language": "python", "interface": [], "steps": []},
                 "usage": {"calls": 4, "reused": 0, "inputTokens": 900, "outputTokens": 400, "costUsd": 0.0200},
                 "error": {"code": "tests_failed", "message": "1 failed"},
                 "report": {"verdict": "failed", "durationMillis": 20, "tests": [
                  {"id": "test_a.py::test_one", "outcome": "failed", "durationMillis": 3},
                  {"id": "test_a.py::test_old", "outcome": "passed", "durationMillis": 3}]},
                 "createdAt": "2026-01-01T00:00:00Z", "updatedAt": "2026-01-01T00:00:04.2Z"}
                """.formatted(BEFORE));
        server.answer("GET /jobs/" + BEFORE + "/artefacts/roman.py", 200, "x = 1\n");
        server.answer("GET /jobs/" + BEFORE + "/artefacts/old.py", 200, "y = 1\n");
        server.file("roman.py", "x = 2\n").job("completed", """
                "plan": {"summary": "Roman", "language": "python", "interface": [], "steps": []},
                "usage": {"calls": 1, "reused": 3, "inputTokens": 200, "outputTokens": 100, "costUsd": 0.005},
                "report": {"verdict": "passed", "durationMillis": 20, "tests": [
                 {"id": "test_a.py::test_one", "outcome": "passed", "durationMillis": 3},
                 {"id": "test_a.py::test_new", "outcome": "passed", "durationMillis": 3}]}
                """);

        int code = nexus("replay", BEFORE, "--prompt", "builder=short.md", "--model", "planner=a/b");

        assertThat(err.toString()).isEmpty();
        assertThat(code).isEqualTo(ExitCode.PASSED);
        assertThat(server.requests)
                .contains(
                        "POST /jobs {\"kind\":\"replay\",\"job\":\"" + BEFORE
                                + "\",\"models\":{\"planner\":\"a/b\"},\"prompts\":{\"builder\":\"Write.\\n---\\n{{nonce}} {{spec}}\\n\"}}");
        assertThat(out.toString()).endsWith("""

                against job %s:
                plan     the same
                files    1 changed, 0 added, 1 gone
                         gone: old.py
                  --- a/roman.py
                  +++ b/roman.py
                  @@ -1,1 +1,1 @@
                  -x = 1
                  +x = 2
                tests    1 passed, 1 failed before; 2 passed now
                         failed before, passed now  test_a.py::test_one
                         new: passed  test_a.py::test_new
                         gone: passed  test_a.py::test_old
                ended    failed (tests_failed) before, completed now
                tokens   900 + 400 before, 200 + 100 now
                cost     0.02 USD before, 0.005 USD now
                calls    4 made before; 1 made and 3 reused now
                """.formatted(BEFORE));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            --model  | tests=a/b          | --model knows no 'tests'; use one of builder, planner, tester
            --prompt | tester=good.md     | --prompt knows no 'tester'; use one of builder, planner, review, tests
            --prompt | tests=none.md      | there is no file none.md
            --prompt | tests=whole.md     | whole.md can't be the prompt 'tests': a prompt has a line '---' between system and user text
            --prompt | tests=named.md     | named.md can't be the prompt 'tests': it names specification; what there is to name is content, files, nonce, path, plan, spec
            --prompt | tests=broken.md    | broken.md can't be the prompt 'tests': a prompt is a Mustache template: Section missing close tag 'files' @ line 4
            """)
    void whatCannotBeExchangedIsToldBeforeAnythingIsAsked(String option, String value, String message)
            throws IOException {
        Files.writeString(folder.resolve("good.md"), "Write.\n---\n{{nonce}} {{spec}}\n");
        Files.writeString(folder.resolve("whole.md"), "Write {{spec}}\n");
        Files.writeString(folder.resolve("named.md"), "Write.\n---\n{{nonce}} {{specification}}\n");
        Files.writeString(folder.resolve("broken.md"), "Write.\n---\n{{nonce}} {{spec}}\n{{#files}}\n");

        int code = nexus("replay", BEFORE, option, value);

        assertThat(code).isEqualTo(ExitCode.USAGE);
        assertThat(err.toString()).isEqualTo("nexus: " + message + "\n");
        assertThat(server.requests).isEmpty();
    }

    @Test
    void callsAreShownWithAllThatWasSaid() {
        server.answer("GET /jobs/" + BEFORE + "/calls", 200, """
                {"job": "%s", "calls": [
                {"type": "model.call", "callKey": "k", "task": "plan", "attempt": 1, "ordinal": 1, "model": "a/b",
                 "promptVersion": "v", "system": "You plan.", "messages": [{"role": "user", "text": "a stack\\u001b[31m"}],
                 "reply": "{\\n  \\"summary\\": 1}", "stop": "end", "fidelity": "implementation", "durationMillis": 1250,
                 "usage": {"calls": 1, "reused": 0, "inputTokens": 20, "outputTokens": 10, "costUsd": 0.0100},
                 "recordedAt": "2026-01-01T00:00:00Z"},
                {"type": "model.charge", "task": "build:a", "attempt": 2, "ordinal": 1, "model": "a/b", "reason": "cancelled",
                 "usage": {"calls": 1, "reused": 0, "inputTokens": 5, "outputTokens": 1, "costUsd": 0.1, "estimatedUsd": 0.1},
                 "recordedAt": "2026-01-01T00:00:01Z"}],
                "usage": {"calls": 2, "reused": 0, "inputTokens": 25, "outputTokens": 11, "costUsd": 0.11}}
                """.formatted(BEFORE));

        int code = nexus("calls", BEFORE);

        assertThat(code).isEqualTo(ExitCode.PASSED);
        assertThat(out).hasToString("""
                plan  attempt 1  call 1  a/b  1.3 s  20 + 10 tokens, 0.01 USD  end  2026-01-01T00:00:00Z
                  --- system
                  You plan.
                  --- user
                  a stack [31m
                  --- reply
                  {
                    "summary": 1}

                build:a  attempt 2  call 1  a/b  5 + 1 tokens, 0.1 USD (partly estimated)  no reply: cancelled  2026-01-01T00:00:01Z

                """);
    }

    @Test
    void theExportOfCallsIsWhatTheGatewayGives() {
        String json = "{\"job\":\"" + BEFORE + "\",\"calls\":[],\"note\":\"grün\"}\n";
        server.answer("GET /jobs/" + BEFORE + "/calls", 200, json);

        int code = nexus("calls", BEFORE, "--json", "--task", "plan");

        assertThat(code).isEqualTo(ExitCode.PASSED);
        assertThat(out).hasToString(json);
    }

    @Test
    void usageIsOneLineForEachGroup() {
        server.answer("GET /usage", 200, """
                {"from": "2026-01-01T00:00:00Z", "to": "2026-01-02T00:00:00Z", "by": "model", "groups": [
                {"name": "a/b", "usage": {"calls": 1, "reused": 2, "inputTokens": 5, "outputTokens": 1, "costUsd": 0.10}}],
                "usage": {"calls": 1, "reused": 2, "inputTokens": 5, "outputTokens": 1, "costUsd": 0.10}}
                """);

        int code = nexus("usage", "--by", "model");

        assertThat(code).isEqualTo(ExitCode.PASSED);
        assertThat(out).hasToString("""
                from 2026-01-01T00:00:00Z to 2026-01-02T00:00:00Z
                a/b  1 call, 2 reused, 5 + 1 tokens, 0.1 USD
                total  1 call, 2 reused, 5 + 1 tokens, 0.1 USD
                """);
    }

    private int nexus(String... args) {
        Map<String, String> environment = Map.of("NEXUS_SERVER", server.url().toString());
        return Nexus.run(
                new Shell(folder, environment, new PrintWriter(out, true), new PrintWriter(err, true), false), args);
    }
}
