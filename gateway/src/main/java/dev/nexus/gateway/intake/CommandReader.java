package dev.nexus.gateway.intake;

import dev.nexus.contract.ControlCommand;
import dev.nexus.contract.Envelope;
import dev.nexus.contract.JobId;
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
        ControlCommand command = switch (type.isString() ? type.stringValue() : "") {
            case "cancel" -> new ControlCommand.Cancel(RequestReader.reason(json));
            case "approve" -> RequestReader.approve(json);
            case "reject" -> RequestReader.reject(json);
            default -> throw InvalidRequest.of("/type", "must be one of cancel, approve, reject");
        };
        return new Addressed(job, command);
    }
}
