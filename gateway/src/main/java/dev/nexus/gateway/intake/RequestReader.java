package dev.nexus.gateway.intake;

import dev.nexus.contract.Approval;
import dev.nexus.contract.ControlCommand;
import dev.nexus.contract.JobId;
import dev.nexus.contract.JobKind;
import dev.nexus.contract.JobOptions;
import dev.nexus.contract.JobRequest;
import dev.nexus.contract.Json;
import dev.nexus.contract.Limits;
import dev.nexus.contract.Plan;
import dev.nexus.contract.PlanRules;
import dev.nexus.contract.ProjectPath;
import dev.nexus.contract.Replay;
import dev.nexus.contract.Stage;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/** Reads a request from JSON and checks it: everything that is wrong is found at once, nothing is guessed. */
public final class RequestReader {

    private static final List<String> OPTIONS =
            List.of("maxRepairs", "noCache", "deadline", "budgetUsd", "approval", "webhooks");

    private static final Pattern WEBHOOK = Pattern.compile("wh_[A-Za-z0-9]{1,40}");

    private static final Pattern SHA256 = Pattern.compile("[0-9a-f]{64}");

    private static final Set<String> COMMON = Set.of("options", "metadata");

    /** Of a request on Kafka, which says what it wants. */
    static final String TYPED = "{\"type\": \"pipeline\", \"spec\": \"…\"}";

    private static final String ANSWER = "{\"planHash\": \"…\"}";

    private static final String SPEC = "{\"spec\": \"…\"}";

    private final List<FieldError> errors = new ArrayList<>();
    private final JsonNode root;

    private RequestReader(JsonNode root) {
        this.root = root;
    }

    /**
     * Reads a request that says by itself what it wants.
     *
     * @param kindField where it says so: {@code kind} on HTTP, where a pipeline is meant if it is absent, or
     *     {@code type} on Kafka
     */
    public static JobRequest read(byte[] json, String kindField) throws InvalidRequest {
        return read(JsonBody.parse(json, SPEC), kindField);
    }

    /** Reads a request that was parsed already. */
    static JobRequest read(JsonNode root, String kindField) throws InvalidRequest {
        JsonNode kind = root.get(kindField);
        if (kind == null && kindField.equals("kind")) {
            return read(root, JobKind.PIPELINE, kindField);
        }
        if (kind != null && kind.isString() && kind.stringValue().equals("replay")) {
            return replay(root, kindField);
        }
        if (kind != null && kind.isString() && kind.stringValue().equals("retry")) {
            return retry(root, kindField, null);
        }
        for (JobKind known : JobKind.values()) {
            if (kind != null && kind.isString() && kind.stringValue().equals(known.wire())) {
                return read(root, known, kindField);
            }
        }
        throw InvalidRequest.of("/" + kindField, "must be one of pipeline, plan, build, test, replay, retry");
    }

    /** Reads a request for one kind of job. */
    public static JobRequest read(byte[] json, JobKind kind) throws InvalidRequest {
        boolean fromSpec = kind == JobKind.PIPELINE || kind == JobKind.PLAN;
        return read(JsonBody.parse(json, fromSpec ? SPEC : "{\"job\": \"…\"}"), kind, null);
    }

    private static JobRequest read(JsonNode root, JobKind kind, @Nullable String kindField) throws InvalidRequest {
        RequestReader reader = new RequestReader(root);
        JobRequest request = switch (kind) {
            case PIPELINE -> {
                reader.allow(kindField, "spec", "files", "basedOn");
                if (root.has("files") && root.has("basedOn")) {
                    reader.error("", "must have /files or /basedOn or neither, and not both");
                }
                yield new JobRequest.Pipeline(
                        reader.requiredSpec(),
                        reader.filesToChange(),
                        reader.job("basedOn"),
                        reader.options(),
                        reader.metadata());
            }
            case PLAN -> {
                reader.allow(kindField, "spec");
                yield new JobRequest.PlanOnly(reader.requiredSpec(), reader.options(), reader.metadata());
            }
            case BUILD -> {
                reader.allow(kindField, "plan", "job");
                reader.requireOneOf("plan", "job");
                yield new JobRequest.Build(reader.plan(), reader.job(), reader.options(), reader.metadata());
            }
            case TEST -> {
                reader.allow(kindField, "files", "job", "spec");
                reader.requireOneOf("files", "job");
                JsonNode given = root.get("spec");
                String spec = given == null ? null : reader.spec(given);
                List<JobRequest.SourceFile> files = reader.files(spec != null);
                yield new JobRequest.Test(files, reader.job(), spec, reader.options(), reader.metadata());
            }
        };
        if (kind != JobKind.PIPELINE && request.options().approval() != null) {
            reader.error("/options/approval", approvalIsOfNoUse(kind));
        }
        if (!reader.errors.isEmpty()) {
            throw InvalidRequest.of(reader.errors);
        }
        return request;
    }

