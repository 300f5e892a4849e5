package dev.nexus.bench.chaos;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What was done to the processes of a run, as the judge looks at it.
 *
 * @param done everything that fell
 * @param brokers how many there were
 */
record Blows(List<Striker.Done> done, int brokers) {

    /** What clients need to find new leaders, and a new driver to have read the log, when something is back. */
    static final long TAKE_OVER = 10_000;

    /** For how long a process is still late after it was stopped. */
    private static final long AFTER_STOP = 5_000;

    /** With fewer brokers, nothing can be written while one of them is away. */
    private static final int ENOUGH = 3;

    /** When agents were held by SIGSTOP, by worker id: one that is killed or ends calls nobody afterwards. */
    Map<String, List<Audit.Span>> stops() {
        return done.stream()
                .filter(each -> each.kind().isAgent() && each.blow() == Blow.STOP)
                .collect(Collectors.groupingBy(
                        Striker.Done::worker, Collectors.mapping(Striker.Done::span, Collectors.toList())));
    }

    boolean wasStopped(String worker, long from, long until) {
        return stops().getOrDefault(worker, List.of()).stream().anyMatch(span -> span.touches(from, until));
    }

    /** Whether any broker was away between the two, or had been back for a moment only. */
    boolean brokerWasAway(long from, long until) {
        return of(Kind.BROKER).anyMatch(each -> each.span().touches(from - TAKE_OVER, until));
    }

    /** Whether a worker of the same service may have been started between the two. */
    boolean anyNewWorkerLike(String worker, long from, long until) {
        return done.stream()
                .filter(each -> each.kind().isAgent() && each.blow() != Blow.STOP)
                .filter(each -> worker.startsWith(each.kind() + "-"))
                .anyMatch(each -> each.span().touches(from, until));
    }

    /**
     * From when on some gateway has to drive, as far as blows up to {@code until} say: some time behind the return of a
     * broker, behind a blow on one gateway, and behind the return of both gateways.
     */
    long drivenFrom(long from, long until) {
        long brokers = of(Kind.BROKER)
                .filter(each -> each.span().touches(from - TAKE_OVER, until))
                .mapToLong(each -> each.span().to())
                .max()
                .orElse(Long.MIN_VALUE);
        long gateways = of(Kind.GATEWAY)
                .filter(each -> each.from() < until && each.to() > from - TAKE_OVER)
                .mapToLong(each -> alone(each) ? each.from() : each.to())
                .max()
                .orElse(Long.MIN_VALUE);
        long last = Math.max(brokers, gateways);
        return last == Long.MIN_VALUE ? from : Math.max(from, Math.min(last, until) + TAKE_OVER);
    }

    /** The last blow on a worker that an attempt which it claimed at {@code from} can have suffered from. */
    Optional<Striker.Done> lastHit(String worker, long from, long until) {
        return done.stream()
                .filter(each -> each.kind().isAgent() && each.worker().equals(worker))
                .filter(each -> each.span().touches(from - AFTER_STOP, until))
                .max(Comparator.comparingLong(Striker.Done::from));
    }

    /** Blows on gateways that can have held the driver up. */
    List<Striker.Done> gatewaysNear(long from, long until) {
        return of(Kind.GATEWAY)
                .filter(each -> each.span().touches(from - TAKE_OVER, until))
                .toList();
    }

    private boolean alone(Striker.Done gateway) {
        return of(Kind.GATEWAY)
                .noneMatch(other -> !other.name().equals(gateway.name())
                        && other.span().touches(gateway.from(), gateway.to() + TAKE_OVER));
    }

    private Stream<Striker.Done> of(Kind kind) {
        return done.stream().filter(each -> each.kind() == kind);
    }

    /** When nothing could be written. Of three brokers only one at a time is hit, which they promise to survive. */
    List<Audit.Span> outages() {
        return brokers >= ENOUGH
                ? List.of()
                : done.stream()
                        .filter(each -> each.kind() == Kind.BROKER)
                        .map(Striker.Done::span)
                        .toList();
    }
}
