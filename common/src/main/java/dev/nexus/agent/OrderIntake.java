package dev.nexus.agent;

import dev.nexus.contract.DeadLetters;
import dev.nexus.contract.Envelope;
import dev.nexus.contract.ErrorCode;
import dev.nexus.contract.ErrorInfo;
import dev.nexus.contract.EventLog;
import dev.nexus.contract.Heartbeat;
import dev.nexus.contract.JobEvent.TaskFailed;
import dev.nexus.contract.JobEvent.TaskStarted;
import dev.nexus.contract.KafkaClients;
import dev.nexus.contract.Order;
import dev.nexus.contract.Service;
import dev.nexus.contract.Topic;
import dev.nexus.contract.Topics;
import dev.nexus.contract.Usage;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.AcknowledgeType;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ShareConsumer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Takes orders from the work topic while slots are free, claims each in the log, and has the claimed ones started. */
final class OrderIntake<O extends Order> implements Loop.Work {

    private static final Logger log = LoggerFactory.getLogger(OrderIntake.class);

    private static final Duration ONE_POLL = Duration.ofMillis(200); // a longer one would only delay a stop
    /** Less than the time a broker leaves a record with a consumer, 30 s by default. */
    private static final Duration PATIENCE = Duration.ofSeconds(15);

    private static final ErrorInfo TOO_LARGE = new ErrorInfo(
            ErrorCode.TOO_LARGE, "the request is too large for job-requests; send it there, or over HTTP", false);

    private static final Duration LEAVE = Duration.ofSeconds(5);

    private final KafkaClients clients;
    private final Topics topics;
    private final Service service;
    private final OrderReader<O> reader;
    private final Producer<String, byte[]> producer;
    private final DeadLetters deadLetters;
    private final EventLog events;
    private final String worker;
    private final InHand inHand;
    private final ClaimLog claimLog;
    private final BiConsumer<O, Attempt> start;
    private final Consumer<Attempt> putDown;
    private @Nullable ShareConsumer<String, byte[]> consumer;

    /**
     * @param start begins a claimed attempt, and returns at once
     * @param putDown frees the slot of an attempt that is not to begin
     */
    OrderIntake(
            KafkaClients clients,
            Topics topics,
            Service service,
            OrderReader<O> reader,
            Producer<String, byte[]> producer,
            EventLog events,
            String worker,
            InHand inHand,
            ClaimLog claimLog,
            BiConsumer<O, Attempt> start,
            Consumer<Attempt> putDown) {
        this.clients = clients;
        this.topics = topics;
        this.service = service;
        this.reader = reader;
        this.producer = producer;
        this.deadLetters = new DeadLetters(producer, topics);
        this.events = events;
        this.worker = worker;
        this.inHand = inHand;
        this.claimLog = claimLog;
        this.start = start;
        this.putDown = putDown;
    }

    /**
     * A record that was taken, and what is written because of it.
     *
     * @param ifWritten done once that is in the log
     * @param ifNot done when it could not be written
     */
    private record Taken(
            ConsumerRecord<String, byte[]> record, CompletableFuture<?> written, Runnable ifWritten, Runnable ifNot) {

        Taken(ConsumerRecord<String, byte[]> record, CompletableFuture<?> written) {
            this(record, written, () -> {}, () -> {});
        }
    }

    @Override
    public void open() {
        // More at once only holds orders back from other workers, see design.md.
        int recordsAtOnce = Math.max(1, inHand.slots() / 8);
        consumer = clients.shareConsumer("orders", topics.group(service), recordsAtOnce);
        consumer.setAcknowledgementCommitCallback((offsets, problem) -> {
            if (problem != null) {
                log.warn("the orders at {} were not acknowledged and may come again", offsets, problem);
            }
        });
        consumer.subscribe(List.of(topics.name(Topic.ordersFor(service))));
    }

    @Override
    public void step() throws InterruptedException {
        ShareConsumer<String, byte[]> open = consumer;
        if (open == null) {
            return;
        }
        if (!inHand.hasFreeSlot()) {
            open.commitAsync(); // else the next poll takes the acknowledgements along
        }
        if (!inHand.awaitFreeSlot()) {
            return;
        }
        List<Taken> batch = new ArrayList<>();
        for (ConsumerRecord<String, byte[]> record : open.poll(ONE_POLL)) {
            batch.add(take(record));
        }
        if (!batch.isEmpty()) {
            settle(open, batch);
        }
    }

