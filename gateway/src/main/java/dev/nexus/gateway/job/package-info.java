/**
 * What a job is and what is to happen next, as pure functions: {@link dev.nexus.gateway.job.JobState#after} folds the
 * log, {@link dev.nexus.gateway.job.NextSteps} decides. No Spring, no Kafka, no clock: time and workers are passed in.
 */
@NullMarked
package dev.nexus.gateway.job;

import org.jspecify.annotations.NullMarked;
