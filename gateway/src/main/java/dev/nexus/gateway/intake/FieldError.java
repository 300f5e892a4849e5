package dev.nexus.gateway.intake;

/**
 * What is wrong with one place of a request.
 *
 * @param pointer to the place, RFC 6901; empty for the request as a whole
 * @param detail the limit and the remedy
 */
public record FieldError(String pointer, String detail) {}
