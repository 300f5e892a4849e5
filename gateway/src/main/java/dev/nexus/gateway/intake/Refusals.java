package dev.nexus.gateway.intake;

import dev.nexus.contract.DeadLetters;
import dev.nexus.contract.Envelope;
import dev.nexus.contract.ErrorCode;
import dev.nexus.contract.ErrorInfo;
import dev.nexus.contract.EventLog;
import dev.nexus.contract.JobEvent;
import dev.nexus.contract.JobId;
import dev.nexus.contract.Place;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers a record from outside that is not taken, always in the same way: the record goes to the dead letters of the
 * topic that its producer wrote to, and {@code job.rejected} says why, under the job that the record names.
 */
public final class Refusals {

    private static final Logger log = LoggerFactory.getLogger(Refusals.class);

    /** What may be taken another time. */
    private static final Set<ErrorCode> LATER = Set.of(
            ErrorCode.OVERLOADED, ErrorCode.INSUFFICIENT_STORAGE, ErrorCode.RATE_LIMITED, ErrorCode.QUOTA_EXCEEDED);

    private final EventLog events;
    private final DeadLetters deadLetters;

    public Refusals(EventLog events, DeadLetters deadLetters) {
        this.events = events;
        this.deadLetters = deadLetters;
    }

    /**
     * Completes when both are written; doing it again gives an event with the same id.
     *
     * @param id of the job that the record names; null if it names none, then its place gives one
     */
    public CompletableFuture<?> refuse(
            Place at, @Nullable JobId id, ConsumerRecord<String, byte[]> record, InvalidRequest why) {
        log.warn("refused the record at {}: {}", at, why.code().wire());
        boolean later = LATER.contains(why.code());
        ErrorInfo error = new ErrorInfo(why.code(), String.valueOf(why.getMessage()), later);
        JobId keyed = id == null ? Envelope.job(record) : id;
        JobId named = keyed == null ? JobId.ofRecord(at.name(), at.partition(), at.offset()) : keyed;
        return deadLetters
                .put(at, record, error)
                .thenCompose(_ -> events.append(named, new JobEvent.JobRejected(error, at.toString()), at.toString()));
    }
}
