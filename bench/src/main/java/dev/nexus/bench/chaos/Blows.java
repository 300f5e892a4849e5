package dev.nexus.bench.chaos;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * What was done to the processes of a run, as the judge looks at it.
 *
 * @param done everything that fell
 * @param brokers how many there were
 */
record Blows(List<Striker.Done> done, int brokers) {

    /** With fewer brokers, nothing can be written while one of them is away. */
    private static final int ENOUGH = 3;

    /** When agents were held by SIGSTOP, by worker id: one that is killed or ends calls nobody afterwards. */
    Map<String, List<Audit.Span>> stops() {
        return done.stream()
                .filter(each -> each.kind().isAgent() && each.blow() == Blow.STOP)
                .collect(Collectors.groupingBy(
                        Striker.Done::worker, Collectors.mapping(Striker.Done::span, Collectors.toList())));
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
