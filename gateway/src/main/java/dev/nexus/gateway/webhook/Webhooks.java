package dev.nexus.gateway.webhook;

import dev.nexus.contract.KafkaClients;
import dev.nexus.contract.Topics;
import dev.nexus.contract.Webhook;
import dev.nexus.gateway.intake.IdempotencyKey;
import dev.nexus.gateway.intake.InvalidRequest;
import dev.nexus.gateway.intake.KnownWebhooks;
import dev.nexus.gateway.log.JobTable;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.Producer;
import org.jspecify.annotations.Nullable;

/** Subscriptions, and the telling of those who have them: all that others do with webhooks goes through here. */
public final class Webhooks {

    private static final String ID_CHARS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    private static final int ID_LENGTH = 22;

    private final Subscriptions subscriptions;
    private final Announcer announcer;
    private final Deliverer deliverer;
    private final Deliveries deliveries = new Deliveries();
    private final WebhookClient client;
    private final Target target;
    private final int perTenant;
    private final Clock clock = Clock.systemUTC();
    private final SecureRandom random = new SecureRandom();
    /** The subscription of each tenant that is being made and was asked for last. */
    private final Map<String, CompletableFuture<Webhook>> newest = new ConcurrentHashMap<>();

    /**
     * @param caughtUp completes when all that is in the log now was read
     * @param shared whether all tenants share the subscriptions, as nobody is asked which one he is of
     * @param version of this program, as receivers are told it
     */
    public Webhooks(
            KafkaClients clients,
            Producer<String, byte[]> producer,
            Topics topics,
            JobTable jobs,
            Supplier<CompletableFuture<Void>> caughtUp,
            WebhookSettings settings,
            boolean shared,
            String version) {
        AddressGuard guard = AddressGuard.allowing(settings.allowedNetworks());
        target = new Target(guard, settings.allowHttp());
        perTenant = settings.perTenant();
        client = new WebhookClient(guard, version, clock);
        subscriptions = new Subscriptions(clients, producer, topics, shared);
        announcer =
                new Announcer(clients, producer, topics, subscriptions, jobs, caughtUp, Announcer.LONGEST_STEP, clock);
        deliverer = new Deliverer(
                clients,
                producer,
                topics,
                subscriptions,
                jobs,
                caughtUp,
                client,
                settings.giveUpAfter(),
                clock,
                deliveries);
    }

    /** What came of the attempts of this replica. */
    public Deliveries deliveries() {
        return deliveries;
    }

    /** A tenant has as many subscriptions as it may have. */
    public static final class TooMany extends Exception {

        private static final long serialVersionUID = 1L;

        TooMany(int most) {
            super("there are " + most + " webhooks already, the limit here (nexus.webhooks.per-tenant);"
                    + " delete one first");
        }
    }

    /**
     * What came of a trial.
     *
     * @param status of the receiver's answer; null if there was none
     * @param error why it was none; null if there was one
     */
    public record Trial(
            boolean delivered,
            @Nullable Integer status,
            @Nullable String error) {}

    /** To be called at once: whether a subscription exists is asked before the log was read. */
    public void startReading() {
        subscriptions.start();
    }

    /** To be called when the log was read: the events of jobs are looked at from here on. */
    public void start() {
        announcer.start();
        deliverer.start();
    }

    public void stop() throws InterruptedException {
        announcer.stop();
        deliverer.stop();
        subscriptions.stop();
    }

    /** Why nobody is told of events at the moment; null if all is well. */
    public @Nullable String trouble() {
        return Stream.of(subscriptions.trouble(), announcer.trouble(), deliverer.trouble())
                .filter(Objects::nonNull)
                .findFirst()
                .orElse(null);
    }

    public KnownWebhooks known() {
        return subscriptions;
    }