    static String approvalIsOfNoUse(JobKind kind) {
        return "is of no use in a job of kind " + kind.wire()
                + ", which does not go on from a plan that it made; leave it out, or send a pipeline";
    }

    /** Reads the body that approves a plan. */
    public static ControlCommand.Approve approve(byte[] json) throws InvalidRequest {
        JsonNode root = JsonBody.parse(json, ANSWER);
        return approve(new RequestReader(root).answering("planHash", "plan"));
    }

    /** Reads the body that rejects a plan. */
    public static ControlCommand.Reject reject(byte[] json) throws InvalidRequest {
        JsonNode root = JsonBody.parse(json, ANSWER);
        return reject(new RequestReader(root).answering("planHash", "reason"));
    }

    /** Likewise from a command, whose other fields are skipped. */
    static ControlCommand.Approve approve(JsonNode root) throws InvalidRequest {
        return approve(new RequestReader(root));
    }

    static ControlCommand.Reject reject(JsonNode root) throws InvalidRequest {
        return reject(new RequestReader(root));
    }

    private static ControlCommand.Approve approve(RequestReader reader) throws InvalidRequest {
        var answer = new ControlCommand.Approve(reader.planHash(), reader.plan());
        if (!reader.errors.isEmpty()) {
            throw InvalidRequest.of(reader.errors);
        }
        return answer;
    }

    private static ControlCommand.Reject reject(RequestReader reader) throws InvalidRequest {
        var answer = new ControlCommand.Reject(reader.planHash(), reader.reason());
        if (!reader.errors.isEmpty()) {
            throw InvalidRequest.of(reader.errors);
        }
        return answer;
    }

    /** Why someone asks for something; null if nothing is said. */
    static @Nullable String reason(JsonNode root) throws InvalidRequest {
        RequestReader reader = new RequestReader(root);
        String reason = reader.reason();
        if (!reader.errors.isEmpty()) {
            throw InvalidRequest.of(reader.errors);
        }
        return reason;
    }

    private RequestReader answering(String... fields) {
        refuseOthers(new TreeSet<>(List.of(fields)));
        return this;
    }

    private String planHash() {
        JsonNode node = root.get("planHash");
        if (node != null
                && node.isString()
                && SHA256.matcher(node.stringValue()).matches()) {
            return node.stringValue();
        }
        error(
                "/planHash",
                (node == null ? "is missing; it" : "must be 64 lower-case hex digits: it")
                        + " says which plan was looked at, as GET /jobs/{id} shows it");
        return "";
    }

    private @Nullable String reason() {
        JsonNode node = root.get("reason");
        if (node == null || node.isNull()) {
            return null;
        }
        if (!node.isString()) {
            error("/reason", "must be a string");
            return null;
        }
        String reason = node.stringValue();
        if (reason.length() > Limits.REASON_CHARS) {
            error(
                    "/reason",
                    "has " + reason.length() + " characters, the limit is " + Limits.REASON_CHARS + "; shorten it");
        }
        return reason;
    }

    private static JobRequest replay(JsonNode root, String kindField) throws InvalidRequest {
        RequestReader reader = new RequestReader(root);
        reader.allow(kindField, "job", "models", "prompts");
        JobId job = reader.job();
        if (job == null && !root.has("job")) {
            reader.error("/job", "is missing; name the job to be run again");
        }
        Map<String, String> models = reader.texts("models", Replay.MODELS, reader::checkModel);
        Map<String, String> prompts = reader.texts("prompts", Replay.PROMPTS.keySet(), reader::checkPrompt);
        JobOptions options = reader.options();
        Map<String, String> metadata = reader.metadata();
        if (job == null || !reader.errors.isEmpty()) {
            throw InvalidRequest.of(reader.errors);
        }
        return new JobRequest.Replay(job, models, prompts, options, metadata);
    }

    /** Reads the body of a retry of {@code job}, which the path names. */
    public static JobRequest retry(byte[] json, JobId job) throws InvalidRequest {
        return retry(JsonBody.parse(json, "{\"from\": \"build\"}"), null, job);
    }

