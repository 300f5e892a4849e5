/**
 * What operators are told: figures for Prometheus, and a trace for each job. It listens to the log as the driver does, and
 * nothing here decides anything. What can be counted once for all replicas is counted by the one that drives, so that sums
 * over replicas are right.
 */
@NullMarked
package dev.nexus.gateway.telemetry;

import org.jspecify.annotations.NullMarked;
