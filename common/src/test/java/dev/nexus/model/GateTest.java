package dev.nexus.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class GateTest {

    private final AtomicLong clock = new AtomicLong();
    private final List<String> entered = new CopyOnWriteArrayList<>();
    private final List<Gate.Pass> passes = new CopyOnWriteArrayList<>();
    private final List<Thread> waiting = new ArrayList<>();

    @Test
    void noMoreThanSoManyRunAtOnce() throws Exception {
        Gate gate = new Gate(2, 0, clock::get);
        gate.enter("a", 1);
        Gate.Pass second = gate.enter("a", 1);
        enterLater(gate, "a", 1);

        assertThat(entered).isEmpty();
        second.close();

        await().until(() -> entered.equals(List.of("a")));
    }

    @Test
    void jobsTakeTurnsHoweverManyCallsEachHas() throws Exception {
        Gate gate = new Gate(1, 0, clock::get);
        Gate.Pass first = gate.enter("many", 1);
        for (int call = 0; call < 5; call++) {
            enterLater(gate, "many", 1);
        }
        enterLater(gate, "single", 1);

        first.close();
        letAllThrough(6);

        assertThat(entered.indexOf("single")).isLessThanOrEqualTo(1);
        assertThat(entered).hasSize(6);
    }

    @Test
    void tokensComeBackWithTime() throws Exception {
        Gate gate = new Gate(10, 600, clock::get);
        gate.enter("a", 600);
        enterLater(gate, "b", 100);
        assertThat(entered).isEmpty();

        clock.addAndGet(TimeUnit.SECONDS.toNanos(10)); // a sixth of a minute: 100 tokens
        gate.enter("b", 0).close(); // this clock wakes nobody up

        await().until(() -> entered.equals(List.of("b")));
    }

    @Test
    void whatACallDidNotTakeIsForOthers() throws Exception {
        Gate gate = new Gate(10, 600, clock::get);
        Gate.Pass pass = gate.enter("a", 600);
        enterLater(gate, "b", 500);
        assertThat(entered).isEmpty();

        pass.used(100);
        pass.close();

        await().until(() -> entered.equals(List.of("b")));
    }

    @Test
    void aCallThatIsLargerThanAMinuteGetsThrough() throws Exception {
        Gate gate = new Gate(1, 600, clock::get);

        try (Gate.Pass pass = gate.enter("a", 1_000_000)) {
            assertThat(pass).isNotNull();
        }
    }

    @Test
    void whoeverIsInterruptedLeavesNoHole() throws Exception {
        Gate gate = new Gate(1, 0, clock::get);
        Gate.Pass first = gate.enter("a", 1);
        enterLater(gate, "gone", 1);
        enterLater(gate, "b", 1);
        waiting.getFirst().interrupt();
        waiting.getFirst().join();

        first.close();

        await().until(() -> entered.equals(List.of("b")));
    }

    @Test
    void anInterruptedThreadDoesNotEnter() {
        Gate gate = new Gate(1, 0, clock::get);
        Thread.currentThread().interrupt();

        assertThatThrownBy(() -> gate.enter("a", 1)).isInstanceOf(InterruptedException.class);
    }

    private void letAllThrough(int calls) {
        for (int call = 1; call <= calls; call++) {
            int expected = call;
            await().until(() -> passes.size() == expected);
            passes.getLast().close();
        }
    }

    /** Returns when the call stands in the queue. */
    private void enterLater(Gate gate, String group, long tokens) {
        Thread thread = Thread.ofVirtual().start(() -> {
            try {
                Gate.Pass pass = gate.enter(group, tokens);
                entered.add(group);
                passes.add(pass);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        waiting.add(thread);
        await().until(() -> thread.getState() == Thread.State.WAITING
                || thread.getState() == Thread.State.TIMED_WAITING
                || !thread.isAlive());
    }
}
