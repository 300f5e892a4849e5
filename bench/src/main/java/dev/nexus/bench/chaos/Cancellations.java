package dev.nexus.bench.chaos;

import dev.nexus.bench.chaos.Breach.Rule;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;

/**
 * Judges the cancellations that were taken: over HTTP by a 200 or 202, over Kafka by the brokers' acknowledgement. Each has
 * to be in the log, nothing may begin behind it, and it has to end the job.
 *
 * <p>A command on Kafka may come too late: that is believed only if the job ended before the driver had to have read of it.
 * What is claimed or asked a moment behind a cancellation crossed it, and so did what was written while a broker was away
 * or the worker was stopped. A process that was just started claims before it has read of the cancellation, and that claim
 * never wins, so only its calls are judged.
 *
 * @param calls of {@code model-calls}
 */
record Cancellations(Map<String, JobHistory> jobs, List<RawRecord> calls, Blows blows) {

    /** How long a process may take to read what is in the log, on a machine this busy, in milliseconds. */
    static final long READING = 2_000;

    /** How long a driver may take to carry out a command, in milliseconds: a gateway that joins moves the seat. */
    static final long TAKING = 10_000;

    List<Breach> breaches(List<Told> customers) {
        List<Breach> breaches = new ArrayList<>();
        for (Told told : customers) {
            Long taken = told.cancelTaken();
            if (taken != null) {
                jobOf(told).flatMap(job -> missing(job, told, taken)).ifPresent(breaches::add);
            }
        }
        for (JobHistory job : jobs.values()) {
            job.cancel().ifPresent(cancel -> {
                begun(job, cancel).forEach(breaches::add);
                notEndedBy(job, cancel).ifPresent(breaches::add);
            });
        }
        return breaches;
    }

    /** From the first word of a cancellation to the end of its job, in milliseconds; empty if there was none. */
    OptionalLong longest(List<Told> customers) {
        OptionalLong longest = OptionalLong.empty();
        for (Told told : customers) {
            Long taken = told.cancelTaken();
            Optional<RawRecord> cancel = jobOf(told).flatMap(JobHistory::cancel);
            Optional<RawRecord> end = jobOf(told).flatMap(JobHistory::end);
            if (taken != null && cancel.isPresent() && end.isPresent()) {
                long took = end.get().time() - Math.min(taken, cancel.get().time());
                longest = OptionalLong.of(Math.max(took, longest.orElse(0)));
            }
        }
        return longest;
    }

    private Optional<JobHistory> jobOf(Told told) {
        return Optional.ofNullable(told.job()).map(jobs::get).filter(JobHistory::isAccepted);
    }

    private Optional<Breach> missing(JobHistory job, Told told, long taken) {
        boolean there =
                Stream.concat(job.counted().stream(), job.later().stream()).anyMatch(RawRecord::isCancel);
        if (there || job.end().isEmpty()) { // without an end the job is lost, which is judged elsewhere
            return Optional.empty();
        }
        if (!told.wish().cancelOverKafka()) {
            return Optional.of(breach(job, "its cancellation was confirmed over HTTP and is not in the log"));
        }
        long end = job.end().get().time();
        long due = blows.drivenFrom(taken, end) + TAKING;
        return end <= due
                ? Optional.empty()
                : Optional.of(breach(
                        job,
                        "its cancellation is not in the log, and it ended " + (end - taken)
                                + " ms after the brokers had the command"));
    }

    private List<Breach> begun(JobHistory job, RawRecord cancel) {
        List<Breach> breaches = new ArrayList<>();
        long accepted = job.counted().getFirst().time();
        Stream.concat(job.counted().stream(), job.later().stream())
                .filter(record -> record.type().equals("task.started"))
                .filter(claim -> isBehind(cancel, claim.time(), claim.text("worker"))
                        && !blows.anyNewWorkerLike(claim.text("worker"), accepted, claim.time()))
                .map(claim -> breach(
                        job,
                        claim.fact() + " came " + (claim.time() - cancel.time()) + " ms behind the cancellation, at "
                                + claim.place()))
                .forEach(breaches::add);
        calls.stream()
                .filter(call -> call.key().equals(job.job()))
                .filter(call -> isBehind(cancel, call.asked(), call.writer()))
                .map(call -> breach(
                        job,
                        "a model was asked " + (call.asked() - cancel.time()) + " ms behind the cancellation, see "
                                + call.place()))
                .forEach(breaches::add);
        return breaches;
    }

    private boolean isBehind(RawRecord cancel, long time, String worker) {
        return time - cancel.time() > READING
                && !blows.brokerWasAway(cancel.time(), time)
                && !blows.wasStopped(worker, cancel.time(), time);
    }

    private Optional<Breach> notEndedBy(JobHistory job, RawRecord cancel) {
        return job.end()
                .filter(end -> !end.type().equals("job.cancelled"))
                .filter(end -> end.time() > blows.drivenFrom(cancel.time(), end.time()) + READING)
                .map(end -> breach(
                        job,
                        end.type() + " came " + (end.time() - cancel.time()) + " ms behind the cancellation, at "
                                + end.place()));
    }

    private static Breach breach(JobHistory job, String what) {
        return new Breach(Rule.CANCEL, job.job(), what);
    }
}
