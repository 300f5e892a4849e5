package dev.nexus.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nexus.contract.EventId;
import dev.nexus.contract.Heartbeat;
import dev.nexus.contract.JobId;
import dev.nexus.contract.Since;
import dev.nexus.contract.TaskId;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ClaimBookTest {

    private static final JobId JOB = new JobId("0198c5a2-7c00-7000-8000-000000000001");
    private static final JobId NEIGHBOUR = new JobId("0198c5a2-7c00-7000-8000-000000000002");
    private static final String ME = "builder-service-me";

    /** A record of the one partition; its place in the list is its offset. */
    private record Seen(JobId job, String id, String type) {

        EventId parsed() {
            return EventId.parse(job, id);
        }
    }

    @Test
    void aClaimIsWonWhenItComesBack() {
        var book = new ClaimBook(ME, 10);
        book.begin(0, 0);
        var attempt = attempt(1);

        assertThat(book.watch(attempt)).isNull();
        read(book, 0, accepted(JOB));
        read(book, 1, started(1, ME));

        assertThat(attempt.isWon()).isTrue();
    }

    @Test
    void aClaimIsNotWonBeforeTheGapIsFilled() {
        var book = new ClaimBook(ME, 10);
        book.begin(0, 5);
        var attempt = attempt(1);

        ClaimBook.Gap gap = book.watch(attempt);
        read(book, 5, started(1, ME));

        assertThat(gap).isEqualTo(new ClaimBook.Gap(JOB, 0, 0, 5));
        assertThat(attempt.standing()).isEqualTo(Standing.PENDING);
        book.fill(gap, Claims.NONE);
        assertThat(attempt.isWon()).isTrue();
    }

    @Test
    void whatIsFoundInTheGapCountsFirst() {
        var book = new ClaimBook(ME, 10);
        book.begin(0, 5);
        var attempt = attempt(1);
        ClaimBook.Gap gap = book.watch(attempt);
        read(book, 5, started(1, ME));

        Seen earlier = started(1, "builder-service-other");
        book.fill(gap, Claims.NONE.after(earlier.parsed(), earlier.type()));

        assertThat(attempt.isLost()).isTrue();
    }

    @Test
    void aJobWhosePastHasLeftTheLogIsLost() {
        var book = new ClaimBook(ME, 10);
        book.begin(0, 5);
        var attempt = attempt(1);
        ClaimBook.Gap gap = book.watch(attempt);

        book.expire(gap);

        assertThat(attempt.standing()).isEqualTo(new Standing.Lost("the job has left the log"));
    }

    @Test
    void aJobInHandIsNotForgottenHoweverManyOthersPass() {
        var book = new ClaimBook(ME, 1);
        book.begin(0, 0);
        read(book, 0, accepted(JOB));
        var attempt = attempt(1);
        book.watch(attempt);
        read(book, 1, started(1, ME));

        for (int offset = 2; offset < 50; offset++) {
            JobId other = new JobId("0198c5a2-7c00-7000-8000-0000000001" + offset % 10 + "0");
            read(book, offset, accepted(other));
        }

        assertThat(attempt.isWon()).isTrue();
        assertThat(book.watch(attempt(1))).isNull();
    }

    @Test
    void aForgottenJobIsReadAgain() {
        var book = new ClaimBook(ME, 1);
        book.begin(0, 0);
        read(book, 0, accepted(JOB));
        read(book, 1, accepted(NEIGHBOUR));

        assertThat(book.watch(attempt(1))).isEqualTo(new ClaimBook.Gap(JOB, 0, 0, 2));
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void whereverTheTailBeganAndTheGapWasFilledTheClaimStandsAsInTheWholeLog(long seed) {
        var random = new Random(seed);
        for (int round = 0; round < 500; round++) {
            List<Seen> log = randomLog(random);
            int begin = random.nextInt(log.size());
            int watchAt = begin + random.nextInt(log.size() - begin);
            int fillAt = watchAt + random.nextInt(log.size() - watchAt + 1);
            var book = new ClaimBook(ME, 1);
            book.begin(0, begin);
            var attempt = attempt(1 + random.nextInt(2));
            ClaimBook.Gap gap = null;

            for (int offset = begin; offset <= log.size(); offset++) {
                if (offset == watchAt) {
                    gap = book.watch(attempt);
                }
                if (offset == fillAt && gap != null) {
                    book.fill(gap, fold(log.subList((int) gap.from(), (int) gap.to())));
                }
                if (attempt.isWon()) {
                    assertThat(standingIn(log.subList(0, offset), attempt))
                            .as("after %d of %s", offset, log)
                            .isEqualTo(Standing.WON);
                }
                if (offset < log.size()) {
                    read(book, offset, log.get(offset));
                }
            }

            assertThat(attempt.standing().getClass())
                    .as("tail from %d, watched at %d, filled at %d: %s", begin, watchAt, fillAt, log)
                    .isEqualTo(standingIn(log, attempt).getClass());
        }
    }

    private static Standing standingIn(List<Seen> log, Attempt attempt) {
        return fold(log).standing(attempt.task(), attempt.number(), ME);
    }

    private static Claims fold(List<Seen> log) {
        Claims claims = Claims.NONE;
        for (Seen seen : log) {
            if (seen.job().equals(JOB)) {
                claims = claims.after(seen.parsed(), seen.type());
            }
        }
        return claims;
    }

    private static List<Seen> randomLog(Random random) {
        List<Seen> log = new ArrayList<>(List.of(accepted(JOB)));
        int length = 1 + random.nextInt(10);
        for (int i = 0; i < length; i++) {
            int attempt = 1 + random.nextInt(2);
            String worker = random.nextInt(3) > 0 ? ME : "builder-service-other";
            log.add(
                    switch (random.nextInt(12)) {
                        case 0 -> new Seen(JOB, JOB + "/plan/" + attempt + "/result", "task.failed");
                        case 1 -> new Seen(JOB, JOB + "/cancel", "job.cancel_requested");
                        case 2 -> new Seen(JOB, JOB + "/plan/" + attempt + "/released/" + worker, "task.released");
                        case 3, 4, 5, 6, 7 -> started(attempt, worker);
                        default -> accepted(NEIGHBOUR);
                    });
        }
        return log;
    }

    private static void read(ClaimBook book, int offset, Seen seen) {
        book.read(0, offset, seen.job(), seen.parsed(), seen.type());
    }

    private static Attempt attempt(int number) {
        return new Attempt(new Heartbeat.InFlight(JOB, TaskId.plan(), number), new Since(0, 0, Instant.EPOCH));
    }

    private static Seen accepted(JobId job) {
        return new Seen(job, job + "/accepted", "job.accepted");
    }

    private static Seen started(int attempt, String worker) {
        return new Seen(JOB, JOB + "/plan/" + attempt + "/started/" + worker, "task.started");
    }
}