    private static JobRequest retry(JsonNode root, @Nullable String kindField, @Nullable JobId named)
            throws InvalidRequest {
        RequestReader reader = new RequestReader(root);
        JobId job = named;
        if (named == null) {
            reader.allow(kindField, "job", "from");
            job = reader.job();
            if (job == null && !root.has("job")) {
                reader.error("/job", "is missing; name the job to be tried again");
            }
        } else {
            reader.allow(null, "from");
        }
        Stage from = reader.from();
        JobOptions options = reader.options();
        Map<String, String> metadata = reader.metadata();
        if (job == null || from == null || !reader.errors.isEmpty()) {
            throw InvalidRequest.of(reader.errors);
        }
        return new JobRequest.Retry(job, from, options, metadata);
    }

    private @Nullable Stage from() {
        JsonNode node = root.get("from");
        for (Stage stage : Stage.values()) {
            if (node != null && node.isString() && node.stringValue().equals(stage.wire())) {
                return stage;
            }
        }
        error("/from", (node == null ? "is missing; it " : "") + "must be one of plan, build, test");
        return null;
    }

    /** An object of texts under known names, each of which is checked. */
    private Map<String, String> texts(String field, Set<String> names, BiConsumer<String, String> check) {
        JsonNode node = root.get(field);
        if (node == null) {
            return Map.of();
        }
        if (!node.isObject()) {
            error("/" + field, "must be an object with string values");
            return Map.of();
        }
        Map<String, String> texts = new TreeMap<>();
        for (Map.Entry<String, JsonNode> entry : node.properties()) {
            String at = "/" + field + "/" + JsonBody.pointerTo(entry.getKey());
            if (!names.contains(entry.getKey())) {
                error(at, "is not known; use " + String.join(", ", new TreeSet<>(names)));
            } else if (!entry.getValue().isString()) {
                error(at, "must be a string");
            } else {
                String text = entry.getValue().stringValue().replace("\r\n", "\n"); // as an editor may have saved it
                check.accept(at, text);
                texts.put(entry.getKey(), text);
            }
        }
        return texts;
    }

    private void checkModel(String at, String name) {
        if (name.isBlank() || name.length() > Limits.MODEL_CHARS) {
            error(at, "must name a model in 1 to " + Limits.MODEL_CHARS + " characters, such as provider/model");
        }
    }

    private void checkPrompt(String at, String template) {
        int bytes = template.getBytes(StandardCharsets.UTF_8).length;
        if (bytes > Limits.PROMPT_BYTES) {
            error(at, "has " + bytes + " bytes in UTF-8, the limit is " + Limits.PROMPT_BYTES + "; shorten it");
        }
        if (!template.contains("\n---\n")) {
            error(at, "has no line '---'; put one between what is for the system role and what is for the user's");
        }
    }

    private void allow(@Nullable String kindField, String... fields) {
        Set<String> known = new TreeSet<>(COMMON);
        known.addAll(List.of(fields));
        if (kindField != null) {
            known.add(kindField);
        }
        refuseOthers(known);
    }

    private void refuseOthers(Set<String> known) {
        for (String name : root.propertyNames()) {
            if (!known.contains(name)) {
                error("/" + JsonBody.pointerTo(name), "is not known here; use " + String.join(", ", known));
            }
        }
    }

    private void requireOneOf(String one, String other) {
        if (root.has(one) == root.has(other)) {
            error("", "must have either /" + one + " or /" + other + ", and not both");
        }
    }

    private String requiredSpec() {
        JsonNode node = root.get("spec");
        if (node == null || node.isNull()) {
            error("/spec", "is missing; describe the software in plain language");
            return "";
        }
        return spec(node);
    }

    private String spec(JsonNode node) {
        if (!node.isString()) {
            error("/spec", "must be a string");
            return "";
        }
        String spec = node.stringValue();
        if (spec.isBlank()) {
            error("/spec", "is empty; describe the software in plain language");
        }
        int bytes = spec.getBytes(StandardCharsets.UTF_8).length;
        if (bytes > Limits.SPEC_BYTES) {
            error("/spec", "has " + bytes + " bytes in UTF-8, the limit is " + Limits.SPEC_BYTES + "; shorten it");
        }
        return spec;
    }

    private @Nullable JobId job() {
        return job("job");
    }

