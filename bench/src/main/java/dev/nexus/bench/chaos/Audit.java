package dev.nexus.bench.chaos;

import dev.nexus.bench.chaos.Breach.Rule;
import dev.nexus.contract.Json;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** The judge: compares what was promised with what lies on the topics, and says where it differs. It does no I/O. */
final class Audit {

    /**
     * How long after an equal reply was readable a call may still start: a worker looks the replies up first and calls
     * then, and on a busy machine it may lose the processor in between. Far below the shortest call.
     */
    static final long TOLERANCE = 500;

    /** A producer gives up a record after 30 s; only then a reply is written once more, with a later time. */
    private static final long REWRITTEN = 25_000;

    /** Why a job may fail here by the offline model, which was asked to fail now and then. */
    private static final Set<String> BY_MODEL = Set.of("model_unavailable", "invalid_model_output");

    /** And if three workers in a row were taken away, which {@link Reissues} looks into. */
    private static final String BY_LOSSES = "worker_lost";

    /**
     * The most jobs in a hundred that may fail by the model. Three answers in a row are spoilt for 3 questions in 1000, so
     * that 1 job in 100 fails; but all plans of a spec come of one question, and with it a sixth of most jobs may fail.
     */
    private static final int MOST_BY_MODEL = 15;

    /** Fewer failures, and fewer jobs of a kind, say nothing. */
    private static final int TELLING = 3;

    private final Map<String, JobHistory> jobs;
    private final List<Breach> breaches = new ArrayList<>();

    /** @param events of {@code job-events}, each partition in its order */
    Audit(List<RawRecord> events) {
        this.jobs = JobHistory.of(events);
    }

    Map<String, JobHistory> jobs() {
        return jobs;
    }

    List<Breach> breaches() {
        return List.copyOf(breaches);
    }

    private void breach(Rule rule, String job, String what) {
        breaches.add(new Breach(rule, job, what));
    }

    /** @param accepted ids of jobs that a client knows to be accepted */
    void everyJobHasOneEnd(Collection<String> accepted) {
        for (String job : accepted) {
            if (!jobs.containsKey(job) || !history(job).isAccepted()) {
                breach(Rule.LOST, job, "it was accepted, and the log does not know it");
            }
        }
        for (JobHistory job : jobs.values()) {
            if (job.isAccepted() && job.end().isEmpty()) {
                RawRecord last = job.counted().getLast();
                breach(Rule.LOST, job.job(), "no final event; the last one is " + last.fact() + " at " + last.place());
            }
            for (RawRecord record : job.later()) {
                boolean ending = record.type().equals("job.completed")
                        || record.type().equals("job.failed")
                        || record.type().equals("job.cancelled");
                if (ending && !record.isFinal()) {
                    breach(Rule.LOST, job.job(), "a final event with an id of its own at " + record.place());
                }
                if (record.fact().startsWith("rejected")) {
                    breach(Rule.LOST, job.job(), "refused: " + record.value().path("error") + " at " + record.place());
                }
            }
        }
    }

    /**
     * Each customer has its job and has seen it end, and no job came of a request that nobody sent. What a keyed request
     * makes is one job, the one that its customer knows; without a key, each submission may have made one.
     *
     * @param asked how many jobs the run was asked for
     */
    void everyCustomerIsServed(int asked, List<Told> customers) {
        if (customers.size() < asked) {
            breach(Rule.UNSERVED, "", customers.size() + " of " + asked + " jobs were submitted");
        }
        Map<Integer, List<String>> made = new HashMap<>();
        for (JobHistory job : jobs.values()) {
            if (job.isAccepted()) {
                made.computeIfAbsent(job.customer(), _ -> new ArrayList<>()).add(job.job());
            }
        }
        for (Told told : customers) {
            String customer =
                    "customer " + told.wish().number() + " (" + told.wish().door() + ")";
            String job = told.job();
            if (job == null) {
                breach(Rule.UNSERVED, "", customer + " has no job");
            } else if (!told.ended()) {
                breach(Rule.UNSERVED, job, customer + " did not receive the final event");
            }
            List<String> jobsMade = made.getOrDefault(told.wish().number(), List.of());
            made.remove(told.wish().number());
            if (jobsMade.size() > (told.wish().door().isKeyed() ? 1 : told.submissions())) {
                breach(Rule.UNSERVED, job == null ? "" : job, customer + " has more than one job: " + jobsMade);
            } else if (job != null && !jobsMade.contains(job)) {
                breach(Rule.UNSERVED, job, customer + " knows a job that is none of its own: " + jobsMade);
            }
        }
        made.forEach((_, others) -> others.forEach(job -> breach(Rule.UNSERVED, job, "no customer asked for it")));
    }

