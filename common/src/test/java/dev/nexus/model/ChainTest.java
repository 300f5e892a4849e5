package dev.nexus.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.nexus.contract.ErrorCode;
import dev.nexus.contract.ErrorInfo;
import dev.nexus.contract.Fidelity;
import dev.nexus.contract.Usage;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class ChainTest {

    private static final ModelSettings.Provider PROVIDER =
            Settings.provider(ModelSettings.Api.OPENAI_COMPATIBLE, "http://there.test", "", "m");
    private static final ModelRequest QUESTION = AgentPrompts.plan("a stack");

    private final List<String> asked = new ArrayList<>();
    private final Listener caller = new Listener();

    @Test
    void theNextModelIsAskedWhenOneGivesNoAnswer() throws Exception {
        LanguageModel chain = chain("down/1, up/1", 10, Duration.ofMinutes(1));

        ModelReply reply = chain.reply(QUESTION, caller);

        assertThat(reply.model()).isEqualTo("up/1");
        assertThat(asked).containsExactly("down/1", "up/1");
        assertThat(caller.events())
                .containsExactly(new ModelEvent.Restart("down/1 gives no answer; asking the next model"));
    }

    @Test
    void theLastFailureIsTold() {
        LanguageModel chain = chain("down/1, down/2", 10, Duration.ofMinutes(1));

        assertThatThrownBy(() -> chain.reply(QUESTION, caller))
                .isInstanceOfSatisfying(
                        ModelException.class,
                        e -> assertThat(e.error().message()).isEqualTo("down/2 is down"));
    }

    @Test
    void aModelThatFailsOftenIsLeftAlone() throws Exception {
        LanguageModel chain = chain("down/1, up/1", 4, Duration.ofMinutes(1));

        for (int call = 0; call < 10; call++) {
            chain.reply(QUESTION, caller);
        }

        assertThat(asked.stream().filter("down/1"::equals)).hasSize(4);
        assertThat(asked.stream().filter("up/1"::equals)).hasSize(10);
    }

    @Test
    void aModelThatWasLeftAloneIsWaitedForWhenThereIsNoOther() {
        LanguageModel chain = chain("down/1", 1, Duration.ofMillis(50));
        assertThatThrownBy(() -> chain.reply(QUESTION, caller)).hasMessage("down/1 is down");

        assertThatThrownBy(() -> chain.reply(QUESTION, caller)).hasMessage("down/1 is down");

        assertThat(asked).hasSize(2);
    }

    @Test
    void whileItIsTriedWhetherAModelIsBackOthersWaitForThat() throws Exception {
        CircuitBreaker breaker = Models.breaker("up/1", new ModelSettings.Breaker(1, 50, Duration.ofMillis(1)));
        breaker.onError(1, TimeUnit.MILLISECONDS, new IllegalStateException("it was down"));
        await().until(breaker::tryAcquirePermission);
        await().until(breaker::tryAcquirePermission); // both calls that show whether it is back
        var chain = new Chain(List.of(new Chain.Link("up/1", (_, _) -> answer("up/1"), breaker)), Duration.ofMillis(1));
        var waiting = CompletableFuture.supplyAsync(() -> {
            try {
                return chain.reply(QUESTION, caller);
            } catch (ModelException | InterruptedException e) {
                throw new AssertionError(e);
            }
        });
        await().during(Duration.ofMillis(300)).until(() -> !waiting.isDone());

        breaker.onSuccess(1, TimeUnit.MILLISECONDS);
        breaker.onSuccess(1, TimeUnit.MILLISECONDS);

        assertThat(waiting.get(10, TimeUnit.SECONDS).model()).isEqualTo("up/1");
    }

    @Test
    void longAnswersAreNoFailures() {
        CircuitBreaker breaker = Models.breaker("up/1", Settings.BREAKER);

        for (int call = 0; call < 20; call++) {
            breaker.onSuccess(10, TimeUnit.MINUTES);
        }

        assertThat(breaker.getState()).isEqualTo(CircuitBreaker.State.CLOSED);
    }

    @Test
    void aQuestionThatNoModelTakesIsNoFailingOfTheModel() throws Exception {
        LanguageModel chain = chain("picky/1, up/1", 1, Duration.ofMinutes(1));

        for (int call = 0; call < 3; call++) {
            chain.reply(QUESTION, caller);
        }

        assertThat(asked).containsExactly("picky/1", "up/1", "picky/1", "up/1", "picky/1", "up/1");
    }

    @Test
    void withoutABudgetNoOtherModelIsAskedAndNoneIsBlamed() {
        LanguageModel chain = chain("dear/1, up/1", 1, Duration.ofMinutes(1));

        for (int call = 0; call < 3; call++) {
            assertThatThrownBy(() -> chain.reply(QUESTION, caller))
                    .isInstanceOfSatisfying(
                            ModelException.class,
                            e -> assertThat(e.error().code()).isEqualTo(ErrorCode.BUDGET_EXHAUSTED));
        }

        assertThat(asked).containsExactly("dear/1", "dear/1", "dear/1");
    }

    private LanguageModel chain(String names, int calls, Duration pause) {
        var settings = new ModelSettings(
                true,
                Map.of("planner", names),
                Settings.OFFLINE,
                Map.of("down", PROVIDER, "up", PROVIDER, "dear", PROVIDER, "picky", PROVIDER),
                Map.of(),
                Settings.TIMING,
                Settings.RETRY,
                new ModelSettings.Breaker(calls, 50, pause));
        return new Models(settings, (name, _, _, _) -> (_, _) -> answer(name))
                .forAgent("planner")
                .model();
    }

    private ModelReply answer(String name) throws ModelException {
        asked.add(name);
        if (name.startsWith("up/")) {
            return new ModelReply(name, "", ModelReply.Stop.END, Usage.NONE, Fidelity.IMPLEMENTATION);
        }
        ErrorCode code = name.startsWith("dear/") ? ErrorCode.BUDGET_EXHAUSTED : ErrorCode.MODEL_UNAVAILABLE;
        throw new ModelException(new ErrorInfo(code, name + " is down", name.startsWith("down/")));
    }
}
