package dev.nexus.contract;

import com.fasterxml.jackson.annotation.JsonTypeInfo;

/** What the gateways keep of webhooks, each kind on a compacted topic of its own; for nobody but them. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
public sealed interface WebhookRecord permits Webhook, WebhookDelivery {}
