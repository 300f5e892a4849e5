package dev.nexus.bench.chaos;

import java.net.URI;
import tools.jackson.databind.JsonNode;

/**
 * An event as a client received it.
 *
 * @param id the SSE id
 * @param connection of the client on which it came, counted from 1
 * @param gateway where that went to
 * @param time when it came, milliseconds since 1970
 */
record Frame(String id, String event, JsonNode data, int connection, URI gateway, long time) {}
