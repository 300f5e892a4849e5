package dev.nexus.model.fake;

import java.time.Instant;
import java.util.concurrent.CompletableFuture;

/**
 * A call that the server took.
 *
 * @param prompt a hash of the conversation: equal for equal questions; empty if it was not understood
 * @param status that it was answered with
 * @param closedByClient when the client closed the connection before the answer's end
 * @param begun when the head of the answer and its first events are out, whatever becomes of the rest
 */
public record Call(
        String protocol,
        String prompt,
        int status,
        String body,
        CompletableFuture<Instant> closedByClient,
        CompletableFuture<Instant> begun) {}
