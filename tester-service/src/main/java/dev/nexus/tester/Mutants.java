package dev.nexus.tester;

import dev.nexus.contract.MutationScore;
import dev.nexus.contract.MutationScore.Survivor;
import dev.nexus.contract.TestReport;
import dev.nexus.contract.Verdict;
import io.opentelemetry.context.Context;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Finds out what tests are worth: changes the code under them in one place after the other, and sees whether they notice. */
final class Mutants {

    static final int SURVIVORS = 20;

    private static final Logger LOG = LoggerFactory.getLogger(Mutants.class);

    private static final int CHANGE_CHARS = 100;
    /** For a change that makes the code run for ever, while other sandboxes share the processors. */
    private static final int TIMES_THE_ORIGINAL = 3;

    private static final Duration LEAST_LIMIT = Duration.ofSeconds(1);

    private final Sandbox sandbox;
    private final MutationSettings settings;

    Mutants(Sandbox sandbox, MutationSettings settings) {
        this.sandbox = sandbox;
        this.settings = settings;
    }

    /** What the tests made of one change. */
    record Tried(int possible, Survivor change, Verdict verdict) {}

    /**
     * Tries the tests on as many changes as the limits allow, at once where sandboxes are free.
     *
     * @param original the report of their run on the unchanged code, which they passed
     * @return empty if no change could be tried
     * @throws InterruptedException if the thread was interrupted; nothing is left running
     */
    Optional<MutationScore> score(Map<String, byte[]> files, TestReport original) throws InterruptedException {
        if (settings.timeLimit().toMillis() <= original.durationMillis()) {
            return Optional.empty();
        }
        Queue<Integer> numbers = new ConcurrentLinkedQueue<>(spread(settings.maxMutants()));
        Queue<Tried> tried = new ConcurrentLinkedQueue<>();
        Duration limit =
                Duration.ofMillis(Math.max(LEAST_LIMIT.toMillis(), TIMES_THE_ORIGINAL * original.durationMillis()));
        List<Callable<Void>> lanes = new ArrayList<>();
        for (int lane = 0; lane < Math.min(sandbox.slots(), settings.maxMutants()); lane++) {
            boolean first = lane == 0;
            lanes.add(Context.current().wrap(() -> {
                // The first waits its turn; the others are not to keep the tests of other jobs waiting.
                while (first || sandbox.hasFreeSlot()) {
                    Integer number = numbers.poll();
                    if (number == null) {
                        break;
                    }
                    tryOne(number, files, limit, numbers, tried);
                }
                return null;
            }));
        }
        try (ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
            for (Future<Void> lane :
                    executor.invokeAll(lanes, settings.timeLimit().toMillis(), TimeUnit.MILLISECONDS)) {
                if (lane.state() != Future.State.FAILED) {
                    continue;
                }
                if (!(lane.exceptionNow() instanceof SandboxUnavailable)) {
                    throw new IllegalStateException("a changed job could not be run", lane.exceptionNow());
                }
                LOG.debug("The score does without the changes that no sandbox was there for", lane.exceptionNow());
            }
        }
        return scored(tried);
    }

    private void tryOne(
            int number, Map<String, byte[]> files, Duration limit, Queue<Integer> numbers, Queue<Tried> tried)
            throws SandboxUnavailable, InterruptedException {
        var pass = new Pass.OnMutant(number, settings.maxMutants());
        Sandbox.Run run = sandbox.run(files, pass, limit, () -> {});
        if (wasCutOff(run)) {
            run = sandbox.run(files, pass, limit, () -> {}); // once more, and then the number is left out
        }
        RefereeLine.Mutant mutant = run.facts().mutant();
        if (mutant == null) {
            return; // it ended before the code was changed
        }
        RefereeLine.Mutant.Place place = mutant.place();
        if (place == null) {
            numbers.removeIf(other -> other >= mutant.possible());
        } else if (!wasCutOff(run)) { // which tells nothing about the tests
            var change = new Survivor(place.path(), place.line(), PlainText.line(place.change(), CHANGE_CHARS));
            tried.add(new Tried(mutant.possible(), change, run.report().verdict()));
        }
    }

    /** Whether it is the sandbox that came to an end: of tests and code that crash in it, it tells the status. */
    static boolean wasCutOff(Sandbox.Run run) {
        return run.report().verdict() == Verdict.CRASHED && run.facts().status() == null;
    }

    /** The numbers below {@code count}, such that the first few of them are spread over all. */
    static List<Integer> spread(int count) {
        return IntStream.range(0, count)
                .boxed()
                .sorted(Comparator.comparing(Integer::reverse, Integer::compareUnsigned))
                .toList();
    }

    static Optional<MutationScore> scored(Collection<Tried> all) {
        // One that reads as a forgery tells nothing about the tests.
        List<Tried> told =
                all.stream().filter(t -> t.verdict() != Verdict.TAMPERED).toList();
        if (told.isEmpty()) {
            return Optional.empty();
        }
        List<Survivor> survivors = told.stream()
                .filter(t -> t.verdict() == Verdict.PASSED)
                .map(Tried::change)
                .sorted(Comparator.comparing(Survivor::path)
                        .thenComparingInt(Survivor::line)
                        .thenComparing(Survivor::change))
                .toList();
        return Optional.of(MutationScore.of(
                told.getFirst().possible(),
                told.size(),
                told.size() - survivors.size(),
                survivors.subList(0, Math.min(SURVIVORS, survivors.size()))));
    }
}
