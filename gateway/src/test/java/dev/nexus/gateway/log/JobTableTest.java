package dev.nexus.gateway.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nexus.contract.EventId;
import dev.nexus.contract.Fidelity;
import dev.nexus.contract.JobEvent;
import dev.nexus.contract.JobEvent.JobAccepted;
import dev.nexus.contract.JobId;
import dev.nexus.contract.JobKind;
import dev.nexus.contract.JobOptions;
import dev.nexus.contract.Json;
import dev.nexus.contract.LoggedEvent;
import dev.nexus.contract.TaskId;
import dev.nexus.gateway.job.JobSummary;
import dev.nexus.gateway.job.RandomLog;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class JobTableTest {

    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
    private static final JobId A = job(1);
    private static final JobId B = job(2);
    private static final JobId C = job(3);

    private final Log log = new Log();
    private final JobTable table = new JobTable(log, 2);

    static LongStream seeds() {
        return LongStream.range(0, 200);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void aTableWithThreeJobsInMemoryAnswersAsOneThatKeepsAll(long seed) {
        Random random = new Random(seed);
        List<LoggedEvent> events = manyJobs(random);
        Log past = new Log();
        JobTable small = new JobTable(past, 3);
        JobTable large = new JobTable(new Log(), Integer.MAX_VALUE);
        for (LoggedEvent event : events) {
            past.append(event, small);
            large.fold(event, json(event));
            if (random.nextInt(20) == 0) {
                JobId any = job(random.nextInt(20));
                assertThat(shown(small.find(any))).isEqualTo(shown(large.find(any)));
            }
        }

        List<Object> answers = answers(small);

        assertThat(answers).isEqualTo(answers(large));
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void whatIsFoldedOnlyWhenSomeoneAsksAnswersAsWhatIsFoldedAtOnce(long seed) {
        Random random = new Random(seed);
        List<LoggedEvent> events = manyJobs(random);
        Log past = new Log();
        JobTable lazy = new JobTable(past, random.nextInt(10));
        JobTable eager = new JobTable(new Log(), Integer.MAX_VALUE);
        events.forEach(event -> eager.fold(event, json(event)));
        int standing = random.nextInt(events.size());
        for (LoggedEvent event : events.subList(0, standing)) {
            past.events.add(event);
            foldLater(lazy, event);
        }
        lazy.foldOpen();
        events.subList(standing, events.size()).forEach(event -> past.append(event, lazy));

        List<Object> answers = answers(lazy);

        assertThat(answers).isEqualTo(answers(eager));
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void inWhateverOrderThePartitionsAreReadEachJobIsWhatItsOwnEventsTell(long seed) {
        Random random = new Random(seed);
        List<Deque<LoggedEvent>> stories = stories(random);
        int count = 1 + random.nextInt(12);
        List<Deque<LoggedEvent>> partitions = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            int partition = i;
            List<Deque<LoggedEvent>> its = IntStream.range(0, stories.size())
                    .filter(job -> job % count == partition)
                    .mapToObj(stories::get)
                    .toList();
            partitions.add(new ArrayDeque<>(merged(its, random, partition)));
        }

        JobTable one = inMemory(shuffled(partitions, random));
        JobTable other = inMemory(shuffled(partitions, random));

        assertThat(answers(other)).isEqualTo(answers(one));
        for (int i = 0; i < stories.size(); i++) {
            JobId job = job(i);
            JobTable alone = inMemory(partitions.get(i % count).stream()
                    .filter(event -> event.job().equals(job))
                    .toList());
            assertThat(shown(one.find(job))).isEqualTo(shown(alone.find(job)));
        }
    }

    private static JobTable inMemory(List<LoggedEvent> events) {
        JobTable table = new JobTable(new Log(), Integer.MAX_VALUE);
        events.forEach(event -> table.fold(event, json(event)));
        return table;
    }

    @Test
    void whatIsKeptOfAJobIsDecodedOnlyWhenSomeoneAsks() {
        byte[] json = Json.write(new JobEvent.TaskScheduled(TaskId.plan(), 1));
        foldLater(table, log.add(A, accepted()));
        table.foldLater(A, new JobFeed.Unfolded(A + "/plan/1/scheduled", json, 1, START));
        foldLater(table, log.add(A, completed()));
        Arrays.fill(json, (byte) ' '); // had it been decoded before, it would count

        long seq = table.find(A).join().orElseThrow().state().seq();

        assertThat(seq).isEqualTo(2);
        assertThat(table.openCount()).isZero();
    }

    @Test
    void aFinalEventUnderAnIdOfAnotherFactStillEndsTheJob() {
        foldLater(table, log.add(A, accepted()));
        LoggedEvent odd = log.add(A, completed());
        foldLater(table, new LoggedEvent(A, A + "/plan/9/result", odd.event(), 0, odd.offset(), odd.time()));

        table.foldOpen();

        assertThat(table.isOpen(A)).isFalse();
        assertThat(table.isKnown(A)).isTrue();
    }

    @Test
    void anotherEventUnderTheIdOfTheFinalOneDoesNotEndTheJob() {
        foldLater(table, log.add(A, accepted()));
        LoggedEvent odd = log.add(A, new JobEvent.JobCancelRequested(null));
        foldLater(table, new LoggedEvent(A, A + "/final", odd.event(), 0, odd.offset(), odd.time()));
        foldLater(table, log.add(A, completed())); // a repeat of that id

        table.foldOpen();

        assertThat(table.isOpen(A)).isTrue();
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void theListIsThatOfAllJobsByTimeAndIdNewestFirst(long seed) {
        JobTable large = new JobTable(log, Integer.MAX_VALUE);
        manyJobs(new Random(seed)).forEach(event -> large.fold(event, json(event)));
        List<JobSummary> all = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            large.find(job(i)).join().ifPresent(feed -> all.add(JobSummary.of(feed.state())));
        }

        List<JobSummary> newest = large.newest("default", 7).join();

        all.sort(Comparator.comparing(JobSummary::createdAt)
                .thenComparing(JobSummary::id)
                .reversed());
        assertThat(newest).isEqualTo(all.subList(0, 7));
    }

    @Test
    void theJobsUsedLastStayInMemoryAndOthersAreReadAgain() {
        ended(A, B, C);

        table.find(B).join();
        table.find(A).join(); // is read, in place of C
        table.find(B).join();
        table.find(A).join();
        table.find(C).join(); // is read, in place of B

        assertThat(log.read).containsExactly(A, C);
    }

    @Test
    void openJobsStayInMemoryHoweverManyThereAre() {
        accepted(A, B, C);

        table.find(A).join();

        assertThat(log.read).isEmpty();
        assertThat(table.openCount()).isEqualTo(3);
    }

    @Test
    void aJobThatManyAskForAtOnceIsReadOnce() {
        ended(A, B, C);
        log.answers = false;
        var first = table.find(A);
        var second = table.find(A);

        log.answerAll();

        assertThat(log.read).containsExactly(A);
        assertThat(second.join().orElseThrow()).isSameAs(first.join().orElseThrow());
    }

    @Test
    void aJobThatCouldNotBeReadIsReadWhenItIsAskedForAgain() {
        ended(A, B, C);
        log.fails = true;
        assertThatThrownBy(() -> table.find(A).join())
                .isInstanceOf(CompletionException.class)
                .hasCauseInstanceOf(JobTable.Unread.class);
        log.fails = false;

        Optional<JobFeed> found = table.find(A).join();

        assertThat(found).isPresent();
    }

    @Test
    void whatComesAfterTheEndOfAJobThatIsNotInMemoryReadsNothing() {
        ended(A, B, C);

        log.append(table, A, new JobEvent.TaskProgress(TaskId.plan(), 1, "late"));
        log.append(table, A, new JobEvent.JobCancelled());

        assertThat(log.read).isEmpty();
        assertThat(table.find(A).join().orElseThrow().state().seq()).isEqualTo(2);
    }

    @Test
    void aDeletedJobIsGoneFromEverywhereWhetherItIsInMemoryOrNot() {
        ended(A, B, C);

        log.append(table, A, new JobEvent.JobDeleted());
        log.append(table, C, new JobEvent.JobDeleted());

        assertThat(table.find(A).join()).isEmpty();
        assertThat(table.find(C).join()).isEmpty();
        assertThat(table.isKnown(A)).isFalse();
        assertThat(table.newest("default", 10).join())
                .extracting(JobSummary::id)
                .containsExactly(B);
        assertThat(log.read).isEmpty();
    }

    @Test
    void theIdOfADeletedJobStaysTaken() {
        ended(A);
        log.append(table, A, new JobEvent.JobDeleted());

        accepted(A);

        assertThat(table.isDeleted(A)).isTrue();
        assertThat(table.openCount()).isZero();
    }

    @Test
    void aJobWhoseBeginningHasLeftTheLogIsForgottenWhetherItIsInMemoryOrNot() {
        ended(A, B, C);

        table.forgetBefore(Map.of(0, 5L)); // C begins at 4

        assertThat(table.find(A).join()).isEmpty();
        assertThat(table.find(C).join()).isEmpty();
        assertThat(table.newest("default", 10).join()).isEmpty();
        assertThat(log.read).isEmpty();
    }

    @Test
    void aJobThatBeginsWhereTheLogBeginsIsStillThere() {
        ended(A, B, C);

        table.forgetBefore(Map.of(0, 4L, 1, 100L));

        assertThat(table.find(C).join()).isPresent();
        assertThat(table.newest("default", 10).join())
                .extracting(JobSummary::id)
                .containsExactly(C);
    }

    @Test
    void aJobThatIsFoundToHaveLeftTheLogWhenItIsReadIsForgotten() {
        ended(A, B, C);
        log.beginning = 2;

        Optional<JobFeed> found = table.find(A).join();

        assertThat(found).isEmpty();
        assertThat(table.newest("default", 10).join())
                .extracting(JobSummary::id)
                .containsExactly(C, B);
    }

    @Test
    void anIdWhoseJobHasLeftTheLogBeginsANewJob() {
        ended(A);
        table.forgetBefore(Map.of(0, 2L));

        accepted(A);

        assertThat(table.find(A).join().orElseThrow().state().since().offset()).isEqualTo(2);
        assertThat(table.openCount()).isEqualTo(1);
        assertThat(table.newest("default", 10).join()).hasSize(1);
    }

    @Test
    void whoeverWaitsForAJobGetsItEvenIfItEndedMeanwhileAndIsNotInMemory() {
        ended(A, B, C);

        var waiting = table.awaitAccepted(A, Duration.ofSeconds(5));

        assertThat(waiting.join().state().id()).isEqualTo(A);
    }

    private void accepted(JobId... jobs) {
        for (JobId job : jobs) {
            log.append(table, job, accepted());
        }
    }

    private static JobAccepted accepted() {
        return new JobAccepted(
                JobKind.PLAN, "default", "a stack", null, List.of(), null, JobOptions.DEFAULTS, Map.of(), "hash");
    }

    private static JobEvent completed() {
        return new JobEvent.JobCompleted(null, Fidelity.IMPLEMENTATION);
    }

    private static void foldLater(JobTable table, LoggedEvent event) {
        byte[] json = json(event);
        if (EventId.isBelowJob(event.job(), event.id())) {
            table.foldLater(event.job(), new JobFeed.Unfolded(event.id(), json, event.offset(), event.time()));
        } else {
            table.foldLater(event, json);
        }
    }

    private void ended(JobId... jobs) {
        for (JobId job : jobs) {
            accepted(job);
            log.append(table, job, completed());
        }
    }

    /** Twenty jobs side by side on one partition. */
    private static List<LoggedEvent> manyJobs(Random random) {
        return merged(stories(random), random, 0);
    }

    /** Twenty jobs; most come to an end, after which late events follow, or a deletion. */
    private static List<Deque<LoggedEvent>> stories(Random random) {
        List<Deque<LoggedEvent>> stories = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            Deque<LoggedEvent> story = new ArrayDeque<>();
            for (LoggedEvent event : RandomLog.of(random)) {
                story.add(as(job(i), event));
            }
            if (random.nextInt(5) > 0) {
                story.add(event(job(i), completed()));
                story.add(event(job(i), new JobEvent.JobCancelled()));
                story.add(event(job(i), new JobEvent.JobCancelRequested("too late")));
            }
            if (random.nextInt(5) == 0) {
                story.add(event(job(i), new JobEvent.JobDeleted()));
            }
            stories.add(story);
        }
        return stories;
    }

    /** The stories on one partition, each in its order, in any order to each other. */
    private static List<LoggedEvent> merged(List<Deque<LoggedEvent>> stories, Random random, int partition) {
        List<LoggedEvent> all = new ArrayList<>();
        for (LoggedEvent event : shuffled(stories, random)) {
            long offset = all.size();
            Instant time = START.plusSeconds(offset / 5); // some at once
            all.add(new LoggedEvent(event.job(), event.id(), event.event(), partition, offset, time));
        }
        return all;
    }

    /** All that is in the queues, each in its order, in any order to each other. */
    private static List<LoggedEvent> shuffled(List<Deque<LoggedEvent>> queues, Random random) {
        List<Deque<LoggedEvent>> left = new ArrayList<>();
        queues.forEach(queue -> left.add(new ArrayDeque<>(queue)));
        left.removeIf(Deque::isEmpty);
        List<LoggedEvent> all = new ArrayList<>();
        while (!left.isEmpty()) {
            all.add(left.get(random.nextInt(left.size())).remove());
            left.removeIf(Deque::isEmpty);
        }
        return all;
    }

    private static LoggedEvent as(JobId job, LoggedEvent event) {
        String id = event.id().replace(event.job().value(), job.value());
        return new LoggedEvent(job, id, event.event(), 0, 0, START);
    }

    private static LoggedEvent event(JobId job, JobEvent event) {
        return new LoggedEvent(job, EventId.of(job, event, "").toString(), event, 0, 0, START);
    }

    private static JobId job(int n) {
        return new JobId("0198c5a2-7c00-7000-8000-%012d".formatted(n));
    }

    @Test
    void aSearchFindsATextInWhateverCaseInMemoryAndInTheLog() {
        ended(A, "A Stack of numbers");
        ended(B, "a queue");
        ended(C, "a deque");
        log.append(table, job(4), accepted("another STACK"));

        JobTable.Page page = table.page(searching("stack"), null, 10).join();

        assertThat(page.jobs()).extracting(JobSummary::id).containsExactly(job(4), A);
        assertThat(page.next()).isNull();
        assertThat(log.read).containsExactly(A); // the others are in memory
    }

    @Test
    void aSearchReadsNoMoreThanSoManyJobsForAPageAndGoesOnBehindThem() {
        ended(job(1), "the one");
        for (int i = 2; i <= 250; i++) {
            ended(job(i), "another");
        }

        JobTable.Page first = table.page(searching("the one"), null, 10).join();
        int read = log.read.size();
        JobTable.Page second =
                table.page(searching("the one"), first.next(), 10).join();

        assertThat(first.jobs()).isEmpty();
        assertThat(read).isEqualTo(200);
        assertThat(second.jobs()).extracting(JobSummary::id).containsExactly(job(1));
        assertThat(second.next()).isNull();
    }

    @Test
    void aSearchThatFindsMoreThanAPageGoesOnBehindTheLastOneShown() {
        ended(A, "a stack");
        ended(B, "a stack");
        ended(C, "a stack");

        JobTable.Page first = table.page(searching("a stack"), null, 2).join();
        JobTable.Page second = table.page(searching("a stack"), first.next(), 2).join();

        assertThat(first.jobs()).extracting(JobSummary::id).containsExactly(C, B);
        assertThat(second.jobs()).extracting(JobSummary::id).containsExactly(A);
        assertThat(second.next()).isNull();
    }

    @Test
    void searchesHaveAFewJobsReadAtATimeAndAreFewThemselves() {
        Queue<CompletableFuture<Optional<JobFeed>>> asked = new ArrayDeque<>();
        JobTable slow = new JobTable(
                _ -> {
                    var answer = new CompletableFuture<Optional<JobFeed>>();
                    asked.add(answer);
                    return answer;
                },
                1);
        for (int i = 1; i <= 30; i++) {
            log.append(slow, job(i), accepted("a stack"));
            log.append(slow, job(i), completed());
        }

        List<CompletableFuture<JobTable.Page>> searches = IntStream.range(0, 4)
                .mapToObj(_ -> slow.page(searching("other"), null, 10))
                .toList();

        assertThat(asked).hasSize(4 * 8);
        assertThat(slow.page(searching("other"), null, 10))
                .failsWithin(Duration.ZERO)
                .withThrowableThat()
                .withCauseInstanceOf(JobTable.Unread.class);
        while (!asked.isEmpty()) {
            asked.remove().complete(Optional.empty());
        }
        assertThat(searches).allMatch(CompletableFuture::isDone);
        assertThat(slow.page(searching("other"), null, 10)).isNotCompletedExceptionally();
    }

    private static JobTable.Filter searching(String text) {
        return new JobTable.Filter("default", null, null, null, text);
    }

    private static JobAccepted accepted(String spec) {
        return new JobAccepted(
                JobKind.PLAN, "default", spec, null, List.of(), null, JobOptions.DEFAULTS, Map.of(), "hash");
    }

    private void ended(JobId job, String spec) {
        log.append(table, job, accepted(spec));
        log.append(table, job, completed());
    }

    private static byte[] json(LoggedEvent event) {
        return event.event() instanceof JobEvent.Unrecognised(String type)
                ? ("{\"type\":\"" + type + "\"}").getBytes(StandardCharsets.UTF_8)
                : Json.write(event.event());
    }

    private static List<Object> answers(JobTable table) {
        List<Object> answers = new ArrayList<>();
        answers.add(table.newest("default", 100).join());
        answers.add(table.openCount());
        for (int i = 0; i < 20; i++) {
            answers.add(table.isKnown(job(i)));
            answers.add(table.isOpen(job(i)));
            answers.add(shown(table.find(job(i))));
        }
        return answers;
    }

    private static List<Object> shown(CompletableFuture<Optional<JobFeed>> job) {
        JobFeed feed = job.join().orElse(null);
        List<Object> shown = new ArrayList<>();
        if (feed != null) {
            shown.add(feed.state());
            for (JobFeed.Entry entry : feed.after(0, 1000)) {
                shown.add(entry.seq() + entry.type() + entry.time() + new String(entry.json(), StandardCharsets.UTF_8));
            }
        }
        return shown;
    }

    /** One partition in memory, read as the real one is: from a job's beginning to its end, by its key. */
    private static final class Log implements JobTable.Past {

        private final List<LoggedEvent> events = new ArrayList<>();
        private final List<JobId> read = new ArrayList<>();
        private final List<Runnable> unanswered = new ArrayList<>();
        private boolean answers = true;
        private boolean fails;
        private long beginning;

        void append(LoggedEvent event, JobTable to) {
            events.add(event);
            to.fold(event, json(event));
        }

        void append(JobTable to, JobId job, JobEvent event) {
            LoggedEvent added = add(job, event);
            to.fold(added, json(added));
        }

        LoggedEvent add(JobId job, JobEvent event) {
            long offset = events.size();
            String id = EventId.of(job, event, "").toString();
            LoggedEvent added = new LoggedEvent(job, id, event, 0, offset, START.plusSeconds(offset));
            events.add(added);
            return added;
        }

        void answerAll() {
            unanswered.forEach(Runnable::run);
        }

        @Override
        public CompletableFuture<Optional<JobFeed>> read(EndedJob job) {
            read.add(job.id());
            if (fails) {
                return CompletableFuture.failedFuture(new JobTable.Unread("as the test wants it", null));
            }
            var answer = new CompletableFuture<Optional<JobFeed>>();
            unanswered.add(() -> answer.complete(Optional.ofNullable(folded(job))));
            if (answers) {
                answerAll();
            }
            return answer;
        }

        private @Nullable JobFeed folded(EndedJob job) {
            JobFeed feed = null;
            for (LoggedEvent event : events) {
                if (event.offset() < Math.max(job.first(), beginning)
                        || event.offset() > job.last()
                        || !event.job().equals(job.id())) {
                    continue;
                }
                if (feed != null) {
                    feed.fold(event, json(event));
                } else if (event.event() instanceof JobAccepted request) {
                    feed = JobFeed.accepted(event, request, json(event));
                }
            }
            return feed;
        }
    }
}
