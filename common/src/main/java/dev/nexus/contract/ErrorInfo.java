package dev.nexus.contract;

/**
 * Why something failed.
 *
 * @param message for a person: what is wrong, the limit, and what to do about it
 * @param retryable whether the same again may succeed
 */
public record ErrorInfo(ErrorCode code, String message, boolean retryable) {}
