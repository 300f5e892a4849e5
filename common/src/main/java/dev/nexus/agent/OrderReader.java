package dev.nexus.agent;

import dev.nexus.contract.Envelope;
import dev.nexus.contract.ErrorCode;
import dev.nexus.contract.ErrorInfo;
import dev.nexus.contract.EventId;
import dev.nexus.contract.Heartbeat;
import dev.nexus.contract.JobId;
import dev.nexus.contract.Json;
import dev.nexus.contract.Order;
import dev.nexus.contract.Service;
import dev.nexus.contract.Since;
import dev.nexus.contract.TaskId;
import java.util.function.IntPredicate;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/** Tells what a record on a service's work topic is. */
final class OrderReader<O extends Order> {

    /** What a record turned out to be. */
    sealed interface Received<O> {}

    /** An attempt to be made. */
    record Ordered<O>(JobId job, O order) implements Received<O> {}

    /** What someone outside put there, right or wrong: the gateway makes a job of it, or says what is wrong with it. */
    record Direct<O>() implements Received<O> {}

    /**
     * Nothing that anyone can process.
     *
     * @param attempt the one that waits for it, if the record has the id that the gateway gives its order
     */
    record Unreadable<O>(ErrorInfo error, Heartbeat.@Nullable InFlight attempt) implements Received<O> {}

    private final Service service;
    private final Class<O> orders;
    private final IntPredicate eventPartitions;

    /** @param eventPartitions whether a number is that of a partition of {@code job-events} */
    OrderReader(Service service, Class<O> orders, IntPredicate eventPartitions) {
        this.service = service;
        this.orders = orders;
        this.eventPartitions = eventPartitions;
    }

    Received<O> read(ConsumerRecord<String, byte[]> record) {
        JsonNode json = order(record);
        if (json == null) {
            return new Direct<>();
        }
        JobId job = Envelope.job(record);
        if (job == null) {
            return unreadable("its key is no job id", null);
        }
        try {
            return checked(job, Json.MAPPER.treeToValue(json, Order.class), json, record);
        } catch (JacksonException e) {
            String where = e.getPath().stream()
                    .map(JacksonException.Reference::getPropertyName)
                    .collect(Collectors.joining("."));
            String problem =
                    where.isEmpty() ? "its type is none of an order" : "its field '" + where + "' can't be read";
            return unreadable(problem, attempt(job, json, record));
        }
    }

    /** The record's value, if it claims to be an order. */
    private static @Nullable JsonNode order(ConsumerRecord<String, byte[]> record) {
        String contentType = Envelope.header(record, "content-type");
        if (record.value() == null || (contentType != null && contentType.startsWith("application/cloudevents"))) {
            return null; // orders come in binary mode
        }
        try {
            JsonNode json = Json.tree(record.value());
            return json.has("attempt") || json.has("since") ? json : null;
        } catch (JacksonException e) {
            return null;
        }
    }

    @SuppressWarnings("ConstantValue") // Jackson passes null for what is absent
    private Received<O> checked(JobId job, Order order, JsonNode json, ConsumerRecord<String, byte[]> record) {
        if (!orders.isInstance(order)
                || order.task() == null
                || order.task().kind().service() != service) {
            return unreadable("it asks for another service's work", attempt(job, json, record));
        }
        if (order.attempt() < 1) {
            return unreadable("its attempt is below 1", null);
        }
        Since since = order.since();
        if (since == null || since.time() == null || since.offset() < 0 || !eventPartitions.test(since.partition())) {
            return unreadable("its field 'since' is no place on job-events", attempt(job, json, record));
        }
        return new Ordered<>(job, orders.cast(order));
    }

    private Unreadable<O> unreadable(String problem, Heartbeat.@Nullable InFlight attempt) {
        String message = "the record is no order for the " + service + ": " + problem;
        return new Unreadable<>(new ErrorInfo(ErrorCode.UNREADABLE_ORDER, message, false), attempt);
    }

    /** Anyone may write here: a record that only names an attempt must not be the end of it. */
    private static Heartbeat.@Nullable InFlight attempt(
            JobId job, JsonNode json, ConsumerRecord<String, byte[]> record) {
        JsonNode task = json.path("task");
        JsonNode attempt = json.path("attempt");
        if (!task.isString() || !attempt.isInt() || attempt.intValue() < 1) {
            return null;
        }
        try {
            var named = new Heartbeat.InFlight(job, TaskId.parse(task.stringValue()), attempt.intValue());
            String id = EventId.scheduled(job, named.task(), named.attempt()).toString();
            return id.equals(Envelope.header(record, Envelope.ID)) ? named : null;
        } catch (IllegalArgumentException e) {
            return null;
        }
    }
}
