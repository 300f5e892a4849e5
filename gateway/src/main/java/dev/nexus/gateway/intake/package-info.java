/**
 * How a job comes to be, whichever door it comes through: the request is read and checked, its files are kept, and
 * {@code job.accepted} is in the log before anyone is told so.
 */
@NullMarked
package dev.nexus.gateway.intake;

import org.jspecify.annotations.NullMarked;
