/**
 * The runtime that turns a function <em>order to outcome</em> into a service on Kafka: it takes orders, claims them in
 * the log, guards paid and untrusted work by the claim, records model replies, reports progress and results, and says
 * that it is alive.
 */
@NullMarked
package dev.nexus.agent;

import org.jspecify.annotations.NullMarked;
