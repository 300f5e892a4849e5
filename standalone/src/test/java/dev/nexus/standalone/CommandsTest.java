package dev.nexus.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.nexus.contract.JobEvent;
import dev.nexus.contract.Json;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;
import tools.jackson.databind.JsonNode;

/** What every command has: examples, JSON for programs, completion. */
@Timeout(60)
class CommandsTest {

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
        server.answer("GET /system", 200, TopTableTest.SYSTEM);
    }

    @AfterEach
    void stop() {
        server.close();
    }

    static Stream<CommandLine> commands() {
        var shell = new Shell(
                Path.of(""), Map.of(), new PrintWriter(new StringWriter()), new PrintWriter(new StringWriter()), false);
        return Nexus.commandLine(shell).getSubcommands().values().stream();
    }

    @ParameterizedTest
    @MethodSource("commands")
    void everyCommandHasAnExampleOfItself(CommandLine command) {
        Stream<CommandLine> all = Stream.concat(Stream.of(command), command.getSubcommands().values().stream())
                .filter(each -> !each.getCommandName().equals("help"));

        assertThat(all)
                .allSatisfy(each -> assertThat(each.getUsageMessage())
                        .contains(
                                "Example",
                                "  nexus "
                                        + each.getCommandSpec().qualifiedName().replaceFirst("^nexus ", "")));
    }

    @ParameterizedTest
    @MethodSource("commands")
    void everyCommandWritesJsonForPrograms(CommandLine command) {
        Stream<CommandLine> all = Stream.concat(Stream.of(command), command.getSubcommands().values().stream());

        assertThat(all)
                .allSatisfy(each -> assertThat(each.getCommandSpec().findOption("--json"))
                        .as(each.getCommandName())
                        .isNotNull());
    }

    @Test
    void theScriptKnowsTheCommandsThatAreShortLived() throws IOException {
        String script = Files.readString(Path.of("..", "nexus"));

        assertThat(script).contains(" | top | ").contains(" | doctor | completion | ");
    }

    @Test
    void aJobThatIsFollowedIsAnEventOnEachLineAndThenItsResult() {
        server.job("completed", "\"fidelity\":\"implementation\"");

        int code = nexus("watch", FakeGateway.JOB, "--json");

        List<JsonNode> lines = lines();
        assertThat(code).isEqualTo(ExitCode.PASSED);
        assertThat(lines).hasSize(SampleJob.events().size() + 1);
        assertThat(lines.getFirst().get("type").stringValue()).isEqualTo("job.accepted");
        assertThat(lines.getFirst().get("seq").intValue()).isEqualTo(1);
        assertThat(lines.getLast().get("type").stringValue()).isEqualTo("nexus.result");
        assertThat(lines.getLast().at("/job/status").stringValue()).isEqualTo("completed");
        assertThat(lines.getLast().get("exitCode").intValue()).isZero();
        assertThat(err.toString()).isEmpty();
    }

    @Test
    void runTellsWhereTheFilesAre() {
        server.file("roman.py", "x = 1\n").job("completed", "\"fidelity\":\"implementation\"");

        nexus("run", "Roman numerals", "--json");

        assertThat(lines().getLast().get("folder").stringValue()).isEqualTo("nexus-out/" + FakeGateway.JOB + "/");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "jobs",
                "submit x",
                "cancel ID",
                "fetch ID",
                "approve ID",
                "reject ID",
                "usage",
                "topics",
                "acls",
                "version",
                "completion bash",
                "top --once",
                "doctor --only jdk"
            })
    void otherCommandsWriteOneDocument(String command) {
        server.file("a.py", "").job("awaiting_approval", "\"planHash\": \"abc\"");
        for (String action : List.of("cancel", "approve", "reject")) {
            server.answer("POST /jobs/" + FakeGateway.JOB + "/" + action, 200, "{}");
        }
        server.answer("GET /usage", 200, "{\"from\": \"2026-01-01T00:00:00Z\"}");

        int code = nexus((command.replace("ID", FakeGateway.JOB) + " --json").split(" "));

        assertThat(code).as(err.toString()).isEqualTo(ExitCode.PASSED);
        assertThat(lines())
                .hasSize(1)
                .first()
                .satisfies(document -> assertThat(document.isObject()).isTrue());
        assertThat(err.toString()).isEmpty();
    }

    @Test
    void errorsAreJsonToo() {
        server.answer("POST /jobs", 400, "{\"detail\": \"the spec is empty\", \"code\": \"invalid_request\"}");

        int code = nexus("submit", "", "--json");

        JsonNode error =
                Json.tree(err.toString().getBytes(StandardCharsets.UTF_8)).get("error");
        assertThat(code).isEqualTo(ExitCode.USAGE);
        assertThat(error.toString())
                .isEqualTo("{\"code\":\"invalid_request\",\"message\":\"the spec is empty\",\"exitCode\":2}");
        assertThat(out.toString()).isEmpty();
    }

    @Test
    void soAreErrorsInTheArguments() {
        nexus("frob", "--json");

        assertThat(err.toString())
                .isEqualTo("{\"error\":{\"code\":\"usage\",\"message\":\"Unmatched argument at index 0: 'frob'; see"
                        + " 'nexus --help'\",\"exitCode\":2}}\n");
    }

    @Test
    void topIsPlainLinesWhereNobodyLooksOn() {
        server.job("completed", "");

        assertThat(nexus("top", "--once")).isEqualTo(ExitCode.PASSED);

        assertThat(out.toString())
                .doesNotContain("\033")
                .contains("planner-service        1       4       2       3    1.2s       5\n")
                .contains("  ! no slot is free; 手を start another one\n")
                .contains(FakeGateway.JOB);
    }

    @Test
    void topDrawsInItsPlaceUntilItIsInterrupted() throws InterruptedException {
        FakeTerminal terminal = topThatAsks(() -> {});

        assertThat(terminal.lines())
                .filteredOn(line -> line.startsWith("nexus 1.0 at "))
                .hasSize(1);
    }

    @Test
    void topGoesOnWhenOthersHaveUsedUpTheRate() throws InterruptedException {
        FakeTerminal terminal = topThatAsks(() -> server.answer(
                "GET /system", 429, "{\"detail\":\"the requests of this minute are used up\",\"status\":429}"));

        assertThat(terminal.lines()).anyMatch(line -> line.contains("the requests of this minute are used up"));
    }

    /** @param afterTheFirst done when it has asked once; it asks three times more */
    private FakeTerminal topThatAsks(Runnable afterTheFirst) throws InterruptedException {
        server.job("completed", "");
        FakeTerminal terminal = new FakeTerminal(80, 24);
        var screen = new Screen(() -> new WindowSize(80, 24), false, true);
        var shell = new Shell(
                folder,
                Map.of("NEXUS_SERVER", server.url().toString()),
                terminal.writer(),
                new PrintWriter(err, true),
                screen,
                false);
        Thread top = Thread.ofPlatform().start(() -> Nexus.run(shell, "top"));
        awaitAsked(1);
        afterTheFirst.run();
        awaitAsked(4);
        top.interrupt();
        top.join();
        return terminal;
    }

    private void awaitAsked(int times) {
        await().atMost(Duration.ofSeconds(30))
                .until(() ->
                        server.requests.stream().filter("GET /system"::equals).count() >= times);
    }

    @Test
    void topWithoutAGatewayIsOneLine() {
        String url = server.url().toString();
        server.close();

        assertThat(nexus("top", "--once", "--server", url)).isEqualTo(ExitCode.UNREACHABLE);

        assertThat(err.toString().lines()).hasSize(1);
    }

    @Test
    void theBashScriptCompletesCommandsAndOptions() throws Exception {
        nexus("completion", "bash");

        String reply = bash(out
                + "\nCOMP_WORDS=(nexus wa); COMP_CWORD=1; _complete_nexus; echo \"${COMPREPLY[@]}\""
                + "\nCOMP_WORDS=(nexus top --on); COMP_CWORD=2; _complete_nexus; echo \"${COMPREPLY[@]}\"");

        assertThat(reply).contains("watch").contains("--once");
    }

    @Test
    void theFishScriptNamesEachCommandAndQuotesWhatItSays() {
        nexus("completion", "fish");

        assertThat(out.toString())
                .contains("complete -c nexus -n __fish_use_subcommand -f -a doctor -d 'Looks at the JDK")
                .contains(
                        "complete -c nexus -n '__fish_seen_subcommand_from top' -l once -f -d 'Shows it once, and ends.'")
                .contains("complete -c nexus -n '__fish_seen_subcommand_from keys' -f -a rotate");
    }

    private static String bash(String script) throws IOException, InterruptedException {
        Assumptions.assumeTrue(Files.isExecutable(Path.of("/bin/bash")), "bash is missing; install it");
        Process bash =
                new ProcessBuilder("/bin/bash", "-s").redirectErrorStream(true).start();
        try (var in = bash.outputWriter(StandardCharsets.UTF_8)) {
            in.write(script);
        }
        String reply = new String(bash.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(bash.waitFor(30, TimeUnit.SECONDS)).isTrue();
        return reply;
    }

    private List<JsonNode> lines() {
        return out.toString()
                .lines()
                .map(line -> Json.tree(line.getBytes(StandardCharsets.UTF_8)))
                .toList();
    }

    private int nexus(String... args) {
        Map<String, String> environment = Map.of("NEXUS_SERVER", server.url().toString());
        return Nexus.run(
                new Shell(folder, environment, new PrintWriter(out, true), new PrintWriter(err, true), false), args);
    }
}