    @Override
    public void close() {
        if (consumer != null) {
            consumer.close(LEAVE); // gives back what was fetched and not taken
            consumer = null;
        }
    }

    private Taken take(ConsumerRecord<String, byte[]> record) {
        return switch (reader.read(record)) {
            case OrderReader.Ordered<O> ordered -> claim(record, ordered);
            case OrderReader.Direct<O> _ -> new Taken(record, forward(record));
            case OrderReader.Unreadable<O>(ErrorInfo error, Heartbeat.InFlight attempt) -> {
                log.warn("{}-{} is put aside: {}", record.topic(), record.offset(), error.message());
                yield new Taken(record, refuse(record, error, attempt));
            }
        };
    }

    private Taken claim(ConsumerRecord<String, byte[]> record, OrderReader.Ordered<O> ordered) {
        O order = ordered.order();
        var attempt = new Attempt(new Heartbeat.InFlight(ordered.job(), order.task(), order.attempt()), order.since());
        var nothing = CompletableFuture.completedFuture(null);
        if (!inHand.take(attempt)) {
            return new Taken(record, nothing); // a repeat of what runs here
        }
        claimLog.watch(attempt); // before the claim, so that its coming back is not missed
        if (attempt.isLost()) {
            putDown.accept(attempt);
            return new Taken(record, nothing);
        }
        var claim = new TaskStarted(order.task(), order.attempt(), worker);
        return new Taken(
                record,
                events.append(ordered.job(), claim),
                () -> start.accept(order, attempt),
                () -> putDown.accept(attempt));
    }

    private CompletableFuture<?> forward(ConsumerRecord<String, byte[]> record) {
        var request = new ProducerRecord<>(topics.name(Topic.JOB_REQUESTS), record.key(), record.value());
        record.headers().forEach(request.headers()::add);
        if (record.headers().lastHeader(Envelope.ORIGIN) == null) {
            Envelope.add(request, Envelope.ORIGIN, record.topic() + "/" + record.partition() + "/" + record.offset());
        }
        // Async: the producer's own thread must not wait for the producer.
        return EventLog.send(producer, request)
                .<Object>thenApply(at -> at)
                .exceptionallyComposeAsync(failure ->
                        failure instanceof CompletionException e && e.getCause() instanceof RecordTooLargeException
                                ? refuse(record, TOO_LARGE, null).thenApply(at -> at)
                                : CompletableFuture.failedFuture(failure));
    }

    private CompletableFuture<?> refuse(
            ConsumerRecord<String, byte[]> record, ErrorInfo error, Heartbeat.@Nullable InFlight attempt) {
        var putAside = deadLetters.put(Topic.ordersFor(service), record, error);
        if (attempt == null) {
            return putAside;
        }
        var failed = new TaskFailed(attempt.task(), attempt.attempt(), worker, error, Usage.NONE, null);
        return CompletableFuture.allOf(putAside, events.append(attempt.job(), failed));
    }

    private static void settle(ShareConsumer<String, byte[]> consumer, List<Taken> batch) throws InterruptedException {
        Throwable failure = null;
        Deque<Taken> open = new ArrayDeque<>(batch);
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        try {
            for (Taken taken = open.peek(); taken != null; taken = open.peek()) {
                try {
                    taken.written().get(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
                    open.remove();
                    // The claim decides, not the acknowledgement: if that fails, the order comes again and is a repeat.
                    taken.ifWritten().run();
                    consumer.acknowledge(taken.record(), AcknowledgeType.ACCEPT);
                } catch (ExecutionException | TimeoutException e) {
                    failure = e;
                    open.remove();
                    taken.ifNot().run();
                    consumer.acknowledge(taken.record(), AcknowledgeType.RELEASE);
                }
            }
        } finally {
            open.forEach(taken -> taken.ifNot().run()); // cut short: nothing stays in hand that was never begun
        }
        if (failure != null) {
            throw new IllegalStateException("orders were given back, because the log could not be written", failure);
        }
    }
}
