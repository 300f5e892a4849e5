package dev.nexus.standalone;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.nexus.contract.JobEvent;
import dev.nexus.contract.Json;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** The gateway's HTTP door over one job that is made up, on a real port. */
public final class FakeGateway implements AutoCloseable {

    public static final String JOB = "0198c5a2-7c00-7000-8000-000000000001";
    static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

    /** What was asked, as {@code METHOD path body}. */
    public final List<String> requests = new CopyOnWriteArrayList<>();

    private final HttpServer http;
    private final Map<String, Answer> answers = new ConcurrentHashMap<>();
    private final List<String> events = new ArrayList<>();
    private final Map<String, String> files = new LinkedHashMap<>();
    private volatile int eventsPerConnection = Integer.MAX_VALUE;

    private record Answer(int status, String type, String body) {}

    public FakeGateway() throws IOException {
        http = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        http.createContext("/", this::handle);
        http.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        http.start();
        answer("GET /version", 200, "{\"version\":\"1\"}");
    }

    public URI url() {
        return URI.create("http://127.0.0.1:" + http.getAddress().getPort());
    }

    /** Answers {@code request}, such as {@code GET /jobs}, with JSON from now on. */
    public FakeGateway answer(String request, int status, String json) {
        String type = status >= 400 ? "application/problem+json" : "application/json";
        answers.put(request, new Answer(status, type, json));
        return this;
    }

    /** Ends each stream after that many events. */
    public FakeGateway breakingAfter(int count) {
        eventsPerConnection = count;
        return this;
    }

    /** Adds a file to the job. */
    public FakeGateway file(String path, String content) {
        files.put(path, content);
        return this;
    }

    /** Adds an event, each 100 ms after the one before. */
    public FakeGateway event(JobEvent event) {
        ObjectNode json = Json.MAPPER.valueToTree(event);
        int seq = events.size() + 1;
        json.put("seq", seq);
        json.put("jobId", JOB);
        json.put("time", START.plusMillis(100L * (seq - 1)).toString());
        events.add("id: " + seq + "\nevent: " + event.type() + "\ndata: " + json + "\n\n");
        return this;
    }

    /** Makes the job one that ended; {@code more} are fields of its own, as JSON without the braces. */
    public FakeGateway job(String status, String more) {
        ArrayNode artefacts = Json.MAPPER.createArrayNode();
        files.forEach((path, content) -> artefacts
                .addObject()
                .put("path", path)
                .put("size", content.length())
                .put("sha256", sha256(content)));
        String job = "{\"id\":\"" + JOB + "\",\"kind\":\"pipeline\",\"status\":\"" + status
                + "\",\"title\":\"A spec\",\"artefacts\":" + artefacts
                + ",\"createdAt\":\"2026-01-01T00:00:00Z\",\"updatedAt\":\"2026-01-01T00:00:04.2Z\""
                + (more.isEmpty() ? "" : "," + more) + "}";
        answer("POST /jobs", 202, job);
        answer("GET /jobs/" + JOB, 200, job);
        answer("GET /jobs", 200, "{\"jobs\":[" + job + "]}");
        return this;
    }

    private void handle(HttpExchange exchange) throws IOException {
        String request =
                exchange.getRequestMethod() + " " + exchange.getRequestURI().getPath();
        String last = exchange.getRequestHeaders().getFirst("Last-Event-ID");
        String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        requests.add(request + (last == null ? "" : " after " + last) + (body.isEmpty() ? "" : " " + body));
        String artefacts = "GET /jobs/" + JOB + "/artefacts/";
        Answer answer = answers.get(request);
        if (answer != null) {
            send(exchange, answer);
        } else if (request.equals("GET /jobs/" + JOB + "/events")) {
            stream(exchange, last == null ? 0 : Integer.parseInt(last));
        } else if (request.startsWith(artefacts) && files.containsKey(request.substring(artefacts.length()))) {
            send(exchange, new Answer(200, "text/plain", files.get(request.substring(artefacts.length()))));
        } else {
            send(exchange, new Answer(404, "application/problem+json", "{\"detail\":\"there is no such job\"}"));
        }
    }

    private void stream(HttpExchange exchange, int after) throws IOException {
        exchange.getResponseHeaders().set("Content-Type", "text/event-stream");
        exchange.sendResponseHeaders(200, 0);
        try (OutputStream out = exchange.getResponseBody()) {
            out.write("retry: 10\n: hello\n\n".getBytes(StandardCharsets.UTF_8));
            int end = Math.min(
                    events.size(),
                    eventsPerConnection == Integer.MAX_VALUE ? events.size() : after + eventsPerConnection);
            for (String event : events.subList(after, end)) {
                out.write(event.getBytes(StandardCharsets.UTF_8));
            }
            if (end < events.size()) {
                out.write(events.get(end).substring(0, 20).getBytes(StandardCharsets.UTF_8)); // cut off
            }
        }
    }

    private static void send(HttpExchange exchange, Answer answer) throws IOException {
        byte[] body = answer.body().getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", answer.type());
        exchange.sendResponseHeaders(answer.status(), body.length == 0 ? -1 : body.length);
        try (OutputStream out = exchange.getResponseBody()) {
            out.write(body);
        }
    }

    private static String sha256(String content) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(content.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(hash);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        http.stop(0);
    }
}
