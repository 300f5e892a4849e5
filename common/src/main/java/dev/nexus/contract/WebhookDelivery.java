package dev.nexus.contract;

import com.fasterxml.jackson.annotation.JsonTypeName;
import java.time.Instant;

/**
 * An event that a subscription is still to be told of, on {@code webhook-deliveries} under {@link #key}; a tombstone when it
 * was, or never will be. What is sent is read from {@code job-events} each time.
 *
 * @param webhook the subscription's id
 * @param seq of the event in its job
 * @param event under which name it is told
 * @param attempts that failed so far
 * @param firstAt when it was put there
 * @param nextAt when it is to be tried next
 */
@JsonTypeName("webhook.delivery")
public record WebhookDelivery(
        String webhook, JobId job, long seq, String event, int attempts, Instant firstAt, Instant nextAt)
        implements WebhookRecord {

    /** One for each event and subscription: whoever writes it twice writes the same. */
    public String key() {
        return webhook + "/" + job + "/" + seq;
    }

    /** The same after one more attempt that failed. */
    public WebhookDelivery failed(Instant next) {
        return new WebhookDelivery(webhook, job, seq, event, attempts + 1, firstAt, next);
    }
}
