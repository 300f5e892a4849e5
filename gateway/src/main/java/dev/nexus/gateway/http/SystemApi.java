package dev.nexus.gateway.http;

import dev.nexus.gateway.GatewayLifecycle;
import dev.nexus.gateway.access.Caller;
import dev.nexus.gateway.access.Scope;
import dev.nexus.gateway.job.JobState;
import dev.nexus.gateway.job.JobStatus;
import dev.nexus.gateway.job.Roster;
import dev.nexus.gateway.log.Brokers;
import dev.nexus.gateway.log.Brokers.Broker;
import dev.nexus.gateway.log.JobTable;
import dev.nexus.gateway.log.LogReader;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.springframework.http.MediaType;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** Tells operators of the whole installation: also while it starts, and while something is wrong with it. */
final class SystemApi {

    private final String self;
    private final GatewayLifecycle gateway;
    private final LogReader reader;
    private final JobTable jobs;
    private final Brokers brokers;
    private final Clock clock;

    /**
     * @param self this gateway's id
     * @param clock asked only before anything was read from a broker
     */
    SystemApi(String self, GatewayLifecycle gateway, LogReader reader, JobTable jobs, Brokers brokers, Clock clock) {
        this.self = self;
        this.gateway = gateway;
        this.reader = reader;
        this.jobs = jobs;
        this.brokers = brokers;
        this.clock = clock;
    }

    Mono<ServerResponse> show(ServerRequest http) {
        Caller caller = Caller.of(http);
        boolean inFull =
                caller.limitedTo() == null || caller.may(Scope.ADMIN); // hosts and disks are the operators' alone
        return Mono.fromFuture(brokers::list, true)
                .publishOn(Schedulers.parallel()) // not on the thread of the Kafka client, which has answers to read
                .flatMap(there -> ServerResponse.ok()
                        .contentType(MediaType.APPLICATION_JSON)
                        .bodyValue(Views.json(
                                inFull
                                        ? view(caller, there)
                                        : view(caller, there).withoutHosts())));
    }

    private SystemView view(Caller caller, List<Broker> there) {
        LogReader.Outlook outlook =
                reader.outlook().orElseGet(() -> new LogReader.Outlook(clock.instant(), Roster.EMPTY, Map.of()));
        boolean ready = gateway.isReady();
        var here = new SystemView.Here(
                self,
                GatewayLifecycle.VERSION,
                gateway.isDriving(),
                ready,
                reader.lag(),
                gateway.trouble(),
                gateway.shortage());
        List<JobState> open = new ArrayList<>();
        Map<JobStatus, Integer> ended = Map.of();
        if (ready) { // until then, what was read is kept as it is, and is not yet folded into states
            jobs.forEachOpen(open::add);
            ended = jobs.endedCounts(caller.limitedTo());
        }
        return SystemView.of(here, there, outlook, open, ended, caller::sees);
    }
}