    /**
     * Jobs fail for faults of the offline model, and for lost workers; anything else is a defect. Which ones fail by the
     * model cannot be told beforehand, as its faults follow from prompts, these from job ids, and those are random for some
     * jobs; so few of all may, and jobs of every kind have to be completed.
     */
    void noJobFailsForAReasonOfItsOwn() {
        Map<String, List<String>> ends = new TreeMap<>();
        int all = 0;
        int byModel = 0;
        for (JobHistory job : jobs.values()) {
            String code = job.end()
                    .map(end -> end.value().path("error").path("code").asString(""))
                    .orElse("");
            boolean model = BY_MODEL.contains(code);
            if (!code.isEmpty() && !model && !code.equals(BY_LOSSES)) {
                breach(Rule.FAILED, job.job(), "it failed with " + code);
            }
            if (job.isAccepted() && !job.status().equals("cancelled")) {
                all++;
                byModel += model ? 1 : 0;
                ends.computeIfAbsent(job.kind(), _ -> new ArrayList<>()).add(job.status());
            }
        }
        if (byModel >= TELLING && byModel * 100 > all * MOST_BY_MODEL) {
            breach(Rule.FAILED, "", byModel + " of " + all + " jobs failed by the model");
        }
        ends.forEach((kind, statuses) -> {
            if (statuses.size() >= TELLING && !statuses.contains("completed")) {
                breach(Rule.FAILED, "", "none of " + statuses.size() + " jobs of kind " + kind + " was completed");
            }
        });
    }

    /** @param orders of the work topics */
    void nothingIsReplaced(List<RawRecord> orders) {
        for (JobHistory job : jobs.values()) {
            job.completions().forEach((task, completion) -> {
                String winner = job.winner(task, completion.number("attempt"));
                if (!winner.equals(completion.text("worker"))) {
                    breach(
                            Rule.REPLACED,
                            job.job(),
                            task + " was completed by " + completion.text("worker") + ", and claimed by "
                                    + (winner.isEmpty() ? "nobody" : winner) + ", at " + completion.place());
                }
            });
        }
        for (JobHistory job : jobs.values()) {
            job.end()
                    .filter(end -> !end.text("verdict").equals(job.verdict()))
                    .ifPresent(end -> breach(
                            Rule.REPLACED,
                            job.job(),
                            "it ended with verdict '" + end.text("verdict") + "', and its tests with '" + job.verdict()
                                    + "', at " + end.place()));
        }
        for (RawRecord order : orders) {
            JobHistory job = jobs.get(order.key());
            if (job == null || order.text("task").isEmpty()) {
                continue;
            }
            String task = order.text("task");
            int round = JobHistory.roundOf(task);
            Map<String, JobHistory.FileRef> files = job.files(round);
            // A repair begins from the files of the round before, and may find some of its own round already.
            Map<String, JobHistory.FileRef> before = order.type().equals("build") ? job.files(round - 1) : Map.of();
            for (JsonNode node : order.value().path("files")) {
                JobHistory.FileRef ref = JobHistory.FileRef.of(node);
                if (!ref.equals(files.get(ref.path())) && !ref.equals(before.get(ref.path()))) {
                    breach(
                            Rule.REPLACED,
                            job.job(),
                            "the order of " + task + " at " + order.place() + " has " + ref + ", first completed was "
                                    + files.get(ref.path()));
                }
            }
            JsonNode plan = order.value().path("plan");
            if (plan.isObject() && !plan.equals(job.plan())) {
                breach(Rule.REPLACED, job.job(), "the order of " + task + " at " + order.place() + " has another plan");
            }
        }
    }

