package dev.nexus.contract;

import java.time.Instant;

/** Where a job begins on {@code job-events}: the place and broker time of its {@code job.accepted}. */
public record Since(int partition, long offset, Instant time) {}
