package dev.nexus.gateway.intake;

import dev.nexus.contract.ControlCommand;
import dev.nexus.contract.Envelope;
import dev.nexus.contract.JobId;
import dev.nexus.contract.Limits;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import tools.jackson.databind.JsonNode;

/** Reads a command from {@code job-control}; fields that it does not know are skipped. */
public final class CommandReader {

    private CommandReader() {}

    /** A command, and the job that it is meant for. */
    public record Addressed(JobId job, ControlCommand command) {}

    /** @throws InvalidRequest if it is none */
    public static Addressed read(ConsumerRecord<String, byte[]> record) throws InvalidRequest {
        JobId job = Envelope.job(record);
        if (job == null) {
            throw InvalidRequest.ofRecord("the record's key must be the id of a job: a UUID in lower case");
        }
        JsonNode json = OutsideValue.of(record, "{\"type\": \"cancel\"}");
        JsonNode type = json.path("type");
        if (!type.isString() || !type.stringValue().equals("cancel")) {
            throw InvalidRequest.of("/type", "must be cancel, the one command there is");
        }
        JsonNode reason = json.path("reason");
        if (reason.isMissingNode() || reason.isNull()) {
            return new Addressed(job, new ControlCommand.Cancel(null));
        }
        if (!reason.isString()) {
            throw InvalidRequest.of("/reason", "must be a string");
        }
        int length = reason.stringValue().length();
        if (length > Limits.REASON_CHARS) {
            throw InvalidRequest.of(
                    "/reason", "has " + length + " characters, the limit is " + Limits.REASON_CHARS + "; shorten it");
        }
        return new Addressed(job, new ControlCommand.Cancel(reason.stringValue()));
    }
}
