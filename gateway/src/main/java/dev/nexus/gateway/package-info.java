/** The gateway: one door for HTTP and Kafka, and the one that decides what happens next to every job. */
@NullMarked
package dev.nexus.gateway;

import org.jspecify.annotations.NullMarked;
