package dev.nexus.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.nexus.contract.ErrorCode;
import dev.nexus.contract.ErrorInfo;
import dev.nexus.contract.Plan;
import dev.nexus.contract.Usage;
import dev.nexus.model.ModelReply.Stop;
import dev.nexus.model.ModelSettings.Api;
import dev.nexus.model.ModelSettings.JsonMode;
import dev.nexus.model.ModelSettings.Retry;
import dev.nexus.model.ModelSettings.Timing;
import dev.nexus.model.fake.Behaviour;
import dev.nexus.model.fake.Call;
import dev.nexus.model.fake.FakeProvider;
import java.io.IOException;
import java.math.BigDecimal;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.slf4j.LoggerFactory;
import org.springframework.web.reactive.function.client.WebClient;

/** Every behaviour of a provider that is known to happen, for each of the four protocols. */
class LiveModelTest {

    private static final Timing PATIENT = new Timing(seconds(10), seconds(30), seconds(30), seconds(60));
    private static final Retry QUICK = new Retry(3, Duration.ofMillis(1), seconds(5));
    private static final Price PRICE = new Price(
            new BigDecimal("1"), new BigDecimal("10"), new BigDecimal("0.1"), new BigDecimal("2"), null, null, null);
    private static final WebClient CLIENT = LiveModel.client(PATIENT.connect());
    private static final ModelRequest PLAN = planRequest();

    private final FakeProvider server = FakeProvider.start();
    private final Listener caller = new Listener();

    @AfterEach
    void close() {
        server.close();
    }

    @ParameterizedTest
    @EnumSource(Api.class)
    void aPlanComesWhole(Api api) throws Exception {
        // When
        ModelReply reply = model(api).reply(PLAN, caller);
        // Then
        assertThat(reply.text()).isEqualTo(Offline.ask(PLAN).text());
        assertThat(reply.stop()).isEqualTo(Stop.END);
        assertThat(reply.model()).isEqualTo("fake/some-model");
        assertThat(deltas(caller.events())).isEqualTo(reply.text());
        assertThat(caller.events()).hasSizeGreaterThan(5).noneMatch(ModelEvent.Restart.class::isInstance);
        assertThat(caller.charges()).isEmpty();
        assertThat(caller.reserved()).containsExactly(PRICE.worstCase(PLAN));
    }

    @ParameterizedTest
    @EnumSource(Api.class)
    void filesComeWhole(Api api) throws Exception {
        // Given
        Plan plan = Scaffold.planFor("A function that adds two numbers");
        ModelRequest build = AgentPrompts.build(
                "A function that adds two numbers",
                plan,
                plan.steps().getFirst().id());
        // When
        ModelReply reply = model(api).reply(build, caller);
        // Then
        assertThat(reply.text()).isEqualTo(Offline.ask(build).text()).contains("<file-" + AgentPrompts.NONCE);
    }

    @ParameterizedTest
    @EnumSource(Api.class)
    void aConversationGoesOn(Api api) throws Exception {
        // When
        ModelReply reply = model(api).reply(PLAN.askedAgain("", "That is no plan."), caller);
        // Then
        assertThat(reply.stop()).isEqualTo(Stop.END);
        assertThat(server.calls().getFirst().prompt())
                .isEqualTo(FakeProvider.hash(
                        PLAN.system(), PLAN.askedAgain("", "That is no plan.").messages()));
    }

    /** Input and output are told in four ways, and mean the same. */
    @ParameterizedTest
    @EnumSource(Api.class)
    void usageHasOneMeaning(Api api) throws Exception {
        // When
        Usage usage = model(api).reply(PLAN, caller).usage();
        // Then
        Usage counted = Offline.ask(PLAN).usage();
        assertThat(usage.inputTokens()).isEqualTo(counted.inputTokens());
        assertThat(usage.outputTokens()).isEqualTo(counted.outputTokens() + FakeProvider.REASONING_TOKENS);
        assertThat(usage.reasoningTokens()).isEqualTo(FakeProvider.REASONING_TOKENS);
        assertThat(usage.cachedInputTokens()).isEqualTo(counted.inputTokens() / 2);
        assertThat(usage.cacheWriteTokens()).isEqualTo(api == Api.GEMINI ? null : counted.inputTokens() / 4);
        assertThat(usage.costUsd()).isPositive().isEqualTo(PRICE.priced(usage).costUsd());
        assertThat(usage.estimatedUsd()).isNull();
        assertThat(usage.calls()).isEqualTo(1);
    }

