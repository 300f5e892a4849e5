package dev.nexus.gateway.job;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nexus.contract.ErrorCode;
import dev.nexus.contract.Fidelity;
import dev.nexus.contract.JobEvent;
import dev.nexus.contract.JobKind;
import dev.nexus.contract.Order;
import dev.nexus.contract.TaskId;
import dev.nexus.contract.Terms;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A budget holds whatever happens: on a few hundred seeded jobs with workers that spend, fail, stop and get lost. */
class BudgetPropertiesTest {

    private static final Workers NOBODY_HEARD = Workers.heardBy("gateway");
    private static final BigDecimal BUDGET = new BigDecimal("1");

    static LongStream seeds() {
        return LongStream.range(0, 400);
    }

    /** A job, its workers, of which each spends at most what its order allows, and a second driver that is behind. */
    private static final class World {

        private final Random random;
        private final Story story = Story.within(BUDGET.toString(), JobKind.PIPELINE);
        private final List<Order> running = new ArrayList<>();
        /** What was really paid, by attempt: that of a lost one is told by the attempt after it. */
        private final Map<String, BigDecimal> paid = new HashMap<>();

        /** What the last attempt of a task knew to be paid that handed it back, and may answer all the same. */
        private final Map<TaskId, JobEvent> late = new HashMap<>();

        private List<Step> decidedEarlier = List.of();

        World(long seed) {
            random = new Random(seed);
        }

        boolean isOver() {
            return story.state().status().isFinal();
        }

        List<Step> decided() {
            return NextSteps.of(story.state(), Story.START.plusSeconds(1), NOBODY_HEARD, Story.DEADLINES);
        }

        /** Sends some of what is decided, or lets one of those that run do something. */
        void goOn() {
            if (random.nextInt(4) == 0) {
                decidedEarlier.forEach(this::carryOut);
                if (isOver()) {
                    return;
                }
            }
            if (random.nextInt(4) == 0) {
                decidedEarlier = decided();
            }
            List<Step> steps = decided();
            if (steps.isEmpty() || (!running.isEmpty() && random.nextInt(3) > 0)) {
                work(running.remove(random.nextInt(running.size())));
                return;
            }
            int most = 1 + random.nextInt(steps.size());
            steps.subList(0, most).forEach(this::carryOut);
        }

        private void carryOut(Step step) {
            switch (step) {
                case Step.Issue(Order order) -> send(order);
                case Step.Conclude(JobEvent.Final end) -> story.then(end);
            }
        }

        /** As the driver does: announced first, then sent with what the log allows. */
        private void send(Order order) {
            story.then(new JobEvent.TaskScheduled(order.task(), order.attempt(), allowance(order)));
            TaskState task = story.state().task(order.task()).orElseThrow();
            if (task.isAwaited(order.attempt())) {
                BigDecimal allowed = task.latest().allowanceUsd();
                story.then(new JobEvent.TaskStarted(order.task(), order.attempt(), "w1", allowed));
                Terms terms = order.terms();
                running.add(terms == null ? order : order.on(new Terms(allowed, terms.settled(), null)));
            }
        }

        private void work(Order order) {
            TaskId task = order.task();
            int attempt = order.attempt();
            BigDecimal takenOver = takenOver(order);
            BigDecimal spent = some(
                    allowance(order) == null
                            ? BigDecimal.ZERO
                            : allowance(order).subtract(takenOver));
            paid.put(task + "/" + attempt, spent);
            String told = takenOver.add(spent).toPlainString();
            JobEvent before = late.remove(task);
            if (before != null && random.nextInt(3) == 0) {
                story.then(before); // and this attempt never tells anything
                return;
            }
            switch (random.nextInt(10)) {
                case 0, 1 -> {
                    story.then(new JobEvent.TaskReleased(task, attempt, "w1"));
                    late.put(
                            task,
                            new JobEvent.TaskCompleted(
                                    task,
                                    attempt,
                                    "w1",
                                    RandomLog.outcome(task, random),
                                    Story.cost(told),
                                    Fidelity.IMPLEMENTATION));
                }
                case 2 -> story.failedAt(task, attempt, ErrorCode.MODEL_UNAVAILABLE, true, told);
                case 3, 4 -> {
                    if (order.terms() == null) {
                        story.paid(task, attempt, told, RandomLog.outcome(task, random));
                    } else {
                        story.ranShort(task, attempt, told);
                    }
                }
                default -> story.paid(task, attempt, told, RandomLog.outcome(task, random));
            }
        }

        private BigDecimal takenOver(Order order) {
            Terms terms = order.terms();
            BigDecimal sum = BigDecimal.ZERO;
            for (int lost = terms == null ? order.attempt() : terms.settled() + 1; lost < order.attempt(); lost++) {
                sum = sum.add(paid.getOrDefault(order.task() + "/" + lost, BigDecimal.ZERO));
            }
            return sum;
        }

        private BigDecimal some(BigDecimal most) {
            return switch (random.nextInt(4)) {
                case 0 -> BigDecimal.ZERO;
                case 1 -> most;
                default ->
                    most.multiply(BigDecimal.valueOf(random.nextDouble())).setScale(9, RoundingMode.DOWN);
            };
        }

        BigDecimal reallyPaid() {
            return paid.values().stream().reduce(BigDecimal.ZERO, BigDecimal::add);
        }

        private static BigDecimal allowance(Order order) {
            return order.terms() == null ? null : order.terms().allowanceUsd();
        }
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void whatIsSpentAndWhatIsAllowedNeverExceedTheBudgetTogether(long seed) {
        World world = new World(seed);

        for (int turn = 0; turn < 400 && !world.isOver(); turn++) {
            world.goOn();

            Budget budget = Budget.of(world.story.state());
            assertThat(budget.spent().add(budget.outstanding())).isLessThanOrEqualTo(BUDGET);
            assertThat(world.reallyPaid()).isLessThanOrEqualTo(BUDGET);
        }

        assertThat(world.isOver()).as("no job waits for ever").isTrue();
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void whatIsToldOfAJobIsWhatItPaidOnceNothingIsOutstanding(long seed) {
        World world = new World(seed);

        for (int turn = 0; turn < 400 && !world.isOver(); turn++) {
            world.goOn();
            JobState state = world.story.state();
            boolean unsettled = state.tasks().values().stream()
                    .anyMatch(task -> task.isCompleted()
                            ? task.untoldUsd().signum() > 0
                            : task.latest().number() > task.settled());
            if (!unsettled) {
                assertThat(state.usage().costUsd()).isEqualByComparingTo(world.reallyPaid());
            }
        }
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void aNewDriverDecidesTheSameFromTheSameLog(long seed) {
        World world = new World(seed);

        for (int turn = 0; turn < 30 && !world.isOver(); turn++) {
            world.goOn();
        }

        JobState again = Story.fold(world.story.log());
        assertThat(NextSteps.of(again, Story.START.plusSeconds(1), NOBODY_HEARD, Story.DEADLINES))
                .isEqualTo(world.decided());
    }
}
