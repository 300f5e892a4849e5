/**
 * The log in memory: every replica reads all of {@code job-events} and {@code worker-heartbeats}, folds each event into
 * its job, and wakes those who wait for it.
 */
@NullMarked
package dev.nexus.gateway.log;

import org.jspecify.annotations.NullMarked;
