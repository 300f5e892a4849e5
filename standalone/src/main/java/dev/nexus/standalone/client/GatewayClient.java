package dev.nexus.standalone.client;

import dev.nexus.contract.Approval;
import dev.nexus.contract.JobKind;
import dev.nexus.contract.Json;
import dev.nexus.contract.Plan;
import dev.nexus.contract.Stage;
import dev.nexus.standalone.client.GatewayException.Reason;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Writer;
import java.net.ConnectException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/** Talks to one gateway; every method throws {@link GatewayException} with a line that says what went wrong. */
public final class GatewayClient implements AutoCloseable {

    private static final Duration CONNECT = Duration.ofSeconds(3);
    private static final Duration ANSWER = Duration.ofSeconds(30);
    /** For what is read from the log first; more than the gateway takes itself before it says that it is too much. */
    private static final Duration LONG_ANSWER = Duration.ofSeconds(70);

    private final Duration longAnswer;
    private final URI server;
    private final @Nullable String key;
    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(CONNECT)
            .build();

    /** The body of {@code POST /jobs}. */
    private record Submission(
            JobKind kind,
            String spec,
            @Nullable String basedOn,
            @Nullable Options options) {}

    private record Options(Approval approval) {}

    /** That of an approval; absent fields are left out. */
    private record Approved(String planHash, @Nullable Plan plan) {}

    private record Rejected(String planHash, @Nullable String reason) {}

    private record Retry(Stage from) {}

    /** Likewise, of a replay. */
    private record Replay(String kind, String job, Map<String, String> models, Map<String, String> prompts) {}

    /** An answer to {@code GET /jobs/{id}/calls}. */
    private record Calls(List<CallView> calls) {}

    /** An answer to {@code GET /jobs}. */
    private record Jobs(List<JobView> jobs) {}

    /** RFC 9457, with the fields that the gateway adds. */
    private record Problem(
            @Nullable String detail,
            @Nullable String title,
            @Nullable String code,
            @Nullable List<Broken> errors) {

        /** One broken rule, and where. */
        private record Broken(
                @Nullable String pointer, @Nullable String detail) {}

        String line() {
            String text = detail != null ? detail : title != null ? title : "no reason given";
            return errors == null
                    ? text
                    : text
                            + errors.stream()
                                    .filter(e -> e.detail() != null && !text.contains(e.detail()))
                                    .map(e -> "; " + (e.pointer() == null ? "" : e.pointer() + " ") + e.detail())
                                    .collect(Collectors.joining());
        }
    }

    /** @param server such as {@code http://127.0.0.1:8080} */
    public GatewayClient(URI server) {
        this(server, (String) null);
    }

    /** @param key to be sent with every request; null for none */
    public GatewayClient(URI server, @Nullable String key) {
        this(server, key, LONG_ANSWER);
    }

    GatewayClient(URI server, Duration longAnswer) {
        this(server, null, longAnswer);
    }

    private GatewayClient(URI server, @Nullable String key, Duration longAnswer) {
        this.key = key;
        this.longAnswer = longAnswer;
        this.server = URI.create(server.toString().replaceFirst("/+$", ""));
    }

    public URI server() {
        return server;
    }

    /** Whether a Nexus gateway answers here, ready or not. */
    public boolean answers() {
        try {
            HttpResponse<byte[]> answer = exchange(request("/version").GET().timeout(CONNECT));
            return answer.statusCode() == 200 && Json.tree(answer.body()).has("version");
        } catch (GatewayException | JacksonException e) {
            return false;
        }
    }

    /**
     * The job that was made of {@code spec}.
     *
     * @param approval what it waits for; null for nothing
     */
    public JobView submit(JobKind kind, String spec, @Nullable Approval approval) {
        return submit(kind, spec, approval, null);
    }

    /** @param basedOn the job whose files are to be changed; null for new software */
    public JobView submit(JobKind kind, String spec, @Nullable Approval approval, @Nullable String basedOn) {
        return read(
                post("/jobs", new Submission(kind, spec, basedOn, approval == null ? null : new Options(approval))),
                JobView.class);
    }

