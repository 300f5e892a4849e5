/**
 * Acting on jobs: one replica, the driver, sends the orders and writes the final events; the others are ready to take
 * over. The rules it acts by are in {@link dev.nexus.gateway.job}.
 */
@NullMarked
package dev.nexus.gateway.drive;

import org.jspecify.annotations.NullMarked;
