/**
 * What Nexus says on Kafka and everyone may read: jobs, tasks, orders and events as records, their ids, their JSON,
 * the topics they travel on, and the client settings used to reach them. Outsiders use the JSON Schemas and examples in
 * {@code contract/}; these records are the same contract for our own code.
 */
@NullMarked
package dev.nexus.contract;

import org.jspecify.annotations.NullMarked;
