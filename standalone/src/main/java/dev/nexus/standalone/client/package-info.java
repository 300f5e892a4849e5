/**
 * A client of the gateway's HTTP and SSE door, as any outsider could write one: it submits, follows, cancels and fetches,
 * and takes what the gateway says about a job as it is.
 */
@NullMarked
package dev.nexus.standalone.client;

import org.jspecify.annotations.NullMarked;
