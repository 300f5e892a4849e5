package dev.nexus.bench.chaos;

import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Carries the schedule out, on processes that have work where there are any. */
final class Striker {

    private static final Logger log = LoggerFactory.getLogger(Striker.class);

    /** How long a blow waits for a process that has work. */
    private static final Duration PATIENCE = Duration.ofSeconds(6);

    private static final Duration LONGEST_RETURN = Duration.ofMinutes(3);
    private static final Duration LOOK = Duration.ofMillis(50);

    private final Fleet fleet;
    private final Watch watch;
    private final Schedule schedule;
    private final Queue<Done> done = new ConcurrentLinkedQueue<>();
    private final ExecutorService blows = Executors.newVirtualThreadPerTaskExecutor();
    private volatile boolean over;

    /**
     * A blow that fell.
     *
     * @param worker the worker id of an agent, else empty
     * @param work attempts in its hand, or for broker and gateway jobs that were open
     * @param driving whether it was the gateway that drives
     * @param from wall clock, milliseconds since 1970
     * @param to when it was back; {@link Long#MAX_VALUE} until then
     */
    record Done(Kind kind, String name, Blow blow, String worker, int work, boolean driving, long from, long to) {

        Audit.Span span() {
            return new Audit.Span(from, to);
        }

        boolean isAtWork() {
            return work > 0 && (kind != Kind.GATEWAY || driving);
        }

        Done back() {
            return new Done(kind, name, blow, worker, work, driving, from, System.currentTimeMillis());
        }
    }

    Striker(Fleet fleet, Watch watch, Schedule schedule) {
        this.fleet = fleet;
        this.watch = watch;
        this.schedule = schedule;
    }

    /**
     * Strikes until the time is up, and returns when all that was hit is back.
     *
     * @param complete whether to go on, for as long again, until every kind was hit in every way while it had work
     */
    void run(Duration length, boolean complete) throws InterruptedException {
        long end = System.nanoTime() + length.toNanos();
        long latest = end + (complete ? length.toNanos() : 0);
        List<Schedule.Strike> due = new ArrayList<>();
        while (System.nanoTime() < end
                || (System.nanoTime() < latest && !missing(done).isEmpty())) {
            if (due.isEmpty()) {
                due.addAll(schedule.round());
            }
            Duration pause = strikeOne(due);
            TimeUnit.NANOSECONDS.sleep(pause.toNanos());
        }
        over = true;
        blows.shutdown();
        if (!blows.awaitTermination(LONGEST_RETURN.toMillis(), TimeUnit.MILLISECONDS)) {
            log.warn("some processes are not back after {} s", LONGEST_RETURN.toSeconds());
        }
    }

    /** Whether no more blows will fall. */
    boolean isOver() {
        return over;
    }

    List<Done> done() {
        return List.copyOf(done);
    }

    /**
     * The blows that no process with work has suffered, a line each. The work of gateways is that of the one that drives:
     * the other has none that a blow could disturb, but for its clients'.
     */
    static List<String> missing(Collection<Done> done) {
        List<String> missing = new ArrayList<>();
        for (Kind kind : Kind.values()) {
            for (Blow blow : Blow.values()) {
                if (done.stream().noneMatch(each -> each.kind() == kind && each.blow() == blow && each.isAtWork())) {
                    missing.add("no " + kind + (kind == Kind.GATEWAY ? " that drives jobs" : " with work") + " was "
                            + blow);
                }
            }
        }
        return missing;
    }

    /**
     * Carries out the first blow in the list for which there is a process with work, and strikes it off. If none has work
     * for a while, the first one falls on any process, and stays on the list.
     *
     * @return how long to wait then
     */
    private Duration strikeOne(List<Schedule.Strike> due) throws InterruptedException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (System.nanoTime() < deadline) {
            for (Schedule.Strike next : due) {
                List<Member> busy = candidates(next.kind()).stream()
                        .filter(member -> workOf(member) > 0)
                        .toList();
                if (!busy.isEmpty()) {
                    due.remove(next);
                    strike(choose(busy, next), next);
                    return next.pause();
                }
            }
            TimeUnit.NANOSECONDS.sleep(LOOK.toNanos());
        }
        for (Schedule.Strike next : due) {
            List<Member> up = candidates(next.kind());
            if (!up.isEmpty()) {
                strike(pick(up, next), next);
                return next.pause();
            }
        }
        return Duration.ZERO;
    }

    /** As the schedule says, but the gateway that drives as long as it has not suffered this blow. */
    private Member choose(List<Member> from, Schedule.Strike strike) {
        boolean wanted = strike.kind() == Kind.GATEWAY
                && done.stream()
                        .noneMatch(
                                each -> each.kind() == Kind.GATEWAY && each.blow() == strike.blow() && each.isAtWork());
        return from.stream()
                .filter(member -> wanted && fleet.isDriving(uriOf(member)))
                .findFirst()
                .orElseGet(() -> pick(from, strike));
    }

    private static Member pick(List<Member> from, Schedule.Strike strike) {
        return from.get((int) (strike.pick() * from.size()));
    }

    /** One broker at a time: that is what three of them promise to survive. */
    private List<Member> candidates(Kind kind) {
        List<Member> all =
                fleet.members().stream().filter(member -> member.kind() == kind).toList();
        List<Member> up = all.stream().filter(Member::isUp).toList();
        return kind == Kind.BROKER && up.size() < all.size() ? List.of() : up;
    }

    private int workOf(Member member) {
        if (member.kind().isAgent()) {
            return member.worker().map(watch::inHandOf).orElse(0);
        }
        return watch.open().size();
    }

    private void strike(Member member, Schedule.Strike strike) {
        boolean driving = member.kind() == Kind.GATEWAY && fleet.isDriving(uriOf(member));
        Done blow = new Done(
                member.kind(),
                member.name(),
                strike.blow(),
                member.worker().orElse(""),
                workOf(member),
                driving,
                System.currentTimeMillis(),
                Long.MAX_VALUE);
        log.info(
                "{} is {}{}, with {} {}{}",
                member.name(),
                strike.blow(),
                strike.blow() == Blow.STOP ? " for " + strike.away().toMillis() / 1000.0 + " s" : "",
                blow.work(),
                member.kind().isAgent() ? "tasks in hand" : "jobs open",
                driving ? ", driving" : "");
        blows.execute(() -> {
            try {
                member.suffer(strike.blow());
                done.add(blow); // only now has it fallen
                member.comeBack(strike.blow(), strike.away());
                done.remove(blow);
                done.add(blow.back());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } catch (IOException e) {
                log.warn("{} could not be {}: {}", member.name(), strike.blow(), e.toString());
            }
        });
    }

    private URI uriOf(Member gateway) {
        List<Member> gateways = new ArrayList<>(fleet.members().stream()
                .filter(member -> member.kind() == Kind.GATEWAY)
                .toList());
        return fleet.gateways().get(gateways.indexOf(gateway));
    }
}
