package dev.nexus.bench.chaos;

import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
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
    private final Deque<Schedule.Strike> again = new ArrayDeque<>();
    private final Queue<Done> done = new ConcurrentLinkedQueue<>();
    private final ExecutorService blows = Executors.newVirtualThreadPerTaskExecutor();

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

        Done back() {
            return new Done(kind, name, blow, worker, work, driving, from, System.currentTimeMillis());
        }
    }

    Striker(Fleet fleet, Watch watch, Schedule schedule) {
        this.fleet = fleet;
        this.watch = watch;
        this.schedule = schedule;
    }

    /** Strikes until the time is up, and returns when all that was hit is back. */
    void run(Duration length) throws InterruptedException {
        long end = System.nanoTime() + length.toNanos();
        while (true) {
            Schedule.Strike strike = again.isEmpty() ? schedule.next() : again.remove();
            TimeUnit.NANOSECONDS.sleep(strike.pause().toNanos());
            if (System.nanoTime() > end) {
                break;
            }
            Optional<Member> hit = choose(strike);
            if (hit.isEmpty() || workOf(hit.get()) == 0) {
                again.add(strike); // once more later on; a blow on an idle process proves little
            }
            hit.ifPresent(member -> strike(member, strike));
        }
        blows.shutdown();
        if (!blows.awaitTermination(LONGEST_RETURN.toMillis(), TimeUnit.MILLISECONDS)) {
            log.warn("some processes are not back after {} s", LONGEST_RETURN.toSeconds());
        }
    }

    List<Done> done() {
        return List.copyOf(done);
    }

    /** The blows that no process with work has suffered, by kind. */
    Map<Kind, Set<Blow>> missing() {
        Map<Kind, Set<Blow>> missing = new EnumMap<>(Kind.class);
        for (Kind kind : Kind.values()) {
            Set<Blow> left = EnumSet.allOf(Blow.class);
            done.stream()
                    .filter(each -> each.kind() == kind && each.work() > 0)
                    .forEach(each -> left.remove(each.blow()));
            if (!left.isEmpty()) {
                missing.put(kind, left);
            }
        }
        return missing;
    }

    private Optional<Member> choose(Schedule.Strike strike) throws InterruptedException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (true) {
            List<Member> up = candidates(strike.kind());
            List<Member> busy = up.stream().filter(member -> workOf(member) > 0).toList();
            boolean late = System.nanoTime() > deadline;
            List<Member> from = busy.isEmpty() && late ? up : busy;
            if (!from.isEmpty()) {
                return Optional.of(from.get((int) (strike.pick() * from.size())));
            }
            if (late) {
                return Optional.empty();
            }
            TimeUnit.NANOSECONDS.sleep(LOOK.toNanos());
        }
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
        done.add(blow);
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
                member.suffer(strike.blow(), strike.away());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } catch (IOException e) {
                log.warn("{} could not be {}: {}", member.name(), strike.blow(), e.toString());
            } finally {
                done.remove(blow);
                done.add(blow.back());
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
