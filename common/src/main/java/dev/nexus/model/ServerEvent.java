package dev.nexus.model;

/**
 * A server-sent event.
 *
 * @param name empty if the server gave none
 * @param data its lines, joined
 */
record ServerEvent(String name, String data) {}
