/**
 * Nexus on one machine with one command: the {@code nexus} command line, the Kafka broker that it brings along as a
 * child process, and everything else started in one JVM. Nothing here decides anything about a job: commands only talk
 * to a gateway, over HTTP like every other client.
 */
@NullMarked
package dev.nexus.standalone;

import org.jspecify.annotations.NullMarked;
