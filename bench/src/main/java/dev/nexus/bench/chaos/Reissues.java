package dev.nexus.bench.chaos;

import dev.nexus.bench.chaos.Breach.Rule;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Judges why tasks were issued again, and how soon. A claimed attempt may be followed by another if it was handed back, if
 * it failed for a while, if its worker was hit, or if a broker was away; an unclaimed one if it had lain for long enough.
 *
 * <p>How soon is judged where nothing but the worker was hit, or one gateway with it. While a broker or both gateways are
 * away there is no limit, and nobody could name one that is fair. Blows on other agents excuse nothing.
 */
record Reissues(Map<String, JobHistory> jobs, Blows blows) {

    /** What Nexus promises of the task of a worker that is lost, in milliseconds. */
    static final long SOON = 10_000;

    /** And if the driver is lost with it. */
    static final long SOON_WITHOUT_DRIVER = 15_000;

    /** For how long an order lies unclaimed before it is issued again, in milliseconds, less what clocks are rounded. */
    private static final long UNCLAIMED = 29_000;

    /** A claim that comes so short before the next attempt crossed it, in milliseconds. */
    private static final long CROSSED = 2_000;

    /** Losses in a row after which a job fails. */
    private static final int LOSSES = 3;

    /**
     * A task whose worker was hit.
     *
     * @param millis from the blow until the next attempt was ordered
     * @param limit of that; {@link Long#MAX_VALUE} if there is none
     */
    record Recovery(String job, String task, long millis, long limit) {

        boolean isCalm() {
            return limit < Long.MAX_VALUE;
        }
    }

    /** Why an attempt is followed by another. */
    private enum Cause {
        RELEASED,
        FAILED,
        UNCLAIMED,
        WORKER_HIT,
        BROKER_AWAY,
        NONE
    }

    List<Breach> breaches() {
        List<Breach> breaches = new ArrayList<>();
        for (JobHistory job : jobs.values()) {
            for (RawRecord issued : job.reissues()) {
                if (cause(job, issued.text("task"), issued.number("attempt") - 1, issued) == Cause.NONE) {
                    breaches.add(new Breach(
                            Rule.REISSUED, job.job(), issued.fact() + " has no cause, at " + issued.place()));
                }
            }
            workersNotLost(job).ifPresent(breaches::add);
        }
        for (Recovery recovery : recoveries()) {
            if (recovery.millis() > recovery.limit()) {
                breaches.add(new Breach(
                        Rule.REISSUED,
                        recovery.job(),
                        recovery.task() + " was issued again " + recovery.millis() + " ms after its worker was hit;"
                                + " the limit is " + recovery.limit() + " ms"));
            }
        }
        return breaches;
    }

    /** All tasks that were taken from a worker because it was hit, or that it handed back because of that. */
    List<Recovery> recoveries() {
        List<Recovery> all = new ArrayList<>();
        for (JobHistory job : jobs.values()) {
            for (RawRecord issued : job.reissues()) {
                String task = issued.text("task");
                Optional<RawRecord> claim =
                        job.claim(task, issued.number("attempt") - 1).filter(it -> it.time() < issued.time());
                claim.flatMap(it -> blows.lastHit(it.text("worker"), it.time(), issued.time()))
                        .ifPresent(blow -> {
                            long lost = Math.max(blow.from(), claim.get().time());
                            all.add(recovery(job, task, lost, issued.time()));
                        });
            }
        }
        return all;
    }

    private Recovery recovery(JobHistory job, String task, long lost, long issued) {
        List<Striker.Done> gateways = blows.gatewaysNear(lost, issued);
        long distinct = gateways.stream().map(Striker.Done::name).distinct().count();
        if (blows.brokerWasAway(lost, issued) || distinct > 1) {
            return new Recovery(job.job(), task, issued - lost, Long.MAX_VALUE);
        }
        long from = gateways.stream().mapToLong(Striker.Done::from).reduce(lost, Math::max);
        return new Recovery(job.job(), task, issued - from, distinct == 0 ? SOON : SOON_WITHOUT_DRIVER);
    }

    /** @param next what tells that the attempt is given up: the next one, or the end of the job */
    private Cause cause(JobHistory job, String task, int attempt, RawRecord next) {
        List<RawRecord> before = job.counted().subList(0, job.counted().indexOf(next)).stream()
                .filter(record -> record.text("task").equals(task) && record.number("attempt") == attempt)
                .toList();
        String winner = job.winner(task, attempt);
        for (RawRecord record : before) {
            if (record.type().equals("task.released") && record.text("worker").equals(winner)) {
                return Cause.RELEASED;
            }
            if (record.type().equals("task.failed")
                    && record.value().path("error").path("retryable").asBoolean(false)) {
                return Cause.FAILED;
            }
        }
        Optional<RawRecord> claim = before.stream()
                .filter(record -> record.type().equals("task.started"))
                .findFirst()
                .filter(it -> it.time() < next.time() - CROSSED);
        if (claim.isEmpty()) {
            boolean lay = before.isEmpty() || next.time() - before.getFirst().time() >= UNCLAIMED;
            return lay ? Cause.UNCLAIMED : Cause.NONE;
        }
        long since = claim.get().time();
        if (blows.lastHit(claim.get().text("worker"), since, next.time()).isPresent()) {
            return Cause.WORKER_HIT;
        }
        return blows.brokerWasAway(since, next.time()) ? Cause.BROKER_AWAY : Cause.NONE;
    }

    private Optional<Breach> workersNotLost(JobHistory job) {
        Optional<RawRecord> end = job.end()
                .filter(it -> it.value().path("error").path("code").asString("").equals("worker_lost"));
        if (end.isEmpty()
                || job.attempts().entrySet().stream()
                        .anyMatch(task -> losses(job, task.getKey(), task.getValue(), end.get()) >= LOSSES)) {
            return Optional.empty();
        }
        return Optional.of(new Breach(
                Rule.REISSUED,
                job.job(),
                "it failed with worker_lost, and no task was lost " + LOSSES + " times, at "
                        + end.get().place()));
    }

    private int losses(JobHistory job, String task, int attempts, RawRecord end) {
        int losses = 0;
        for (int attempt = 1; attempt <= attempts; attempt++) {
            int following = attempt + 1;
            RawRecord next = job.reissues().stream()
                    .filter(issued -> issued.text("task").equals(task) && issued.number("attempt") == following)
                    .findFirst()
                    .orElse(end);
            switch (cause(job, task, attempt, next)) {
                case FAILED, WORKER_HIT, BROKER_AWAY -> losses++;
                case RELEASED, UNCLAIMED, NONE -> {}
            }
        }
        return losses;
    }
}
