package dev.nexus.gateway.intake;

import dev.nexus.contract.JobEvent.JobAccepted;
import dev.nexus.contract.JobKind;
import dev.nexus.contract.JobOptions;
import dev.nexus.contract.JobRequest;
import dev.nexus.contract.Limits;
import dev.nexus.contract.Plan;
import dev.nexus.contract.ProjectPath;
import dev.nexus.contract.Replay;
import dev.nexus.contract.Replay.Recorded;
import dev.nexus.contract.Service;
import dev.nexus.contract.Stage;
import dev.nexus.gateway.job.JobState;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Makes a job of the request to run another one again: all as it was there, but for what is exchanged. */
final class Replaying {

    private Replaying() {}

    /** @throws InvalidRequest if that job cannot be replayed, or what is exchanged would change nothing in it */
    static JobAccepted accepted(JobRequest.Replay request, JobState from, String hash) throws InvalidRequest {
        if (!from.status().isFinal()) {
            throw InvalidRequest.of(
                    "/job",
                    "names a job that is still " + from.status().wire() + "; send this again when it has ended");
        }
        JobAccepted before = from.request();
        checkUse("/models/", request.models().keySet(), before);
        checkUse("/prompts/", request.prompts().keySet(), before);
        if (request.options().approval() != null && before.kind() != JobKind.PIPELINE) {
            throw InvalidRequest.of("/options/approval", RequestReader.approvalIsOfNoUse(before.kind()));
        }
        Replay replay = replay(request, from);
        boolean plansAnew = newest(request).exchangesAnyOf(Service.PLANNER);
        if (before.kind() == JobKind.PLAN && !plansAnew) {
            throw InvalidRequest.of(
                    "", "must exchange the planner's model or prompt: nobody else is asked in a job of kind plan");
        }
        return new JobAccepted(
                before.kind(),
                before.tenant(),
                before.spec(),
                plansAnew ? null : plan(from),
                before.files(),
                from.id(),
                plansAnew ? request.options().over(before.options()) : approvedOnce(request.options(), from),
                request.metadata(),
                hash,
                replay,
                plansAnew ? null : before.from());
    }

    private static @Nullable Plan plan(JobState from) {
        // A plan stays as it was, even where a cache had it, and no reply is on record; and as it was approved.
        return from.plan();
    }

    /** Over those of that job; but nobody is asked again about a plan that was approved there, unless these ask for it. */
    static JobOptions approvedOnce(JobOptions options, JobState from) {
        JobOptions all = options.over(from.request().options());
        return options.approval() == null && from.approval().isApproved() ? all.with(null) : all;
    }

    private static Replay replay(JobRequest.Replay request, JobState from) throws InvalidRequest {
        Replay earlier = from.request().replay();
        if (earlier == null) {
            return new Replay(from.id(), from.createdAt(), List.of(), request.models(), request.prompts());
        }
        if (earlier.between().size() + 2 > Limits.REPLAYS) {
            throw InvalidRequest.of(
                    "/job",
                    "names a replay of a replay, and so on, " + Limits.REPLAYS
                            + " deep, which is the limit; replay job " + earlier.job());
        }
        List<Recorded> between = new ArrayList<>(List.of(new Recorded(from.id(), from.createdAt())));
        between.addAll(earlier.between());
        Map<String, String> models = new HashMap<>(earlier.models());
        models.putAll(request.models());
        Map<String, String> prompts = new HashMap<>(earlier.prompts());
        prompts.putAll(request.prompts());
        return new Replay(earlier.job(), earlier.since(), between, models, prompts);
    }

    /** What this very request exchanges, whatever those before it did. */
    private static Replay newest(JobRequest.Replay request) {
        return new Replay(request.job(), java.time.Instant.EPOCH, List.of(), request.models(), request.prompts());
    }

    private static void checkUse(String pointer, Iterable<String> names, JobAccepted before) throws InvalidRequest {
        JobKind kind = before.kind();
        boolean areTestsGiven = before.files().stream().anyMatch(file -> ProjectPath.isTest(file.path()));
        for (String name : names) {
            Service agent = Replay.PROMPTS.getOrDefault(name, Service.TESTER); // there is a model of the tester as well
            boolean isOfUse = switch (kind) {
                case PIPELINE -> before.from() != Stage.TEST || agent == Service.BUILDER;
                case PLAN -> agent == Service.PLANNER;
                case BUILD -> agent == Service.BUILDER;
                case TEST -> agent == Service.TESTER && !name.equals("review") && !areTestsGiven;
            };
            if (!isOfUse) {
                throw InvalidRequest.of(
                        pointer + name,
                        "is of no use: it is never asked for in a job of kind " + kind.wire()
                                + (areTestsGiven ? " that was given its tests" : ""));
            }
        }
    }
}