    /**
     * Makes a subscription, or gives the one that an equal request with the same key has made; the future fails with
     * {@link TooMany}, or with {@link InvalidRequest} if that one asked for something else.
     *
     * @param idempotencyKey null for none
     * @throws InvalidRequest if the body asks for none that can be
     */
    public CompletableFuture<Webhook> create(String tenant, @Nullable String idempotencyKey, byte[] body)
            throws InvalidRequest {
        NewWebhook wanted = NewWebhook.read(body, target);
        String id = IdempotencyKey.webhook(tenant, idempotencyKey).orElseGet(this::newId);
        return inTurn(
                tenant,
                () -> subscriptions
                        .find(tenant, id)
                        .thenCompose(known -> known.map(webhook -> wanted.isLike(webhook)
                                        ? CompletableFuture.completedFuture(webhook)
                                        : CompletableFuture.<Webhook>failedFuture(InvalidRequest.inUse("webhook " + id
                                                + " was made with this key and another request; use another key")))
                                .orElseGet(() -> save(wanted.as(id, tenant, Signature.secret(random), now())))));
    }

    /** Other gateways may have made some at the same time: the log tells which ones were too many. */
    private CompletableFuture<Webhook> save(Webhook webhook) {
        if (subscriptions.before(webhook) >= perTenant) {
            return CompletableFuture.failedFuture(new TooMany(perTenant));
        }
        return subscriptions
                .save(webhook)
                .thenCompose(_ -> subscriptions.before(webhook) < perTenant
                        ? CompletableFuture.completedFuture(webhook)
                        : subscriptions
                                .delete(webhook)
                                .thenCompose(_ -> CompletableFuture.failedFuture(new TooMany(perTenant))));
    }

    /** One after the other for each tenant, whatever becomes of them. */
    private CompletableFuture<Webhook> inTurn(String tenant, Supplier<CompletableFuture<Webhook>> work) {
        var own = new CompletableFuture<Webhook>();
        CompletableFuture<Webhook> before = newest.put(tenant, own);
        var _ = (before == null ? CompletableFuture.completedFuture(null) : before.exceptionally(_ -> null))
                .thenComposeAsync(_ -> work.get())
                .whenComplete((made, failure) -> {
                    newest.remove(tenant, own);
                    if (failure == null) {
                        own.complete(made);
                    } else {
                        own.completeExceptionally(failure);
                    }
                });
        return own;
    }

    /** The tenant's, the oldest first. */
    public CompletableFuture<List<Webhook>> of(String tenant) {
        return subscriptions.caughtUp().thenApply(_ -> subscriptions.of(tenant));
    }

    /** The tenant's subscription; empty if it has none of this id. */
    public CompletableFuture<Optional<Webhook>> find(String tenant, String id) {
        return subscriptions.find(tenant, id);
    }

    public CompletableFuture<Void> delete(Webhook webhook) {
        return subscriptions.delete(webhook);
    }

    /** Sends to it again, from now on. */
    public CompletableFuture<Webhook> enable(Webhook webhook) {
        return subscriptions.save(webhook.disabled(null));
    }

    /**
     * Gives it a new secret.
     *
     * @param body says how long the one of before signs too
     * @throws InvalidRequest if it does not say so in a form that can be read
     */
    public CompletableFuture<Webhook> rotate(Webhook webhook, byte[] body) throws InvalidRequest {
        Duration overlap = NewWebhook.overlap(body);
        Instant until = overlap.isZero() ? null : now().plus(overlap);
        return subscriptions.save(webhook.rotated(Signature.secret(random), until));
    }

    /** Sends a trial, once; blocks for as long as the receiver takes, 15 seconds at most. */
    public Trial test(Webhook webhook) {
        Instant now = now();
        String id = "msg_test_" + newId().substring("wh_".length());
        return switch (client.post(webhook, id, Payload.test(webhook.id(), now))) {
            case WebhookClient.Answer.Status status -> new Trial(status.isSuccess(), status.code(), null);
            case WebhookClient.Answer.None none -> new Trial(false, null, none.why());
        };
    }

    /** What failed, without the layers of futures around it. */
    public static Throwable causeOf(Throwable failure) {
        return failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
    }

    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MILLIS);
    }

    private String newId() {
        StringBuilder id = new StringBuilder("wh_");
        random.ints(ID_LENGTH, 0, ID_CHARS.length()).forEach(i -> id.append(ID_CHARS.charAt(i)));
        return id.toString();
    }
}