    /** Approves the plan with that hash; {@code edited} is to be built instead, unless it is null. */
    public void approve(String id, String planHash, @Nullable Plan edited) {
        post("/jobs/" + encode(id) + "/approve", new Approved(planHash, edited));
    }

    /** Rejects the plan with that hash. */
    public void reject(String id, String planHash, @Nullable String reason) {
        post("/jobs/" + encode(id) + "/reject", new Rejected(planHash, reason));
    }

    /** A job that does {@code job} again from that stage on. */
    public JobView retry(String job, Stage from) {
        return read(post("/jobs/" + encode(job) + "/retry", new Retry(from)), JobView.class);
    }

    private byte[] post(String path, Object body) {
        return call(request(path)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofByteArray(Json.write(body))));
    }

    /**
     * A job that runs {@code job} again.
     *
     * @param models to be asked instead, by agent type
     * @param prompts templates to be used instead, by name
     */
    public JobView replay(String job, Map<String, String> models, Map<String, String> prompts) {
        byte[] body = Json.write(new Replay("replay", job, models, prompts));
        return read(
                call(request("/jobs")
                        .header("Content-Type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofByteArray(body))),
                JobView.class);
    }

    /** What models were asked and answered for a job, or for one task of it. */
    public List<CallView> calls(String id, @Nullable String task) {
        return read(call(request(callsPath(id, task)).timeout(longAnswer).GET()), Calls.class)
                .calls();
    }

    /** Copies the same, as the gateway gives it. */
    public void copyCalls(String id, @Nullable String task, Writer to) {
        HttpResponse<InputStream> answer =
                send(request(callsPath(id, task)).timeout(longAnswer).GET().build(), BodyHandlers.ofInputStream());
        try (InputStream body = answer.body()) {
            if (answer.statusCode() / 100 != 2) {
                throw problem(answer.statusCode(), body.readAllBytes());
            }
            new InputStreamReader(body, StandardCharsets.UTF_8).transferTo(to);
            to.flush();
        } catch (IOException e) {
            throw unreachable(e);
        }
    }

    private static String callsPath(String id, @Nullable String task) {
        return "/jobs/" + encode(id) + "/calls" + (task == null ? "" : "?task=" + encode(task));
    }

    /** What was spent; the parameters are those of {@code GET /usage}. */
    public UsageView usage(Map<String, String> parameters) {
        return read(call(usageRequest(parameters)), UsageView.class);
    }

    /** The same, as the gateway gives it. */
    public JsonNode usageDocument(Map<String, String> parameters) {
        return read(call(usageRequest(parameters)), JsonNode.class);
    }

    private HttpRequest.Builder usageRequest(Map<String, String> parameters) {
        String query = parameters.entrySet().stream()
                .map(parameter -> parameter.getKey() + "=" + encode(parameter.getValue()))
                .collect(Collectors.joining("&"));
        return request("/usage" + (query.isEmpty() ? "" : "?" + query))
                .timeout(longAnswer)
                .GET();
    }

    /**
     * What the gateway answers, as it is.
     *
     * @param path with the query, such as {@code /jobs?limit=5}
     */
    public JsonNode document(String path) {
        return read(call(request(path).GET()), JsonNode.class);
    }

    /** The job, likewise. */
    public JsonNode jobDocument(String id) {
        return document("/jobs/" + encode(id));
    }

    /** Brokers, gateways, workers and what waits. */
    public SystemView system() {
        return read(call(request("/system").GET()), SystemView.class);
    }

    /** The newest jobs, that many at most. */
    public List<JobView> newest(int most) {
        return read(call(request("/jobs?limit=" + most).GET()), Jobs.class).jobs();
    }

    public JobView job(String id) {
        return read(call(request("/jobs/" + encode(id)).GET()), JobView.class);
    }

    /** The jobs that the gateway knows. */
    public List<JobView> jobs() {
        return read(call(request("/jobs").GET()), Jobs.class).jobs();
    }

    /** Asks for the end of a job; it comes with {@code job.cancelled}, a moment later. */
    public void cancel(String id) {
        call(request("/jobs/" + encode(id) + "/cancel").POST(HttpRequest.BodyPublishers.noBody()));
    }

    /** The bytes of one of the job's files. */
    public byte[] artefact(String id, String path) {
        String encoded =
                Arrays.stream(path.split("/", -1)).map(GatewayClient::encode).collect(Collectors.joining("/"));
        return call(request("/jobs/" + encode(id) + "/artefacts/" + encoded).GET());
    }

    /** The job's stream after the event with id {@code after}; all of it if that is empty. */
    HttpResponse<InputStream> events(String id, String after) {
        HttpRequest.Builder request = request("/jobs/" + encode(id) + "/events").header("Accept", "text/event-stream");
        if (!after.isEmpty()) {
            request.header("Last-Event-ID", after);
        }
        HttpResponse<InputStream> answer = send(request.GET().build(), BodyHandlers.ofInputStream());
        if (answer.statusCode() / 100 != 2) {
            try (InputStream body = answer.body()) {
                throw problem(answer.statusCode(), body.readAllBytes());
            } catch (IOException e) {
                throw unreachable(e);
            }
        }
        return answer;
    }

    GatewayException unreachable(@Nullable IOException e) {
        String why =
                e == null ? "" : e instanceof ConnectException ? " (connection refused)" : " (" + firstLine(e) + ")";
        return new GatewayException(
                Reason.UNREACHABLE,
                "no Nexus gateway answers at " + server + why + "; start one with 'nexus up', or give --server URL",
                e);
    }

    private static String firstLine(IOException e) {
        String message = e.getMessage();
        return message == null
                ? e.getClass().getSimpleName()
                : message.lines().findFirst().orElse("");
    }

    private HttpRequest.Builder request(String path) {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(URI.create(server + path)).timeout(ANSWER);
        return key == null ? request : request.header("Authorization", "Bearer " + key);
    }

    private byte[] call(HttpRequest.Builder request) {
        HttpResponse<byte[]> answer = exchange(request);
        if (answer.statusCode() / 100 != 2) {
            throw problem(answer.statusCode(), answer.body());
        }
        return answer.body();
    }

    private HttpResponse<byte[]> exchange(HttpRequest.Builder request) {
        return send(request.build(), BodyHandlers.ofByteArray());
    }

    private <T> HttpResponse<T> send(HttpRequest request, HttpResponse.BodyHandler<T> handler) {
        try {
            return http.send(request, handler);
        } catch (HttpConnectTimeoutException e) {
            throw unreachable(e);
        } catch (HttpTimeoutException e) {
            String time =
                    request.timeout().map(limit -> limit.toSeconds() + " s").orElse("its time");
            throw new GatewayException(
                    Reason.UNAVAILABLE,
                    server + " did not answer " + request.uri().getPath() + " within " + time
                            + "; look into its log, ask again, or for less",
                    e);
        } catch (IOException e) {
            throw unreachable(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new GatewayException(Reason.UNREACHABLE, "interrupted while waiting for " + server, e);
        }
    }

    private GatewayException problem(int status, byte[] body) {
        Reason reason = status >= 500 ? Reason.UNAVAILABLE : Reason.REFUSED;
        try {
            Problem problem = Json.read(body, Problem.class);
            return new GatewayException(reason, problem.code(), status, oneLine(problem.line()), null);
        } catch (JacksonException e) {
            return new GatewayException(
                    Reason.NO_GATEWAY, server + " answers with status " + status + ", not as a Nexus gateway does", e);
        }
    }

    private <T> T read(byte[] body, Class<T> type) {
        try {
            return Json.read(body, type);
        } catch (JacksonException e) {
            throw new GatewayException(Reason.NO_GATEWAY, server + " does not answer as a Nexus gateway does", e);
        }
    }

    private static String oneLine(String text) {
        return text.strip().replaceAll("\\s*\\R\\s*", " ");
    }

    private static String encode(String segment) {
        return URLEncoder.encode(segment, StandardCharsets.UTF_8).replace("+", "%20");
    }

    @Override
    public void close() {
        http.shutdownNow();
    }
}
