package dev.nexus.bench.chaos;

import dev.nexus.contract.Json;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** A log of one job, written line by line; every record comes a second after the one before. */
final class LogForTests {

    static final String JOB = "0198c5a2-7c00-7000-8000-000000000001";
    static final long START = 1_000_000_000_000L;

    private final String job;
    private final List<RawRecord> records = new ArrayList<>();

    LogForTests() {
        this(JOB);
    }

    LogForTests(String job) {
        this.job = job;
    }

    /** A job with a plan by worker {@code a}, completed. */
    static LogForTests ofAPlan() {
        return new LogForTests()
                .event("accepted", "{'type':'job.accepted','kind':'plan'}")
                .event("plan/1/scheduled", "{'type':'task.scheduled','task':'plan','attempt':1}")
                .event("plan/1/started/a", "{'type':'task.started','task':'plan','attempt':1,'worker':'a'}")
                .event(
                        "plan/1/result",
                        "{'type':'task.completed','task':'plan','attempt':1,'worker':'a',"
                                + "'outcome':{'type':'plan','plan':{'summary':'one'}}}");
    }

    LogForTests completed() {
        return event("final", "{'type':'job.completed'}");
    }

    LogForTests event(String fact, String json) {
        return record("job-events", job + "/" + fact, json);
    }

    /** So many milliseconds after the log's start. */
    LogForTests at(long millis, String fact, String json) {
        event(fact, json);
        records.add(appended(START + millis, records.removeLast()));
        return this;
    }

    static RawRecord appended(long time, RawRecord record) {
        return new RawRecord(
                record.topic(),
                record.partition(),
                record.offset(),
                time,
                record.key(),
                record.headers(),
                record.value());
    }

    LogForTests cancelled(long millis) {
        return at(millis, "final", "{'type':'job.cancelled'}");
    }

    LogForTests record(String topic, String id, String json) {
        long offset = records.size();
        Map<String, String> headers = new HashMap<>(Map.of("ce_id", id));
        records.add(new RawRecord(topic, 0, offset, START + 1000 * offset, job, headers, json(json)));
        return this;
    }

    List<RawRecord> records() {
        return records;
    }

    /** What a client receives of it that is never interrupted. */
    List<Frame> frames() {
        List<Frame> frames = new ArrayList<>();
        for (RawRecord record : records) {
            int seq = frames.size() + 1;
            ObjectNode data = record.value().deepCopy().asObject();
            data.put("seq", seq)
                    .put("jobId", job)
                    .put("time", Instant.ofEpochMilli(record.time()).toString());
            frames.add(new Frame(String.valueOf(seq), record.type(), data, 1, java.net.URI.create("http://one"), 0));
        }
        return frames;
    }

    /** With single quotes, as JSON. */
    static JsonNode json(String text) {
        return Json.tree(text.replace('\'', '"').getBytes(StandardCharsets.UTF_8));
    }
}
