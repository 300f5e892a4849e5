package dev.nexus.bench.chaos;

import dev.nexus.contract.Envelope;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.MissingNode;

/**
 * What counts of one job, worked out from the records of {@code job-events} alone: from {@code job.accepted} on, each
 * {@code ce_id} the first time, up to the first final event.
 *
 * @param counted what counts, in order
 * @param later the other records of the job: repeats, and what came after the end
 */
record JobHistory(String job, List<RawRecord> counted, List<RawRecord> later) {

    /** A file that a completed task gave, with the place of its bytes. */
    record FileRef(String path, String sha256, long size, int partition, long offset) {

        /** Of the bytes that lie there, whatever their headers say of them. */
        static FileRef of(ConsumerRecord<String, byte[]> record) {
            String path = Optional.ofNullable(Envelope.header(record, "path")).orElse("");
            return new FileRef(
                    path, sha256(record.value()), record.value().length, record.partition(), record.offset());
        }

        private static String sha256(byte[] bytes) {
            try {
                return HexFormat.of()
                        .formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
            } catch (NoSuchAlgorithmException e) {
                throw new IllegalStateException("every Java has SHA-256", e);
            }
        }

        static FileRef of(JsonNode ref) {
            return new FileRef(
                    ref.path("path").asString(""),
                    ref.path("sha256").asString(""),
                    ref.path("size").asLong(),
                    ref.path("partition").asInt(),
                    ref.path("offset").asLong());
        }
    }

    /** All jobs that the records tell of, by id; those without {@code job.accepted} have nothing that counts. */
    static Map<String, JobHistory> of(List<RawRecord> events) {
        Map<String, List<RawRecord>> byJob = new LinkedHashMap<>();
        for (RawRecord record : events) {
            if (!record.id().isEmpty() && !record.type().isEmpty()) {
                byJob.computeIfAbsent(record.key(), _ -> new ArrayList<>()).add(record);
            }
        }
        Map<String, JobHistory> histories = new LinkedHashMap<>();
        byJob.forEach((job, records) -> histories.put(job, of(job, records)));
        return histories;
    }

    private static JobHistory of(String job, List<RawRecord> records) {
        List<RawRecord> counted = new ArrayList<>();
        List<RawRecord> later = new ArrayList<>();
        Set<String> ids = new HashSet<>();
        boolean ended = false;
        for (RawRecord record : records) {
            boolean begins = record.fact().equals("accepted");
            boolean refusal = record.fact().startsWith("rejected");
            if (ended || refusal || (counted.isEmpty() && !begins) || !ids.add(record.id())) {
                later.add(record);
            } else {
                counted.add(record);
                ended = record.isFinal();
            }
        }
        return new JobHistory(job, List.copyOf(counted), List.copyOf(later));
    }

    boolean isAccepted() {
        return !counted.isEmpty();
    }

    /** {@code pipeline}, {@code plan}, {@code build} or {@code test}; empty if it was not accepted. */
    String kind() {
        return isAccepted() ? counted.getFirst().text("kind") : "";
    }

    /** The number of the customer whose request it is, as the request's metadata says; -1 if it does not. */
    int customer() {
        return isAccepted()
                ? counted.getFirst().value().path("metadata").path("chaos").asInt(-1)
                : -1;
    }

    /** The cancellation, if it came before the end. */
    Optional<RawRecord> cancel() {
        return counted.stream().filter(RawRecord::isCancel).findFirst();
    }

    /** The final event that counts. */
    Optional<RawRecord> end() {
        return counted.isEmpty() || !counted.getLast().isFinal() ? Optional.empty() : Optional.of(counted.getLast());
    }

    /** {@code completed}, {@code failed} or {@code cancelled}; empty while it is open. */
    String status() {
        return end().map(end -> end.type().substring("job.".length())).orElse("");
    }

    /** The first completion of each task, in order. */
    Map<String, RawRecord> completions() {
        Map<String, RawRecord> first = new LinkedHashMap<>();
        for (RawRecord record : counted) {
            if (record.type().equals("task.completed")) {
                first.putIfAbsent(record.text("task"), record);
            }
        }
        return first;
    }

    /** The plan of the job: the first that was completed, or what came with the job; missing while there is none. */
    JsonNode plan() {
        RawRecord planned = completions().get("plan");
        if (planned != null) {
            return planned.value().path("outcome").path("plan");
        }
        return isAccepted() ? counted.getFirst().value().path("plan") : MissingNode.getInstance();
    }

