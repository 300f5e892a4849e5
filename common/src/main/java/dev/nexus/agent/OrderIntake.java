package dev.nexus.agent;

import dev.nexus.contract.DeadLetters;
import dev.nexus.contract.Envelope;
import dev.nexus.contract.ErrorCode;
import dev.nexus.contract.ErrorInfo;
import dev.nexus.contract.EventLog;
import dev.nexus.contract.Heartbeat;
import dev.nexus.contract.JobEvent.JobRejected;
import dev.nexus.contract.JobEvent.TaskFailed;
import dev.nexus.contract.JobEvent.TaskStarted;
import dev.nexus.contract.JobId;
import dev.nexus.contract.KafkaClients;
import dev.nexus.contract.Limits;
import dev.nexus.contract.Order;
import dev.nexus.contract.Place;
import dev.nexus.contract.Service;
import dev.nexus.contract.Terms;
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
import org.apache.kafka.common.errors.ApiException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.RetriableException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Takes orders from the work topic while slots are free, claims each in the log, and has the claimed ones started. */
final class OrderIntake<O extends Order> implements Loop.Work {

    private static final Logger log = LoggerFactory.getLogger(OrderIntake.class);

    private static final Duration ONE_POLL = Duration.ofMillis(200); // a longer one would only delay a stop
    /** The longest wait for what was taken at once; less where brokers leave a record with a consumer for less than 30 s. */
    private static final Duration PATIENCE = Duration.ofSeconds(15);

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
    private final KeptRecords kept = new KeptRecords();
    private volatile @Nullable String trouble;
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
     * @param start done once that is in the log
     * @param putDown done when it could not be written
     * @param given whether the record is given back then, for another worker; else it stays here, and is tried again
     */
    private record Taken(
            ConsumerRecord<String, byte[]> record,
            CompletableFuture<?> written,
            Runnable start,
            Runnable putDown,
            boolean given) {

        static Taken order(
                ConsumerRecord<String, byte[]> record, CompletableFuture<?> claimed, Runnable start, Runnable putDown) {
            return new Taken(record, claimed, start, putDown, true);
        }

        static Taken other(ConsumerRecord<String, byte[]> record, CompletableFuture<?> written) {
            return new Taken(record, written, () -> {}, () -> {}, false);
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
        if (kept.isEmpty()) { // else the next poll gives nothing but those, and must not wait
            if (!inHand.hasFreeSlot()) {
                open.commitAsync(); // else the next poll takes the acknowledgements along
            }
            if (!inHand.awaitFreeSlot()) {
                return;
            }
        }
        List<Taken> batch = new ArrayList<>();
        for (ConsumerRecord<String, byte[]> record : open.poll(ONE_POLL)) {
            batch.add(take(record));
        }
        if (!batch.isEmpty()) {
            settle(open, batch);
        }
        inHand.taking(kept.isEmpty());
        trouble =
                kept.isEmpty() ? null : "no order is taken: what came from outside cannot be passed on to job-requests";
    }

    /** Why no order is taken at the moment, though the loop goes on; null if all is well. Any thread. */
    @Nullable
    String trouble() {
        return trouble;
    }

    @Override
    public void close() {
        inHand.taking(false);
        ShareConsumer<String, byte[]> closing = consumer;
        consumer = null;
        kept.clear();
        if (closing != null) {
            closing.close(LEAVE); // gives back what was fetched and not taken
        }
    }

    private Taken take(ConsumerRecord<String, byte[]> record) {
        return switch (reader.read(record)) {
            case OrderReader.Ordered<O> ordered -> claim(record, ordered);
            case OrderReader.Direct<O> _ -> Taken.other(record, kept.next(record, tries -> forward(record, tries)));
            case OrderReader.Unreadable<O>(ErrorInfo error, Heartbeat.InFlight attempt) -> {
                log.warn("{}-{} is put aside: {}", record.topic(), record.offset(), error.message());
                yield Taken.other(record, kept.next(record, _ -> refuse(record, error, attempt)));
            }
        };
    }

    private Taken claim(ConsumerRecord<String, byte[]> record, OrderReader.Ordered<O> ordered) {
        O order = ordered.order();
        var attempt = new Attempt(new Heartbeat.InFlight(ordered.job(), order.task(), order.attempt()), order.since());
        var nothing = CompletableFuture.completedFuture(null);
        if (!inHand.take(attempt)) {
            return Taken.other(record, nothing); // a repeat of what runs here
        }
        claimLog.watch(attempt); // before the claim, so that its coming back is not missed
        if (attempt.isLost()) {
            putDown.accept(attempt);
            return Taken.other(record, nothing);
        }
        Terms terms = order.terms();
        var claim = new TaskStarted(order.task(), order.attempt(), worker, terms == null ? null : terms.allowanceUsd());
        return Taken.order(
                record,
                events.append(ordered.job(), claim),
                () -> start.accept(order, attempt),
                () -> putDown.accept(attempt));
    }

    /**
     * Sends what came from outside to {@code job-requests}. Sending it twice makes one job, as the job's id derives from the
     * place it came from.
     *
     * @param tries how often it was tried before: each time on another partition, as it may be that one which is away
     */
    private CompletableFuture<?> forward(ConsumerRecord<String, byte[]> record, int tries) {
        String topic = topics.name(Topic.JOB_REQUESTS);
        Integer partition = null;
        if (tries > 0) {
            int partitions = producer.partitionsFor(topic).size();
            partition = (int) ((record.offset() + tries) % partitions);
        }
        var request = new ProducerRecord<>(topic, partition, record.key(), record.value(), record.headers());
        request.headers().remove(Envelope.ORIGIN); // that is ours to say
        Envelope.add(request, Envelope.ORIGIN, placeOf(record).toString());
        return EventLog.send(producer, request).<Object>thenApply(at -> at).exceptionallyCompose(failure -> {
            Throwable cause =
                    failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
            if (cause instanceof RecordTooLargeException) {
                var tooLarge = new ErrorInfo(ErrorCode.TOO_LARGE, Limits.REQUEST_TOO_LARGE, false);
                return refuse(record, tooLarge, null).thenApply(at -> at);
            }
            if (cause instanceof ApiException && !(cause instanceof RetriableException)) {
                var unable = new ErrorInfo(
                        ErrorCode.UNAVAILABLE,
                        "this worker may not write to " + topic + " (" + cause.getMessage()
                                + "); send the request there, or over HTTP",
                        true);
                return refuse(record, unable, null).thenApply(at -> at);
            }
            return CompletableFuture.failedFuture(cause);
        });
    }

    private Place placeOf(ConsumerRecord<String, byte[]> record) {
        return new Place(Topic.ordersFor(service), record.topic(), record.partition(), record.offset());
    }

    /** Orders that were put aside, since the start. */
    long putAside() {
        return deadLetters.written(Topic.ordersFor(service));
    }

    /** Puts the record aside, and says so: to the attempt that waits for it, else to whoever sent it. */
    private CompletableFuture<?> refuse(
            ConsumerRecord<String, byte[]> record, ErrorInfo error, Heartbeat.@Nullable InFlight attempt) {
        Place at = placeOf(record);
        var putAside = deadLetters.put(at, record, error);
        if (attempt != null) {
            var failed = new TaskFailed(attempt.task(), attempt.attempt(), worker, error, Usage.NONE, null);
            return putAside.thenCompose(_ -> events.append(attempt.job(), failed));
        }
        JobId named = Envelope.job(record);
        JobId job = named == null ? JobId.ofRecord(at.name(), at.partition(), at.offset()) : named;
        return putAside.thenCompose(_ -> events.append(job, new JobRejected(error, at.toString()), at.toString()));
    }

    private void settle(ShareConsumer<String, byte[]> consumer, List<Taken> batch) throws InterruptedException {
        Throwable failure = null;
        Deque<Taken> open = new ArrayDeque<>(batch.size());
        batch.stream().filter(Taken::given).forEach(open::add); // orders first: nothing else holds a task up
        batch.stream().filter(taken -> !taken.given()).forEach(open::add);
        long deadline = System.nanoTime() + patience(consumer).toNanos();
        try {
            for (Taken taken = open.peek(); taken != null; taken = open.peek()) {
                try {
                    taken.written().get(Math.max(0, deadline - System.nanoTime()), TimeUnit.NANOSECONDS);
                    open.remove();
                    // The claim decides, not the acknowledgement: if that fails, the order comes again and is a repeat.
                    taken.start().run();
                    kept.remove(taken.record());
                    consumer.acknowledge(taken.record(), AcknowledgeType.ACCEPT);
                } catch (ExecutionException | TimeoutException e) {
                    open.remove();
                    taken.putDown().run();
                    if (taken.given()) {
                        failure = e;
                        consumer.acknowledge(taken.record(), AcknowledgeType.RELEASE);
                    } else {
                        keep(consumer, taken.record(), e);
                    }
                }
            }
        } finally {
            open.forEach(taken -> taken.putDown().run()); // cut short: nothing stays in hand that was never begun
        }
        if (failure != null) {
            throw new IllegalStateException("orders were given back, because the log could not be written", failure);
        }
    }

    /**
     * Brokers count how often a record is handed out, and drop it without a word after a few times. An order is issued
     * again then; what came from outside would be lost, and so it is not handed back (KIP-1222).
     */
    private static void keep(
            ShareConsumer<String, byte[]> consumer, ConsumerRecord<String, byte[]> record, Exception why) {
        log.warn(
                "{}-{} came from outside and cannot be passed on yet; it is kept and tried again, and no order is taken"
                        + " meanwhile: {}",
                record.topic(),
                record.offset(),
                why.getCause() == null
                        ? "the broker does not answer"
                        : why.getCause().toString());
        consumer.acknowledge(record, AcknowledgeType.RENEW);
    }

    /** Half of the time for which a record is left with this consumer: what is kept is asked for again before that ends. */
    private static Duration patience(ShareConsumer<String, byte[]> consumer) {
        return consumer.acquisitionLockTimeoutMs()
                .map(millis -> Duration.ofMillis(millis / 2))
                .filter(half -> half.compareTo(PATIENCE) < 0)
                .orElse(PATIENCE);
    }
}
