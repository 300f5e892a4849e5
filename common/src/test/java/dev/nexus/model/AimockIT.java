package dev.nexus.model;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.nexus.contract.ErrorCode;
import dev.nexus.contract.ErrorInfo;
import dev.nexus.contract.ModelCall.Message;
import dev.nexus.contract.Usage;
import dev.nexus.model.ModelReply.Stop;
import dev.nexus.model.ModelSettings.Api;
import dev.nexus.model.ModelSettings.JsonMode;
import dev.nexus.model.ModelSettings.Retry;
import dev.nexus.model.ModelSettings.Timing;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The four protocols against a server that is not ours: npm's aimock emulates them all. */
class AimockIT {

    private static final String AIMOCK = "@copilotkit/aimock@1.43.0";
    private static final Timing TIMING =
            new Timing(Duration.ofSeconds(10), Duration.ofSeconds(30), Duration.ofSeconds(30), Duration.ofSeconds(60));
    private static final Retry RETRY = new Retry(2, Duration.ofMillis(1), Duration.ofSeconds(5));
    private static final OutputFormat COUNT = new OutputFormat.JsonDocument(
            "count",
            "{\"type\":\"object\",\"required\":[\"n\",\"words\"],\"properties\":"
                    + "{\"n\":{\"type\":\"integer\"},\"words\":{\"type\":\"string\"}}}");

    @TempDir
    static Path folder;

    private static @Nullable Process server;
    private static String url = "";

    private final Listener caller = new Listener();

    @BeforeAll
    static void start() throws Exception {
        assumeThere("nodejs", "node", "--version");
        assumeThere("npm", "npm", "--version");
        Path modules = Path.of("target", "clients").toAbsolutePath();
        Ran installed = run(
                "npm",
                "install",
                "--no-save",
                "--no-package-lock",
                "--no-audit",
                "--no-fund",
                "--prefix",
                modules.toString(),
                AIMOCK);
        assumeTrue(installed.exit() == 0, () -> "npm cannot install " + AIMOCK + ": " + installed.output());
        ProcessBuilder builder = new ProcessBuilder(
                        "node", Path.of("src", "test", "clients", "aimock.cjs").toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT);
        builder.environment().put("NODE_PATH", modules.resolve("node_modules").toString());
        server = builder.start();
        url = requireNonNull(server.inputReader(StandardCharsets.UTF_8).readLine(), "aimock tells where it listens");
    }

    @AfterAll
    static void stop() {
        if (server != null) {
            server.destroyForcibly();
        }
    }

    @ParameterizedTest
    @EnumSource(Api.class)
    void aDocumentComesWhole(Api api) throws Exception {
        // When
        ModelReply reply = model(api).reply(question("As JSON, please.", COUNT), caller);
        // Then
        assertThat(reply.text()).isEqualTo("{\"n\":7,\"words\":\"sieben – 七 🙂\"}");
        assertThat(reply.stop()).isEqualTo(Stop.END);
        assertThat(caller.events()).hasSizeGreaterThan(3).allMatch(ModelEvent.Delta.class::isInstance);
        assertThat(caller.charges()).isEmpty();
        assertThat(reply.usage()).isEqualTo(new Usage(1, 0, 11, 5, BigDecimal.ZERO));
    }

    @ParameterizedTest
    @EnumSource(Api.class)
    void whatAModelThinksIsNoPartOfItsAnswer(Api api) throws Exception {
        // When
        ModelReply reply = model(api).reply(question("Think first.", new OutputFormat.Files("ab")), caller);
        // Then
        assertThat(reply.text()).isEqualTo("So it is 7.");
        assertThat(reply.stop()).isEqualTo(Stop.END);
    }

    /** Not for OpenAI's Responses: there aimock ends with {@code response.completed}, OpenAI with {@code response.incomplete}. */
    @ParameterizedTest
    @EnumSource(value = Api.class, mode = EnumSource.Mode.EXCLUDE, names = "OPENAI")
    void anAnswerThatIsTooLongIsKnownAsOne(Api api) throws Exception {
        // When
        ModelReply reply = model(api).reply(question("At length.", new OutputFormat.Files("ab")), caller);
        // Then
        assertThat(reply.text()).isEqualTo("It is so");
        assertThat(reply.stop()).isEqualTo(Stop.LENGTH);
    }

    @ParameterizedTest
    @EnumSource(Api.class)
    void aRateLimitIsPassing(Api api) {
        // When
        ErrorInfo error = failure(model(api), question("Too often.", new OutputFormat.Files("ab")));
        // Then
        assertThat(error.code()).isEqualTo(ErrorCode.MODEL_UNAVAILABLE);
        assertThat(error.retryable()).isTrue();
        assertThat(error.message()).contains("429").contains("Slow down");
        assertThat(caller.reserved()).hasSize(2);
    }

    @ParameterizedTest
    @EnumSource(Api.class)
    void aStreamThatBreaksOffIsTruncated(Api api) {
        // When
        ErrorInfo error = failure(model(api), question("Break off.", new OutputFormat.Files("ab")));
        // Then
        assertThat(error.code()).isEqualTo(ErrorCode.TRUNCATED);
        assertThat(caller.charges()).hasSize(2);
    }

    private ErrorInfo failure(LanguageModel model, ModelRequest request) {
        ModelException failure = catchThrowableOfType(ModelException.class, () -> model.reply(request, caller));
        assertThat(failure).isNotNull();
        return failure.error();
    }

    private static ModelRequest question(String text, OutputFormat format) {
        return new ModelRequest("v1", "You count.", List.of(new Message("user", text)), format, 1_000);
    }

    private static LanguageModel model(Api api) {
        String path = switch (api) {
            case OPENAI, OPENAI_COMPATIBLE -> "/v1";
            case ANTHROPIC -> "";
            case GEMINI -> "/v1beta";
        };
        var provider = new ModelSettings.Provider(
                api, url + path, Secret.of("any key"), "", "2023-06-01", JsonMode.JSON_SCHEMA, 16, 0);
        return new HttpModels(TIMING, RETRY).model("fake/some-model", "some-model", provider, null);
    }

    private static void assumeThere(String debianPackage, String... command) throws InterruptedException {
        boolean there;
        try {
            there = run(command).exit() == 0;
        } catch (IOException e) {
            there = false;
        }
        assumeTrue(there, () -> debianPackage + " is not installed (apt-get install " + debianPackage + ")");
    }

    /** What a command printed, on both streams, and how it ended. */
    private record Ran(int exit, String output) {}

    private static Ran run(String... command) throws IOException, InterruptedException {
        Path output = Files.createTempFile(folder, "ran", ".txt");
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile());
        Process process = builder.start();
        try {
            assertThat(process.waitFor(4, TimeUnit.MINUTES))
                    .as(() -> "ends by itself: " + List.of(command))
                    .isTrue();
            return new Ran(process.exitValue(), Files.readString(output, StandardCharsets.UTF_8));
        } finally {
            process.destroyForcibly();
        }
    }
}
