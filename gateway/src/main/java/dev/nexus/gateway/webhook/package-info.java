/**
 * Webhooks, by the Standard Webhooks specification: who is told of which events ({@link
 * dev.nexus.gateway.webhook.Subscriptions}), what is still to be told ({@link dev.nexus.gateway.webhook.Announcer}), and the
 * telling ({@link dev.nexus.gateway.webhook.Deliverer}). All state is in Kafka, so any replica goes on with it.
 */
@NullMarked
package dev.nexus.gateway.webhook;

import org.jspecify.annotations.NullMarked;