    private @Nullable JobId job(String field) {
        JsonNode node = root.get(field);
        if (node == null) {
            return null;
        }
        try {
            return new JobId(node.isString() ? node.stringValue() : "");
        } catch (IllegalArgumentException e) {
            error("/" + field, "must be the id of a job: a UUID in lower case");
            return null;
        }
    }

    private @Nullable Plan plan() {
        JsonNode node = root.get("plan");
        if (node == null) {
            return null;
        }
        try {
            Plan plan = Json.MAPPER.treeToValue(node, Plan.class);
            if (plan == null || plan.summary() == null || plan.language() == null) {
                error("/plan", "must have summary, language, interface and steps, as GET /jobs/{id} shows a plan");
                return null;
            }
            if (!plan.language().equals("python")) {
                error("/plan/language", "must be python, the one language that is built");
            }
            for (String problem : PlanRules.problemsWith(plan)) {
                error("/plan", problem);
            }
            return plan;
        } catch (JacksonException | NullPointerException e) {
            error("/plan", "must have summary, language, interface and steps, as GET /jobs/{id} shows a plan");
            return null;
        }
    }

    private List<JobRequest.SourceFile> filesToChange() {
        List<JobRequest.SourceFile> files = files(true);
        long bytes = files.stream()
                .mapToLong(file -> file.content().getBytes(StandardCharsets.UTF_8).length)
                .sum();
        if (bytes > Limits.CHANGED_BYTES && bytes <= Limits.FILES_BYTES) {
            error(
                    "/files",
                    "have " + bytes + " bytes together, the limit of what is to be changed is " + Limits.CHANGED_BYTES
                            + "; send only the files that matter");
        }
        return files;
    }

    private List<JobRequest.SourceFile> files(boolean withSpec) {
        JsonNode node = root.get("files");
        if (node == null) {
            return List.of();
        }
        if (!node.isArray() || node.isEmpty()) {
            error("/files", "must be a list of at least one {\"path\", \"content\"}");
            return List.of();
        }
        if (node.size() > Limits.FILES) {
            error("/files", "has " + node.size() + " entries, the limit is " + Limits.FILES + "; send fewer");
            return List.of();
        }
        List<JobRequest.SourceFile> files = new ArrayList<>();
        Set<String> folded = new HashSet<>();
        List<String> paths = new ArrayList<>();
        long total = 0;
        for (int i = 0; i < node.size(); i++) {
            String at = "/files/" + i;
            JsonNode path = node.get(i).get("path");
            JsonNode content = node.get(i).get("content");
            if (path == null || !path.isString() || content == null || !content.isString()) {
                error(at, "must have path and content, both strings");
                continue;
            }
            String problem = ProjectPath.problemWith(path.stringValue());
            if (problem != null) {
                error(at + "/path", problem);
            } else if (!folded.add(path.stringValue().toLowerCase(Locale.ROOT))) {
                error(at + "/path", "is given twice (letter case does not count); send each file once");
            } else {
                paths.add(path.stringValue());
            }
            int bytes = content.stringValue().getBytes(StandardCharsets.UTF_8).length;
            total += bytes;
            if (bytes > Limits.FILE_BYTES) {
                error(at + "/content", "has " + bytes + " bytes, the limit is " + Limits.FILE_BYTES + "; shorten it");
            }
            files.add(new JobRequest.SourceFile(path.stringValue(), content.stringValue()));
        }
        for (String folder : ProjectPath.foldersAmong(paths)) {
            error("/files", "hold '" + folder + "' as a file and as the folder of another; rename one of them");
        }
        if (total > Limits.FILES_BYTES) {
            error("/files", "have " + total + " bytes together, the limit is " + Limits.FILES_BYTES + "; send less");
        }
        if (!withSpec && files.stream().noneMatch(file -> ProjectPath.isTest(file.path()))) {
            error("/files", "hold no test; add a file such as tests/test_app.py, or a spec to write tests from");
        }
        return files;
    }