    /**
     * Every file that an event refers to is where it says, with the bytes it says, and is the job's own.
     *
     * @param kept what lies on {@code job-artefacts}, by job
     */
    void everyFileIsKept(Map<String, Set<JobHistory.FileRef>> kept) {
        for (JobHistory job : jobs.values()) {
            for (RawRecord record : job.counted()) {
                JsonNode given = record.type().equals("task.completed")
                        ? record.value().path("outcome").path("files")
                        : record.value().path("files");
                for (JsonNode node : given) {
                    JobHistory.FileRef ref = JobHistory.FileRef.of(node);
                    if (!kept.getOrDefault(job.job(), Set.of()).contains(ref)) {
                        breach(
                                Rule.REPLACED,
                                job.job(),
                                "job-artefacts does not have " + ref + " of " + record.fact() + " at "
                                        + record.place());
                    }
                }
            }
        }
    }

    /** @param calls of {@code model-calls} */
    void everyCallIsOfTheClaimsWinner(List<RawRecord> calls) {
        for (RawRecord call : calls) {
            String winner = history(call.key()).winner(call.text("task"), call.number("attempt"));
            if (winner.isEmpty() || !winner.equals(call.writer())) {
                breach(
                        Rule.UNCLAIMED_CALL,
                        call.key(),
                        call.text("task") + " attempt " + call.number("attempt") + " was claimed by "
                                + (winner.isEmpty() ? "nobody" : winner) + ", and "
                                + (call.writer().isEmpty() ? "somebody" : call.writer()) + " asked, see "
                                + call.place());
            }
        }
    }

    /**
     * Time in which the caller was stopped does not count, as it cannot know. After an outage in which a producer may have
     * given up, the time of the call is unknown, and only that its attempt was not claimed behind the reply is asked for.
     *
     * @param calls of {@code model-calls}
     * @param stops when processes were held by SIGSTOP, by worker id
     * @param outages when no record could be written, because too few brokers were there
     */
    void noCallIsRepeated(List<RawRecord> calls, Map<String, List<Span>> stops, List<Span> outages) {
        Map<String, List<RawRecord>> byKey = new TreeMap<>();
        calls.forEach(call -> byKey.computeIfAbsent(call.text("callKey"), _ -> new ArrayList<>())
                .add(call));
        byKey.forEach((_, equal) -> {
            for (int later = 1; later < equal.size(); later++) {
                RawRecord call = equal.get(later);
                for (RawRecord earlier : equal.subList(0, later)) {
                    startedAfter(earlier, call, stops, outages);
                }
            }
        });
    }

    private void startedAfter(RawRecord earlier, RawRecord call, Map<String, List<Span>> stops, List<Span> outages) {
        String task = call.text("task");
        Optional<RawRecord> claim = history(call.key()).claim(task, call.number("attempt"));
        boolean rewritten = outages.stream()
                .anyMatch(span -> span.length() > REWRITTEN && span.touches(earlier.time(), call.written()));
        // When a reply had to be written again, its times say nothing; then only the claim does.
        long started = rewritten ? claim.map(RawRecord::time).orElse(0L) : call.asked();
        long between = started - earlier.time();
        long missing = stops.getOrDefault(call.writer(), List.of()).stream()
                .mapToLong(span -> span.within(earlier.time(), started))
                .sum();
        if (between - missing > TOLERANCE) {
            breach(
                    Rule.REPEATED_CALL,
                    call.key(),
                    task + " attempt " + call.number("attempt") + " asked " + between + " ms after the equal reply at "
                            + earlier.place() + " was appended, see " + call.place());
        }
    }

    /** @param frames as a client received them, over all its connections */
    void streamIsTheLog(String job, List<Frame> frames) {
        List<RawRecord> log = history(job).counted();
        for (int i = 0; i < frames.size(); i++) {
            Frame frame = frames.get(i);
            String at = "frame " + (i + 1) + " (connection " + frame.connection() + ")";
            if (!frame.id().equals(String.valueOf(i + 1))) {
                breach(Rule.STREAM, job, at + " has id " + frame.id());
                return; // all that follows is shifted
            }
            if (i >= log.size()) {
                breach(Rule.STREAM, job, at + " is not in the log");
                return;
            }
            RawRecord record = log.get(i);
            if (!frame.event().equals(record.type()) || !frame.data().equals(dataOf(record, i + 1))) {
                breach(Rule.STREAM, job, at + " differs from " + record.fact() + " at " + record.place());
            }
        }
        if (frames.size() < log.size()) {
            breach(Rule.STREAM, job, "ended after " + frames.size() + " of " + log.size() + " events");
        }
    }

