package dev.nexus.contract;

import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.annotation.JsonTypeName;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What anyone may write to {@code job-requests}, and what the HTTP door makes of a body. Key: the job id, or none.
 * Headers {@code tenant} and {@code idempotency-key} are optional.
 */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
public sealed interface JobRequest {

    JobOptions options();

    /** Short strings of the client's own, echoed on the job. */
    Map<String, String> metadata();

    /**
     * The whole chain: plan, build, test, repair. With files, or those of an earlier job, the specification asks for a change to
     * them: what no step of the plan names stays as it is, and the tests among them run as they are.
     *
     * @param files the code to change; empty for none, or that of job {@code basedOn}
     */
    @JsonTypeName("pipeline")
    record Pipeline(
            String spec,
            List<SourceFile> files,
            @Nullable JobId basedOn,
            JobOptions options,
            Map<String, String> metadata)
            implements JobRequest {
        @SuppressWarnings("NullAway") // Jackson passes null for an absent list
        public Pipeline {
            files = files == null ? List.of() : List.copyOf(files);
        }

        public Pipeline(String spec, JobOptions options, Map<String, String> metadata) {
            this(spec, List.of(), null, options, metadata);
        }
    }

    /** A plan only. */
    @JsonTypeName("plan")
    record PlanOnly(String spec, JobOptions options, Map<String, String> metadata) implements JobRequest {}

    /** The files of a plan: the one given, or that of an earlier job. */
    @JsonTypeName("build")
    record Build(@Nullable Plan plan, @Nullable JobId job, JobOptions options, Map<String, String> metadata)
            implements JobRequest {}

    /**
     * Tests run over files: the ones given, or those of an earlier job. Test files among them run unchanged; if there
     * are none, tests are written from the specification first.
     */
    @JsonTypeName("test")
    record Test(
            List<SourceFile> files,
            @Nullable JobId job,
            @Nullable String spec,
            JobOptions options,
            Map<String, String> metadata)
            implements JobRequest {}

    /**
     * Another run of a job that has ended: what was asked before gets the recorded replies, what is exchanged is asked anew.
     *
     * @param models to ask instead of the configured ones, by agent type
     * @param prompts templates to use instead of the agents' own, by name, see {@link dev.nexus.contract.Replay#PROMPTS}
     * @param options where they say nothing, those of that job hold
     */
    @JsonTypeName("replay")
    record Replay(
            JobId job,
            Map<String, String> models,
            Map<String, String> prompts,
            JobOptions options,
            Map<String, String> metadata)
            implements JobRequest {}

    /**
     * Another go at a job that has ended, from one of its stages on; nothing is asked from records.
     *
     * @param options where they say nothing, those of that job hold
     */
    @JsonTypeName("retry")
    record Retry(JobId job, Stage from, JobOptions options, Map<String, String> metadata) implements JobRequest {}

    /** A file in a request, as text. */
    record SourceFile(String path, String content) {}
}
