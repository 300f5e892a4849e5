package dev.nexus.gateway.intake;

import dev.nexus.contract.ArtefactRef;
import dev.nexus.contract.ErrorCode;
import dev.nexus.contract.Fidelity;
import dev.nexus.contract.JobEvent.JobAccepted;
import dev.nexus.contract.JobKind;
import dev.nexus.contract.JobOptions;
import dev.nexus.contract.JobRequest;
import dev.nexus.contract.Plan;
import dev.nexus.contract.ProjectPath;
import dev.nexus.contract.Stage;
import dev.nexus.gateway.job.JobState;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Makes a job of the request to do another one again, from one of its stages on. */
final class Retrying {

    private final JobRequest.Retry request;
    private final JobState from;
    private final JobAccepted before;

    private Retrying(JobRequest.Retry request, JobState from) {
        this.request = request;
        this.from = from;
        this.before = from.request();
    }

    /** @throws InvalidRequest if that job is still open, or has nothing that this stage could begin with */
    static JobAccepted accepted(JobRequest.Retry request, JobState from, String hash) throws InvalidRequest {
        return new Retrying(request, from).accepted(hash);
    }

    private JobAccepted accepted(String hash) throws InvalidRequest {
        if (!from.status().isFinal()) {
            throw new InvalidRequest(
                    ErrorCode.CONFLICT,
                    "job " + from.id() + " is still " + from.status().wire()
                            + "; send this again when it has ended, or cancel it first",
                    List.of());
        }
        checkStage();
        if (request.options().approval() != null
                && (before.kind() != JobKind.PIPELINE || request.from() == Stage.TEST)) {
            throw InvalidRequest.of(
                    "/options/approval",
                    before.kind() == JobKind.PIPELINE
                            ? "is of no use from test on, where the plan is built already; leave it out, or retry from build"
                            : RequestReader.approvalIsOfNoUse(before.kind()));
        }
        JobOptions options = request.options().over(before.options());
        return switch (request.from()) {
            case PLAN -> event(null, List.of(), options.withoutCache(), hash);
            case BUILD -> event(plan(), List.of(), Replaying.approvedOnce(request.options(), from), hash);
            case TEST -> event(from.plan(), files(), options.with(null), hash);
        };
    }

    private JobAccepted event(@Nullable Plan plan, List<ArtefactRef> files, JobOptions options, String hash) {
        return new JobAccepted(
                before.kind(),
                before.tenant(),
                before.spec(),
                plan,
                files,
                from.id(),
                options,
                request.metadata(),
                hash,
                null,
                request.from());
    }

    private void checkStage() throws InvalidRequest {
        String stages = switch (before.kind()) {
            case PIPELINE -> "plan, build, test";
            case PLAN -> "plan";
            case BUILD -> "build";
            case TEST -> "test";
        };
        if (!stages.contains(request.from().wire())) {
            throw InvalidRequest.of(
                    "/from",
                    "must be " + stages + ": a job of kind " + before.kind().wire() + " has no other stage");
        }
    }

    private Plan plan() throws InvalidRequest {
        Plan plan = from.plan();
        if (plan == null) {
            throw InvalidRequest.of("/from", "cannot be build: that job made no plan; retry it from plan");
        }
        return plan;
    }

    private List<ArtefactRef> files() throws InvalidRequest {
        List<ArtefactRef> files = List.copyOf(from.artefacts().values());
        if (before.kind() == JobKind.TEST) {
            return files;
        }
        Plan plan = from.plan();
        boolean isBuilt = plan != null
                && plan.steps().stream()
                        .allMatch(step -> from.artefacts().keySet().containsAll(step.files()));
        if (!isBuilt || files.stream().noneMatch(file -> ProjectPath.isTest(file.path()))) {
            throw InvalidRequest.of(
                    "/from",
                    "cannot be test: that job did not write all its files and tests; retry it from "
                            + (plan == null ? "plan" : "build"));
        }
        if (from.fidelity() == Fidelity.SCAFFOLD) {
            throw InvalidRequest.of(
                    "/from", "cannot be test: the files of that job are a scaffold, without code; retry it from plan");
        }
        return files;
    }
}
