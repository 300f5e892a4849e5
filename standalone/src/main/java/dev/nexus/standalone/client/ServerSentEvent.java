package dev.nexus.standalone.client;

/**
 * One event of a stream.
 *
 * @param id the last one that the stream gave, empty if none so far
 * @param type {@code message} where the stream names none
 */
record ServerSentEvent(String id, String type, String data) {}