    /** The report that the newest test run gave first, of a failed job that of its best; missing while there is none. */
    JsonNode report() {
        if (isLeftWithItsBest()) {
            return reports().getOrDefault(bestRound(), MissingNode.getInstance());
        }
        JsonNode report = MissingNode.getInstance();
        for (JsonNode later : reports().values()) {
            report = later;
        }
        return report;
    }

    /** The reports of the test runs by round, in the order in which they were told of. */
    private Map<Integer, JsonNode> reports() {
        Map<Integer, JsonNode> reports = new LinkedHashMap<>();
        completions().forEach((task, completion) -> {
            JsonNode outcome = completion.value().path("outcome");
            if (outcome.path("type").asString("").equals("report")) {
                reports.put(roundOf(task), outcome.path("report"));
            }
        });
        return reports;
    }

    /** The first of the rounds in which most tests passed; -1 if none was tested. */
    int bestRound() {
        int best = -1;
        long most = -1;
        for (Map.Entry<Integer, JsonNode> round : new TreeMap<>(reports()).entrySet()) {
            long passed = round.getValue().path("totals").path("passed").asLong(0);
            if (!round.getValue().has("totals")) { // of an older version, which names every test
                for (JsonNode test : round.getValue().path("tests")) {
                    passed += test.path("outcome").asString("").equals("passed") ? 1 : 0;
                }
            }
            String verdict = round.getValue().path("verdict").asString("");
            if (verdict.equals("passed")) {
                passed = Long.MAX_VALUE;
            } else if (verdict.equals("tampered")) {
                passed = 0; // what it says of its tests is not to be believed
            }
            if (passed > most) {
                best = round.getKey();
                most = passed;
            }
        }
        return best;
    }

    private boolean isLeftWithItsBest() {
        return status().equals("failed") && bestRound() >= 0;
    }

    /** The files that the job shows: the newest, or, when it failed, those of its best round. */
    Map<String, FileRef> files() {
        return files(isLeftWithItsBest() ? bestRound() : Integer.MAX_VALUE);
    }

    /** With what verdict a job ends, as its tests went; empty if it is open, cancelled or has none. */
    String verdict() {
        boolean told = status().equals("completed") || status().equals("failed");
        return told ? report().path("verdict").asString("") : "";
    }

    /** The highest attempt that anything was told of, by task. */
    Map<String, Integer> attempts() {
        Map<String, Integer> highest = new LinkedHashMap<>();
        for (RawRecord record : counted) {
            if (record.type().startsWith("task.")) {
                highest.merge(record.text("task"), record.number("attempt"), Math::max);
            }
        }
        return highest;
    }

    /** The first word of every attempt above 1, in order. */
    List<RawRecord> reissues() {
        Map<String, RawRecord> first = new LinkedHashMap<>();
        for (RawRecord record : counted) {
            if (record.type().startsWith("task.") && record.number("attempt") > 1) {
                first.putIfAbsent(record.text("task") + "/" + record.number("attempt"), record);
            }
        }
        return List.copyOf(first.values());
    }

    /** The worker whose claim of an attempt came first; empty if nobody claimed it. */
    String winner(String task, int attempt) {
        return claim(task, attempt).map(claim -> claim.text("worker")).orElse("");
    }

    /** The claim of an attempt that came first. */
    Optional<RawRecord> claim(String task, int attempt) {
        return counted.stream()
                .filter(record -> record.type().equals("task.started")
                        && record.text("task").equals(task)
                        && record.number("attempt") == attempt)
                .findFirst();
    }

    /**
     * The files of the job by path, when all tasks up to a repair round are done: those that came with it, each replaced
     * by the newest that a first completion gave.
     */
    Map<String, FileRef> files(int round) {
        Map<String, FileRef> files = new LinkedHashMap<>();
        if (isAccepted()) {
            counted.getFirst().value().path("files").forEach(ref -> put(files, ref));
        }
        completions().forEach((task, completion) -> {
            if (roundOf(task) <= round) {
                completion.value().path("outcome").path("files").forEach(ref -> put(files, ref));
            }
        });
        return files;
    }

    private static void put(Map<String, FileRef> files, JsonNode ref) {
        FileRef file = FileRef.of(ref);
        files.put(file.path(), file);
    }

    /** 2 for {@code build:stack:r2}, 0 for a task of the first round. */
    static int roundOf(String task) {
        int at = task.lastIndexOf(":r");
        String round = at < 0 ? "" : task.substring(at + 2);
        return round.matches("[1-9][0-9]?") ? Integer.parseInt(round) : 0;
    }
}
