package dev.nexus.gateway.job;

import dev.nexus.contract.ArtefactRef;
import dev.nexus.contract.JobEvent.JobAccepted;
import dev.nexus.contract.Outcome;
import dev.nexus.contract.ProjectPath;
import dev.nexus.contract.TaskId;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * Who may write which file of a job. Tests are locked as they came with the request or were written from the
 * specification: nothing that a build writes replaces one or adds one, and a single review may replace those that the
 * tester wrote.
 */
final class TestLock {

    private final JobAccepted request;
    private final Collection<TaskState> tasks;

    TestLock(JobAccepted request, Collection<TaskState> tasks) {
        this.request = request;
        this.tasks = tasks;
    }

    /** Those of the files that a task has written which count for the job. */
    List<ArtefactRef> counting(TaskState task) {
        if (!(task.outcome() instanceof Outcome.Written written)) {
            return List.of();
        }
        Predicate<ArtefactRef> mayWrite = switch (task.id().kind()) {
            case BUILD -> file -> !ProjectPath.isTest(file.path());
            case TESTS -> task.id().round() == 0 ? this::isNewTest : mayReplace(task);
            case PLAN, TEST -> _ -> false;
        };
        return written.files().stream().filter(mayWrite).toList();
    }

    private boolean isNewTest(ArtefactRef file) {
        return ProjectPath.isTest(file.path()) && !paths(request.files()).contains(file.path());
    }

    private Predicate<ArtefactRef> mayReplace(TaskState review) {
        if (review().filter(review::equals).isEmpty()) {
            return _ -> false;
        }
        Set<String> locked = paths(written());
        return file -> locked.contains(file.path());
    }

    /** The tests that the tester wrote from the specification. */
    List<ArtefactRef> written() {
        return tasks.stream()
                .filter(task -> task.id().equals(TaskId.tests()))
                .findFirst()
                .map(this::counting)
                .orElse(List.of());
    }

    /** The first review that took a test back, and said why; there may be no second one. */
    Optional<TaskState> review() {
        return tasks.stream()
                .filter(task ->
                        task.id().kind() == TaskId.Kind.TESTS && task.id().round() > 0)
                .filter(task -> task.outcome() instanceof Outcome.Written written
                        && !written.replaced().isEmpty())
                .min(Comparator.comparing(TaskState::completedAt));
    }

    /** Whether this task is that review, and so begins anew from the best round. */
    boolean isReview(TaskState task) {
        return task.id().round() > 0
                && task.id().kind() == TaskId.Kind.TESTS
                && !counting(task).isEmpty();
    }

    private static Set<String> paths(List<ArtefactRef> files) {
        return files.stream().map(ArtefactRef::path).collect(Collectors.toUnmodifiableSet());
    }
}
