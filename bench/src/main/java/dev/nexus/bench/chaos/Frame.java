package dev.nexus.bench.chaos;

import tools.jackson.databind.JsonNode;

/**
 * An event as a client received it.
 *
 * @param id the SSE id
 * @param connection of the client on which it came, counted from 1
 */
record Frame(String id, String event, JsonNode data, int connection) {}