    @ParameterizedTest
    @EnumSource(Api.class)
    void usageThatIsNotToldIsEstimated(Api api) throws Exception {
        // Given
        server.next(new Behaviour.KeepsUsageToItself());
        // When
        Usage usage = model(api).reply(PLAN, caller).usage();
        // Then
        assertThat(usage)
                .isEqualTo(
                        PRICE.priced(Price.tokens(PLAN, Offline.ask(PLAN).text().length()))
                                .estimated());
        assertThat(usage.estimatedUsd()).isPositive();
    }

    @ParameterizedTest
    @EnumSource(JsonMode.class)
    void aCompatibleServerIsToldTheFormInItsOwnWay(JsonMode mode) throws Exception {
        // When
        ModelReply reply = model(Api.OPENAI_COMPATIBLE, mode, PATIENT, QUICK).reply(PLAN, caller);
        // Then
        assertThat(reply.text()).isEqualTo(Offline.ask(PLAN).text());
        String body = server.calls().getFirst().body();
        assertThat(body.contains("\"response_format\"")).isEqualTo(mode != JsonMode.PROMPT);
        assertThat(body).contains("What it returns, what it raises, every rule and edge case.");
    }

    static Stream<Arguments> passingRefusals() {
        return each(List.of(
                new Behaviour.Refuses(429),
                new Behaviour.Refuses(500),
                new Behaviour.Refuses(503),
                new Behaviour.Refuses(529)));
    }

