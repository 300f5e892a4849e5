package dev.nexus.contract;

import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.annotation.JsonTypeName;
import org.jspecify.annotations.Nullable;

/** What anyone may ask of a job that exists, on {@code job-control}; the record key names the job. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
public sealed interface ControlCommand {

    @JsonTypeName("cancel")
    record Cancel(@Nullable String reason) implements ControlCommand {}

    /**
     * The plan that the job waits with may be built.
     *
     * @param planHash of that plan, see {@link Plan#hash}
     * @param plan to build instead, if it was changed
     */
    @JsonTypeName("approve")
    record Approve(String planHash, @Nullable Plan plan) implements ControlCommand {}

    /** The plan that the job waits with must not be built, so that the job ends; {@code planHash} as there. */
    @JsonTypeName("reject")
    record Reject(String planHash, @Nullable String reason) implements ControlCommand {}
}
