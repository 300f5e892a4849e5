package dev.nexus.gateway.job;

import dev.nexus.contract.ArtefactRef;
import dev.nexus.contract.FileChange;
import dev.nexus.contract.Outcome;
import dev.nexus.contract.TaskId;
import dev.nexus.contract.TestReport;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.pcollections.OrderedPMap;
import org.pcollections.PMap;

/**
 * One pass over building and testing: round 0 is the first build, each later one a repair, or
 * a test run after the tests were reviewed.
 *
 * @param files the job's files by path, as this round left them, in the order in which the paths appeared
 * @param changes what it did to the files that it found, if it is a repair
 * @param report of its test run; null while there is none
 */
public record Round(
        int number,
        PMap<String, ArtefactRef> files,
        List<FileChange> changes,
        @Nullable TestReport report) {

    public Round {
        changes = List.copyOf(changes);
    }

    /** The rounds of the job so far, in order. */
    public static List<Round> of(JobState job) {
        Map<String, ArtefactRef> files = new HashMap<>();
        job.request().files().forEach(file -> files.put(file.path(), file));
        int lastRound = job.tasks().keySet().stream()
                .filter(task -> task.kind() == TaskId.Kind.BUILD || task.kind() == TaskId.Kind.TEST)
                .mapToInt(TaskId::round)
                .max()
                .orElse(-1);
        TestLock lock = new TestLock(job.request(), job.tasks().values());
        List<Round> rounds = new ArrayList<>();
        for (int number = 0; number <= lastRound; number++) {
            List<FileChange> changes = new ArrayList<>();
            TestReport report = null;
            for (TaskState task : job.tasks().values()) {
                if (task.id().round() == number && lock.isReview(task)) {
                    startAgain(files, best(rounds));
                }
            }
            for (TaskState task : job.tasks().values()) {
                switch (task.id().round() == number ? task.outcome() : null) {
                    case Outcome.Written written -> {
                        Map<String, ArtefactRef> counting = lock.counting(task).stream()
                                .collect(Collectors.toMap(ArtefactRef::path, file -> file, (_, last) -> last));
                        files.putAll(counting);
                        written.changes().stream()
                                .filter(change -> counting.containsKey(change.path()))
                                .forEach(changes::add);
                    }
                    case Outcome.Tested tested -> report = tested.report();
                    case Outcome.Planned _ -> {}
                    case null -> {}
                }
            }
            rounds.add(new Round(number, inOrderOf(job.artefacts().keySet(), files), changes, report));
        }
        return rounds;
    }

    /** Tests that were reviewed are run over the files of the round in which most tests passed before. */
    private static void startAgain(Map<String, ArtefactRef> files, @Nullable Round from) {
        if (from != null) {
            files.clear();
            files.putAll(from.files());
        }
    }

    private static PMap<String, ArtefactRef> inOrderOf(Set<String> paths, Map<String, ArtefactRef> files) {
        PMap<String, ArtefactRef> ordered = OrderedPMap.empty();
        for (String path : paths) {
            ArtefactRef file = files.get(path);
            ordered = file == null ? ordered : ordered.plus(path, file);
        }
        return ordered;
    }

    /** The number of the round in which most tests passed, the first of equals; null if none was tested. */
    static @Nullable Integer best(Collection<TaskState> tasks) {
        Map<Integer, TestReport> reports = new TreeMap<>();
        for (TaskState task : tasks) {
            if (task.outcome() instanceof Outcome.Tested tested) {
                reports.put(task.id().round(), tested.report());
            }
        }
        return best(reports);
    }

    /** The one of these in which most tests passed, the first of equals; null if none was tested. */
    static @Nullable Round best(List<Round> rounds) {
        Map<Integer, TestReport> reports = new TreeMap<>();
        for (Round round : rounds) {
            if (round.report() != null) {
                reports.put(round.number(), round.report());
            }
        }
        Integer best = best(reports);
        return best == null ? null : rounds.get(best);
    }

    private static @Nullable Integer best(Map<Integer, TestReport> reports) {
        Integer best = null;
        long most = -1;
        for (Map.Entry<Integer, TestReport> round : reports.entrySet()) {
            long passed = passed(round.getValue());
            if (passed > most) {
                best = round.getKey();
                most = passed;
            }
        }
        return best;
    }

    /** How many tests passed; more than any other run can have, if it passed as a whole. */
    private static long passed(TestReport report) {
        return switch (report.verdict()) {
            case PASSED -> Long.MAX_VALUE;
            case FAILED, ERROR, TIMEOUT, MEMORY_LIMIT, OUTPUT_LIMIT, CRASHED -> report.count(TestReport.Outcome.PASSED);
            case NO_TESTS, TAMPERED -> 0;
        };
    }

    /** Whether it left every file as {@code before} did. */
    boolean changedNothingSince(Round before) {
        return contents().equals(before.contents());
    }

    private Map<String, String> contents() {
        return files.values().stream().collect(Collectors.toMap(ArtefactRef::path, ArtefactRef::sha256));
    }
}
