package dev.nexus.gateway.job;

import dev.nexus.contract.TaskId;
import java.math.BigDecimal;

/**
 * What a task of a job that has ended may have spent without telling it.
 *
 * @param attempt whose result would tell it, if it came late
 * @param usd the most that it can be
 */
public record Untold(TaskId task, int attempt, BigDecimal usd) {}
