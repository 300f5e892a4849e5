package dev.nexus.agent;

import dev.nexus.contract.Order;
import dev.nexus.contract.Outcome;

/** What an agent service does with an order. Blocking code; it runs on a virtual thread of its own. */
@FunctionalInterface
public interface Agent<O extends Order> {

    /**
     * Carries out one attempt.
     *
     * @throws TaskFailure if it cannot be done; the job is told why
     * @throws InterruptedException if the attempt was cancelled, superseded or handed back; let it pass through
     */
    Outcome run(O order, Task task) throws TaskFailure, InterruptedException;
}
