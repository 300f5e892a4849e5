package dev.nexus.contract;

import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.annotation.JsonTypeName;
import org.jspecify.annotations.Nullable;

/** What anyone may ask of a job that exists, on {@code job-control}; the record key names the job. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
public sealed interface ControlCommand {

    @JsonTypeName("cancel")
    record Cancel(@Nullable String reason) implements ControlCommand {}
}