    private static JsonNode dataOf(RawRecord record, int seq) {
        ObjectNode data = record.value().deepCopy().asObject();
        data.put("seq", seq);
        data.put("jobId", record.key());
        data.put("time", Instant.ofEpochMilli(record.time()).toString());
        return data;
    }

    /** @param bodies of GET /jobs/{id}, one from each gateway, as their bytes in UTF-8 read */
    void bodiesTellTheLog(String job, List<String> bodies, List<JsonNode> trees) {
        if (bodies.stream().distinct().count() > 1) {
            breach(Rule.BODY, job, "the gateways answer differently: " + String.join(" / ", bodies));
            return;
        }
        JobHistory history = history(job);
        JsonNode body = trees.getFirst();
        same(job, "status", history.status(), body.path("status").asString(""));
        same(job, "seq", history.counted().size(), body.path("seq").asInt());
        Map<String, String> files = new TreeMap<>();
        history.files().forEach((path, ref) -> files.put(path, ref.sha256() + " " + ref.size()));
        Map<String, String> shown = new TreeMap<>();
        body.path("artefacts")
                .forEach(file -> shown.put(
                        file.path("path").asString(""),
                        file.path("sha256").asString("") + " "
                                + file.path("size").asLong()));
        same(job, "files", files, shown);
        Map<String, Integer> attempts = new TreeMap<>(history.attempts());
        Map<String, Integer> shownAttempts = new TreeMap<>();
        Map<String, Boolean> completed = new HashMap<>();
        body.path("tasks").forEach(task -> {
            String id = task.path("id").asString("");
            shownAttempts.put(id, task.path("attempt").asInt());
            completed.put(id, task.path("status").asString("").equals("completed"));
        });
        same(job, "attempts", attempts, shownAttempts);
        attempts.keySet()
                .forEach(task -> same(
                        job,
                        "completion of " + task,
                        history.completions().containsKey(task),
                        completed.getOrDefault(task, false)));
        history.end()
                .ifPresent(end -> same(
                        job,
                        "error",
                        end.value().path("error").path("code").asString(""),
                        body.path("error").path("code").asString("")));
        same(job, "best round", history.bestRound(), body.path("bestRound").asInt(-1));
        same(job, "verdict", history.verdict(), body.path("verdict").asString(""));
        sameTree(job, "plan", history.plan(), body.path("plan"));
        sameTree(job, "report", history.report(), body.path("report"));
    }

    private void sameTree(String job, String what, JsonNode told, JsonNode shown) {
        if (!bare(told).equals(bare(shown))) {
            breach(Rule.BODY, job, what + ": the gateways show another than the log tells first");
        }
    }

    /** Without empty fields, which bodies show and events leave out. */
    private static JsonNode bare(JsonNode node) {
        if (node.isArray()) {
            ArrayNode bare = Json.MAPPER.createArrayNode();
            node.forEach(each -> bare.add(bare(each)));
            return bare;
        }
        ObjectNode bare = Json.MAPPER.createObjectNode();
        if (!node.isObject()) {
            return node.isMissingNode() || node.isNull() ? bare : node;
        }
        node.forEachEntry((name, field) -> {
            JsonNode value = bare(field);
            boolean empty = value.isString() ? value.asString("").isEmpty() : value.isContainer() && value.isEmpty();
            if (!empty) {
                bare.set(name, value);
            }
        });
        return bare;
    }

    private void same(String job, String what, Object told, Object shown) {
        if (!told.equals(shown)) {
            breach(Rule.BODY, job, what + ": the log tells " + told + ", the gateways show " + shown);
        }
    }

    private JobHistory history(String job) {
        return jobs.getOrDefault(job, new JobHistory(job, List.of(), List.of()));
    }

    /** A stretch of time, milliseconds since 1970. */
    record Span(long from, long to) {

        long length() {
            return to - from;
        }

        boolean touches(long start, long end) {
            return from < end && to > start;
        }

        /** How much of it lies between the two. */
        long within(long start, long end) {
            return Math.max(0, Math.min(to, end) - Math.max(from, start));
        }
    }
}