    @ParameterizedTest
    @MethodSource("passingRefusals")
    void aPassingRefusalIsTriedAgainAndNotCharged(Api api, Behaviour refusal) throws Exception {
        // Given
        server.next(refusal, refusal);
        // When
        ModelReply reply = model(api).reply(PLAN, caller);
        // Then
        assertThat(reply.stop()).isEqualTo(Stop.END);
        assertThat(server.calls()).hasSize(3);
        assertThat(caller.reserved()).hasSize(3);
        assertThat(caller.charges()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(Api.class)
    void aConnectionThatIsClosedUnansweredMayHaveBeenPaidFor(Api api) throws Exception {
        // Given
        server.next(new Behaviour.HangsUp());
        // When
        ModelReply reply = model(api).reply(PLAN, caller);
        // Then
        assertThat(reply.stop()).isEqualTo(Stop.END);
        assertThat(caller.charges()).hasSize(1);
        assertThat(caller.charges().getFirst().usage().estimatedUsd()).isPositive();
    }

    @ParameterizedTest
    @EnumSource(Api.class)
    void refusalsAreNotTriedForEver(Api api) {
        // Given
        server.next(new Behaviour.Refuses(429), new Behaviour.Refuses(503), new Behaviour.Refuses(429));
        // When
        ErrorInfo error = failure(model(api));
        // Then
        assertThat(error.code()).isEqualTo(ErrorCode.MODEL_UNAVAILABLE);
        assertThat(error.retryable()).isTrue();
        assertThat(error.message()).startsWith("fake/some-model answered 429").contains("Please try again later.");
        assertThat(server.calls()).hasSize(3);
    }

    static Stream<Arguments> waits() {
        return Stream.of(Api.values())
                .flatMap(api -> Stream.of(
                        Arguments.of(api, 429, "1"), Arguments.of(api, 503, "1"), Arguments.of(api, 503, "date")));
    }

    @ParameterizedTest
    @MethodSource("waits")
    void itIsWaitedAsLongAsTheProviderAsks(Api api, int status, String when) throws Exception {
        // Given
        Instant until = Instant.now().plusSeconds(2);
        String date = DateTimeFormatter.RFC_1123_DATE_TIME.format(until.atOffset(ZoneOffset.UTC));
        server.next(new Behaviour.Refuses(status, "Retry-After", when.equals("date") ? date : when));
        long start = System.nanoTime();
        // When
        model(api).reply(PLAN, caller);
        // Then
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThan(Duration.ofMillis(990));
        assertThat(server.calls()).hasSize(2);
    }

    @ParameterizedTest
    @EnumSource(Api.class)
    void aProviderThatAsksForTooLongAWaitIsLeft(Api api) {
        // Given
        server.next(new Behaviour.Refuses(429, "Retry-After", "3600"));
        // When
        ErrorInfo error = failure(model(api));
        // Then
        assertThat(error.retryable()).isTrue();
        assertThat(error.message()).contains("3600 s").contains("nexus.models.retry.max-back-off");
        assertThat(server.calls()).hasSize(1);
    }

    static Stream<Arguments> lastingRefusals() {
        return Stream.of(Api.values())
                .flatMap(api -> Map.of(400, "", 401, "api-key", 403, "api-key", 404, "base-url").entrySet().stream()
                        .map(status -> Arguments.of(api, status.getKey(), status.getValue())));
    }

    @ParameterizedTest
    @MethodSource("lastingRefusals")
    void aLastingRefusalIsNotTriedAgainAndNamesTheSetting(Api api, int status, String setting) {
        // Given
        server.next(new Behaviour.Refuses(status));
        // When
        ErrorInfo error = failure(model(api));
        // Then
        assertThat(error.code()).isEqualTo(ErrorCode.MODEL_UNAVAILABLE);
        assertThat(error.retryable()).isFalse();
        assertThat(error.message())
                .startsWith("fake/some-model answered " + status)
                .doesNotContain("\n")
                .contains(setting.isEmpty() ? "" : "nexus.models.providers.fake." + setting);
        assertThat(server.calls()).hasSize(1);
    }

    @ParameterizedTest
    @EnumSource(Api.class)
    void aWrongKeyIsNamedAndNotShown(Api api) {
        // Given
        String wrong = "sk-wrong-9876543210zyxwvutsrq";
        // When
        ErrorInfo error = failure(model(api, wrong));
        // Then
        assertThat(error.message())
                .contains("check nexus.models.providers.fake.api-key")
                .doesNotContain("9876543210")
                .doesNotContain("tsrq");
    }

    @ParameterizedTest
    @EnumSource(Api.class)
    void neitherKeyNorPromptIsEverTold(Api api) {
        // Given
        String spec = PLAN.messages().getFirst().text();
        String echo = "{\"error\":{\"message\":\"key " + FakeProvider.KEY + " asked:\\n"
                + spec.replace("\n", "\\n").replace("\"", "\\\"") + "\"}}";
        server.next(
                new Behaviour.Refuses(429),
                new Behaviour.Cuts(3),
                new Behaviour.Refuses(400, Map.of("x-echo", FakeProvider.KEY), echo));
        ListAppender<ILoggingEvent> logged = new ListAppender<>();
        Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
        Level level = root.getLevel();
        ModelException failure;
        try {
            logged.start();
            root.addAppender(logged);
            root.setLevel(Level.DEBUG);
            // When
            failure =
                    catchThrowableOfType(ModelException.class, () -> model(api).reply(PLAN, caller));
        } finally {
            root.setLevel(level);
            root.detachAppender(logged);
        }
        // Then
        String told = failure
                + caller.events().stream()
                        .filter(ModelEvent.Restart.class::isInstance)
                        .toList()
                        .toString()
                + caller.charges()
                + new LiveModel.Endpoint("fake", "m", new OpenAiResponses(), "http://x", Secret.of(FakeProvider.KEY));
        List<String> lines = new ArrayList<>(
                logged.list.stream().map(ILoggingEvent::getFormattedMessage).toList());
        assertThat(lines).as("something is logged at this level").isNotEmpty();
        lines.add(told);
        assertThat(lines)
                .noneMatch(line -> line.contains(FakeProvider.KEY))
                .noneMatch(line -> line.contains("Roman numerals"));
        assertThat(failure.error().message()).contains("answered 400");
    }

    @ParameterizedTest
    @EnumSource(Api.class)
    void anAnswerIsWholeThoughItsConnectionBreaksOffBehindIt(Api api) throws Exception {
        // Given
        server.next(new Behaviour.ClosesAtTheEnd());
        // When
        ModelReply reply = model(api).reply(PLAN, caller);
        // Then
        assertThat(reply.text()).isEqualTo(Offline.ask(PLAN).text());
        assertThat(reply.usage().estimatedUsd()).isNull();
        assertThat(server.calls()).hasSize(1);
        assertThat(caller.charges()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(Api.class)
    void anAnswerThatGoesOnBeyondItsLimitIsGivenUp(Api api) {
        // Given
        var brief = new ModelRequest(PLAN.promptVersion(), PLAN.system(), PLAN.messages(), PLAN.format(), 20);
        server.next(new Behaviour.Says("and so on ".repeat(20_000), Stop.END));
        // When
        var failure = assertThatThrownBy(() -> model(api).reply(brief, caller));
        // Then
        failure.hasMessage("fake/some-model goes on beyond the limit of 20 output tokens");
        assertThat(caller.charges()).singleElement().satisfies(charge -> {
            assertThat(charge.reason()).isEqualTo("endless");
            assertThat(charge.usage().costUsd()).isPositive();
        });
    }

    static Stream<Arguments> breaks() {
        return each(List.of(
                new Behaviour.Cuts(3),
                new Behaviour.Resets(3),
                new Behaviour.EndsEarly(3),
                new Behaviour.Cuts(0),
                new Behaviour.EndsEarly(19)));
    }

    @ParameterizedTest
    @MethodSource("breaks")
    void aStreamThatBreaksOffIsTriedAgain(Api api, Behaviour breaks) throws Exception {
        // Given
        server.next(breaks);
        // When
        ModelReply reply = model(api).reply(PLAN, caller);
        // Then
        assertThat(reply.text()).isEqualTo(Offline.ask(PLAN).text());
        assertThat(deltas(caller.events())).isEqualTo(reply.text());
        assertThat(caller.events().stream().filter(ModelEvent.Restart.class::isInstance))
                .hasSize(1);
        assertThat(caller.charges()).singleElement().satisfies(charge -> {
            assertThat(charge.model()).isEqualTo("fake/some-model");
            assertThat(charge.reason()).isEqualTo("truncated");
            assertThat(charge.usage().estimatedUsd())
                    .isPositive()
                    .isEqualTo(charge.usage().costUsd());
        });
    }

    @ParameterizedTest
    @MethodSource("breaks")
    void aStreamThatAlwaysBreaksOffIsTruncatedAndNoSuccess(Api api, Behaviour breaks) {
        // Given
        server.next(breaks, breaks, breaks);
        // When
        ErrorInfo error = failure(model(api));
        // Then
        assertThat(error.code()).isEqualTo(ErrorCode.TRUNCATED);
        assertThat(error.retryable()).isTrue();
        assertThat(caller.charges()).hasSize(3);
    }

    @ParameterizedTest
    @EnumSource(Api.class)
    void anErrorInAStreamIsAnError(Api api) {
        // Given
        server.next(new Behaviour.ErrsInStream(3), new Behaviour.ErrsInStream(0), new Behaviour.ErrsInStream(19));
        // When
        ErrorInfo error = failure(model(api));
        // Then
        assertThat(error.code()).isEqualTo(ErrorCode.MODEL_UNAVAILABLE);
        assertThat(error.retryable()).isTrue();
        assertThat(server.calls()).hasSize(3);
        assertThat(caller.charges())
                .extracting(Listener.Charge::reason)
                .containsOnly("failed")
                .hasSize(3);
    }

    @ParameterizedTest
    @EnumSource(Api.class)
    void anErrorInAStreamIsTriedAgain(Api api) throws Exception {
        // Given
        server.next(new Behaviour.ErrsInStream(3), new Behaviour.Babbles(2));
        // When
        ModelReply reply = model(api).reply(PLAN, caller);
        // Then
        assertThat(deltas(caller.events())).isEqualTo(reply.text());
        assertThat(caller.events().stream().filter(ModelEvent.Restart.class::isInstance))
                .hasSize(2);
    }

    @ParameterizedTest
    @EnumSource(Api.class)
    void aProviderThatBeginsNoAnswerIsGivenUp(Api api) throws Exception {
        // Given
        server.next(new Behaviour.HangsBeforeHead());
        Timing timing = new Timing(seconds(10), Duration.ofMillis(700), seconds(30), seconds(60));
        // When
        model(api, JsonMode.JSON_SCHEMA, timing, QUICK).reply(PLAN, caller);
        // Then
        assertThat(caller.charges()).extracting(Listener.Charge::reason).containsExactly("timeout");
        server.calls().getFirst().closedByClient().get(10, TimeUnit.SECONDS);
    }

    @ParameterizedTest
    @EnumSource(Api.class)
    void aStreamThatStandsStillIsTruncated(Api api) throws Exception {
        // Given
        server.next(new Behaviour.Hangs(3));
        Timing timing = new Timing(seconds(10), seconds(30), Duration.ofMillis(700), seconds(60));
        // When
        ErrorInfo error = failure(model(api, JsonMode.JSON_SCHEMA, timing, new Retry(1, seconds(1), seconds(1))));
        // Then
        assertThat(error.code()).isEqualTo(ErrorCode.TRUNCATED);
        assertThat(error.message()).contains("0.7 s").contains("nexus.models.timing.idle");
        assertThat(caller.charges()).extracting(Listener.Charge::reason).containsExactly("timeout");
        server.calls().getFirst().closedByClient().get(10, TimeUnit.SECONDS);
    }

    @ParameterizedTest
    @EnumSource(Api.class)
    void anAnswerThatTakesTooLongAllInAllIsGivenUp(Api api) {
        // Given
        server.next(new Behaviour.IsSlow(Duration.ofMillis(200)));
        Timing timing = new Timing(seconds(10), seconds(30), seconds(30), seconds(1));
        // When
        ErrorInfo error = failure(model(api, JsonMode.JSON_SCHEMA, timing, QUICK));
        // Then
        assertThat(error.message()).contains("nexus.models.timing.total");
        assertThat(error.retryable()).isTrue();
        assertThat(server.calls()).hasSize(1);
    }

    @Test
    void aConnectionThatDoesNotComeAboutIsGivenUp() throws Exception {
        // Given: a port whose queue of connections is full
        try (var full = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            List<Socket> queue = new ArrayList<>();
            assumeTrue(fill(queue, full), "this system takes any number of connections that nobody accepts");
            WebClient hasty = LiveModel.client(Duration.ofMillis(300));
            var endpoint = new LiveModel.Endpoint(
                    "fake", "m", new OpenAiResponses(), "http://127.0.0.1:" + full.getLocalPort(), Secret.of("k"));
            var model = new LiveModel(endpoint, PATIENT, new Retry(2, seconds(1), seconds(1)), PRICE, hasty);
            // When
            ErrorInfo error = failure(model);
            // Then
            assertThat(error.message()).contains("nexus.models.providers.fake.base-url");
            assertThat(caller.charges()).isEmpty();
            for (Socket socket : queue) {
                socket.close();
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Api.class)
    void aServerThatIsNotThereIsNamedWithItsSetting(Api api) {
        // Given
        LanguageModel model = model(api);
        server.close();
        // When
        ErrorInfo error = failure(model);
        // Then
        assertThat(error.code()).isEqualTo(ErrorCode.MODEL_UNAVAILABLE);
        assertThat(error.retryable()).isTrue();
        assertThat(error.message())
                .contains("http://127.0.0.1:" + server.port())
                .contains("nexus.models.providers.fake.base-url");
        assertThat(caller.reserved()).hasSize(3);
        assertThat(caller.charges()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(Api.class)
    void whatIsNoStreamIsNamedWithItsSetting(Api api) {
        // Given
        server.next(new Behaviour.Refuses(200, Map.of(), "{}"));
        // When
        ErrorInfo error = failure(model(api));
        // Then
        assertThat(error.message()).contains("application/json").contains("nexus.models.providers.fake.base-url");
        assertThat(error.retryable()).isFalse();
    }

    @ParameterizedTest
    @EnumSource(Api.class)
    void anAccountWithoutCreditIsNotTriedAgain(Api api) {
        // Given
        server.next(new Behaviour.Refuses(
                429,
                Map.of(),
                "{\"error\":{\"message\":\"You exceeded your quota\",\"code\":\"insufficient_quota\"}}"));
        // When
        ErrorInfo error = failure(model(api));
        // Then
        assertThat(error.message()).contains("insufficient_quota").contains("credit");
        assertThat(server.calls()).hasSize(1);
    }

    @ParameterizedTest
    @EnumSource(Api.class)
    void aRefusalIsKnownAsOne(Api api) throws Exception {
        // Given
        server.next(new Behaviour.Says("I can't help with that.", Stop.REFUSAL));
        // When
        ModelReply reply = model(api).reply(PLAN, caller);
        // Then
        assertThat(reply.stop()).isEqualTo(api == Api.GEMINI ? Stop.CONTENT_FILTER : Stop.REFUSAL);
        assertThat(reply.text()).isEqualTo("I can't help with that.");
        assertThat(reply.usage().outputTokens()).isPositive();
    }

    @ParameterizedTest
    @EnumSource(Api.class)
    void anAnswerThatIsTooLongIsKnownAsOne(Api api) throws Exception {
        // Given
        server.next(new Behaviour.Says("{\"summary\": \"To be", Stop.LENGTH));
        // When
        ModelReply reply = model(api).reply(PLAN, caller);
        // Then
        assertThat(reply.stop()).isEqualTo(Stop.LENGTH);
        assertThat(reply.text()).isEqualTo("{\"summary\": \"To be");
        assertThat(server.calls()).hasSize(1);
    }

    @ParameterizedTest
    @EnumSource(value = Api.class, mode = EnumSource.Mode.EXCLUDE, names = "ANTHROPIC")
    void aWithheldAnswerIsKnownAsOne(Api api) throws Exception {
        // Given
        server.next(new Behaviour.Says("", Stop.CONTENT_FILTER));
        // When
        ModelReply reply = model(api).reply(PLAN, caller);
        // Then
        assertThat(reply.stop()).isEqualTo(Stop.CONTENT_FILTER);
        assertThat(server.calls()).hasSize(1);
    }

    /** Anthropic withholds an answer by an error, not by a reason to stop. */
    @Test
    void anAnswerWithheldByAnErrorIsKnownAsOne() {
        // Given
        server.next(new Behaviour.Says("", Stop.CONTENT_FILTER));
        // When
        ErrorInfo error = failure(model(Api.ANTHROPIC));
        // Then
        assertThat(error.code()).isEqualTo(ErrorCode.CONTENT_FILTERED);
        assertThat(error.retryable()).isFalse();
        assertThat(server.calls()).hasSize(1);
        assertThat(caller.charges()).hasSize(1);
    }

    static Stream<Arguments> momentsToCancel() {
        return each(List.of(new Behaviour.HangsBeforeHead(), new Behaviour.Hangs(0), new Behaviour.Hangs(5)));
    }

    @ParameterizedTest
    @MethodSource("momentsToCancel")
    void aCancelledCallClosesItsConnectionAtOnceAndIsCharged(Api api, Behaviour moment) throws Exception {
        // Given
        server.next(moment);
        var ended = new CompletableFuture<Throwable>();
        LanguageModel model = model(api);
        Thread asking = Thread.ofVirtual().start(() -> {
            try {
                model.reply(PLAN, caller);
                ended.complete(null);
            } catch (ModelException | InterruptedException e) {
                ended.complete(e);
            }
        });
        Call call = firstCall();
        call.begun().get(20, TimeUnit.SECONDS);
        // When
        Instant interrupted = Instant.now();
        asking.interrupt();
        // Then
        assertThat(ended.get(10, TimeUnit.SECONDS)).isInstanceOf(InterruptedException.class);
        Instant closed = call.closedByClient().get(10, TimeUnit.SECONDS);
        assertThat(Duration.between(interrupted, closed)).isLessThan(Duration.ofMillis(100));
        assertThat(caller.charges()).singleElement().satisfies(charge -> {
            assertThat(charge.reason()).isEqualTo("cancelled");
            assertThat(charge.usage().estimatedUsd()).isPositive();
        });
    }

    @ParameterizedTest
    @EnumSource(Api.class)
    void aCallIsCancelledWhileItWaitsForTheNextTry(Api api) throws Exception {
        // Given
        server.next(new Behaviour.Refuses(429, "Retry-After", "5"));
        var ended = new CompletableFuture<Throwable>();
        LanguageModel model = model(api);
        Thread asking = Thread.ofVirtual().start(() -> {
            try {
                model.reply(PLAN, caller);
                ended.complete(null);
            } catch (ModelException | InterruptedException e) {
                ended.complete(e);
            }
        });
        firstCall();
        // When
        asking.interrupt();
        // Then
        assertThat(ended.get(4, TimeUnit.SECONDS)).isInstanceOf(InterruptedException.class);
        assertThat(server.calls()).hasSize(1);
    }

    @ParameterizedTest
    @EnumSource(Api.class)
    void noCallIsMadeThatMayNotBePaidFor(Api api) {
        // Given
        Caller poor = new Caller() {
            @Override
            public String group() {
                return "a job";
            }

            @Override
            public void accept(ModelEvent event) {}

            @Override
            public void reserve(String model, @Nullable BigDecimal worstCaseUsd) throws ModelException {
                throw new ModelException(new ErrorInfo(ErrorCode.BUDGET_EXHAUSTED, "no money", false));
            }

            @Override
            public void charge(String model, String reason, Usage estimated) {}
        };
        // When, Then
        assertThatExceptionOfType(ModelException.class)
                .isThrownBy(() -> model(api).reply(PLAN, poor));
        assertThat(server.calls()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(Api.class)
    void aConnectionServesManyCalls(Api api) throws Exception {
        // When
        for (int i = 0; i < 10; i++) {
            model(api).reply(PLAN, caller);
        }
        // Then: a call may begin just before the connection of the one before is free again
        assertThat(server.connections()).isLessThan(8);
    }

    private Call firstCall() {
        await().atMost(20, TimeUnit.SECONDS).until(() -> !server.calls().isEmpty());
        return server.calls().getFirst();
    }

    private static Stream<Arguments> each(List<Behaviour> behaviours) {
        return Stream.of(Api.values())
                .flatMap(api -> behaviours.stream().map(behaviour -> Arguments.of(api, behaviour)));
    }

    private ErrorInfo failure(LanguageModel model) {
        ModelException failure = catchThrowableOfType(ModelException.class, () -> model.reply(PLAN, caller));
        assertThat(failure).isNotNull();
        return failure.error();
    }

    private static String deltas(List<ModelEvent> events) {
        StringBuilder text = new StringBuilder();
        for (ModelEvent event : events) {
            switch (event) {
                case ModelEvent.Delta(String more) -> text.append(more);
                case ModelEvent.Restart r -> text.setLength(0);
            }
        }
        return text.toString();
    }

    private LanguageModel model(Api api) {
        return model(api, JsonMode.JSON_SCHEMA, PATIENT, QUICK);
    }

    private LanguageModel model(Api api, String key) {
        return model(api, key, JsonMode.JSON_SCHEMA, PATIENT, QUICK);
    }

    private LanguageModel model(Api api, JsonMode json, Timing timing, Retry retry) {
        return model(api, FakeProvider.KEY, json, timing, retry);
    }

    private LanguageModel model(Api api, String key, JsonMode json, Timing timing, Retry retry) {
        String path = switch (api) {
            case OPENAI, OPENAI_COMPATIBLE -> "/v1";
            case ANTHROPIC -> "/";
            case GEMINI -> "/v1beta";
        };
        var provider = new ModelSettings.Provider(api, server.url(path), Secret.of(key), "", "2023-06-01", json, 16, 0);
        return new HttpModels(timing, retry, CLIENT).model("fake/some-model", "some-model", provider, PRICE);
    }

    private static Duration seconds(int seconds) {
        return Duration.ofSeconds(seconds);
    }

    private static ModelRequest planRequest() {
        ModelRequest plan = AgentPrompts.plan("Convert integers to Roman numerals and back.");
        try {
            String schema = Files.readString(
                    Path.of("..", "planner-service", "src", "main", "resources", "prompts", "plan.schema.json"));
            return new ModelRequest(
                    plan.promptVersion(),
                    plan.system(),
                    plan.messages(),
                    new OutputFormat.JsonDocument("plan", schema),
                    plan.maxOutputTokens());
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static boolean fill(List<Socket> queue, ServerSocket full) throws IOException {
        for (int i = 0; i < 10; i++) {
            Socket socket = new Socket();
            queue.add(socket);
            try {
                socket.connect(new InetSocketAddress(full.getInetAddress(), full.getLocalPort()), 200);
            } catch (SocketTimeoutException e) {
                return true;
            }
        }
        return false;
    }
}
