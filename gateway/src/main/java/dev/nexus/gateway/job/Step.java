package dev.nexus.gateway.job;

import dev.nexus.contract.JobEvent;
import dev.nexus.contract.Order;

/** Something that is to be done for a job now. */
public sealed interface Step {

    /** Put this order on its work topic, then {@code task.scheduled} in the log. */
    record Issue(Order order) implements Step {}

    /** Put this final event in the log. */
    record Conclude(JobEvent.Final end) implements Step {}
}