    private JobOptions options() {
        JsonNode node = root.get("options");
        if (node == null) {
            return JobOptions.DEFAULTS;
        }
        if (!node.isObject()) {
            error("/options", "must be an object");
            return JobOptions.DEFAULTS;
        }
        for (String name : node.propertyNames()) {
            if (!OPTIONS.contains(name)) {
                error("/options/" + JsonBody.pointerTo(name), "is not known; use " + String.join(", ", OPTIONS));
            }
        }
        JsonNode repairs = node.get("maxRepairs");
        if (repairs != null && !(repairs.isInt() && repairs.intValue() >= 0 && repairs.intValue() <= Limits.REPAIRS)) {
            error("/options/maxRepairs", "must be a whole number from 0 to " + Limits.REPAIRS);
            repairs = null;
        }
        JsonNode noCache = node.get("noCache");
        if (noCache != null && !noCache.isBoolean()) {
            error("/options/noCache", "must be true or false");
            noCache = null;
        }
        return new JobOptions(
                repairs == null ? null : repairs.intValue(),
                noCache == null ? null : noCache.booleanValue(),
                deadline(node.get("deadline")),
                budgetUsd(node.get("budgetUsd")),
                approval(node.get("approval")),
                webhooks(node.get("webhooks")));
    }

    private @Nullable Approval approval(@Nullable JsonNode node) {
        if (node == null) {
            return null;
        }
        if (node.isString() && node.stringValue().equals(Approval.PLAN.wire())) {
            return Approval.PLAN;
        }
        error("/options/approval", "must be \"plan\", the one thing that can wait for an approval; or leave it out");
        return null;
    }

    private List<String> webhooks(@Nullable JsonNode node) {
        if (node == null) {
            return List.of();
        }
        List<String> ids = new ArrayList<>();
        for (JsonNode id : node) {
            boolean isId = id.isString() && WEBHOOK.matcher(id.stringValue()).matches();
            ids.add(isId && !ids.contains(id.stringValue()) ? id.stringValue() : "");
        }
        if (!node.isArray() || ids.contains("") || ids.size() > Limits.JOB_WEBHOOKS) {
            error(
                    "/options/webhooks",
                    "must be a list of at most " + Limits.JOB_WEBHOOKS
                            + " ids of webhook subscriptions, each once, as POST /webhooks gives them");
            return List.of();
        }
        return ids;
    }

    private @Nullable BigDecimal budgetUsd(@Nullable JsonNode node) {
        if (node == null) {
            return null;
        }
        BigDecimal budget = node.isNumber() ? node.decimalValueOpt().orElse(BigDecimal.ZERO) : BigDecimal.ZERO;
        if (budget.signum() > 0
                && budget.compareTo(BigDecimal.valueOf(Limits.BUDGET_USD)) <= 0
                && budget.stripTrailingZeros().scale() <= Limits.USD_DECIMALS) {
            return budget;
        }
        error(
                "/options/budgetUsd",
                "must be a number of US dollars, more than 0, at most " + Limits.BUDGET_USD + ", with at most "
                        + Limits.USD_DECIMALS + " digits behind the point, such as 0.50");
        return null;
    }

    private @Nullable Duration deadline(@Nullable JsonNode node) {
        if (node == null) {
            return null;
        }
        try {
            Duration deadline = Duration.parse(node.isString() ? node.stringValue() : "");
            if (deadline.compareTo(Limits.SHORTEST_DEADLINE) >= 0) {
                return deadline;
            }
        } catch (DateTimeParseException e) {
            // said below
        }
        error(
                "/options/deadline",
                "must be a duration of at least " + Limits.SHORTEST_DEADLINE.toSeconds()
                        + " s in the form of ISO 8601, such as \"PT10M\"");
        return null;
    }

    private Map<String, String> metadata() {
        JsonNode node = root.get("metadata");
        if (node == null) {
            return Map.of();
        }
        if (!node.isObject()) {
            error("/metadata", "must be an object with string values");
            return Map.of();
        }
        if (node.size() > Limits.METADATA_ENTRIES) {
            error("/metadata", "has more than " + Limits.METADATA_ENTRIES + " entries; send fewer");
        }
        Map<String, String> metadata = new TreeMap<>();
        for (Map.Entry<String, JsonNode> entry : node.properties()) {
            String at = "/metadata/" + JsonBody.pointerTo(entry.getKey());
            if (entry.getKey().isEmpty() || entry.getKey().length() > Limits.METADATA_KEY_CHARS) {
                error(at, "must have a key of 1 to " + Limits.METADATA_KEY_CHARS + " characters");
            }
            if (!entry.getValue().isString() || entry.getValue().stringValue().length() > Limits.METADATA_VALUE_CHARS) {
                error(at, "must be a string of at most " + Limits.METADATA_VALUE_CHARS + " characters");
            } else {
                metadata.put(entry.getKey(), entry.getValue().stringValue());
            }
        }
        return metadata;
    }

    private void error(String pointer, String detail) {
        errors.add(new FieldError(pointer, detail));
    }
}
