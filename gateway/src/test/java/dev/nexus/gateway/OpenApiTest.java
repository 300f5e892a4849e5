package dev.nexus.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.nexus.contract.JobId;
import dev.nexus.contract.Json;
import dev.nexus.contract.TaskId;
import dev.nexus.contract.Topic;
import dev.nexus.gateway.ApiDocument.Operation;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.io.Resource;
import org.springframework.http.HttpMethod;
import org.springframework.kafka.test.EmbeddedKafkaBroker;
import org.springframework.web.reactive.function.server.HandlerFunction;
import org.springframework.web.reactive.function.server.RequestPredicate;
import org.springframework.web.reactive.function.server.RequestPredicates;
import org.springframework.web.reactive.function.server.RouterFunction;
import org.springframework.web.reactive.function.server.RouterFunctions;
import org.springframework.web.reactive.function.server.ServerRequest;
import reactor.core.publisher.Mono;
import tools.jackson.databind.JsonNode;

/** The document says what the gateway does: the same routes, answers of those forms, and refusals as it promises. */
class OpenApiTest {

    private static final String NOBODY = "00000000-0000-4000-8000-000000000000";
    private static final int REQUESTS = Boolean.getBoolean("nexus.all") ? 10_000 : 2_000;
    private static final int LINE_CHARS = 3500;
    private static final int HEAD_CHARS = 7000;
    private static final int AT_ONCE = 16;

    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static EmbeddedKafkaBroker broker;
    private static Gateways gateways;
    private static ConfigurableApplicationContext gateway;
    private static ApiDocument document;
    private static JobId done;
    private static String webhook;

    @BeforeAll
    static void start() {
        broker = Gateways.broker();
        gateways = new Gateways(broker);
        gateway = gateways.start("--nexus.limits.open-jobs=100000");
        gateways.awaitReady(gateway);
        document = new ApiDocument(json(gateways.get(gateway, "/openapi.json").body()));
        done = gateways.submit(gateway, "/tasks/plan", "{\"spec\": \"a stack\"}");
        gateways.awaitRecords(Topic.PLAN_REQUESTS, done, 1);
        gateways.complete(done, TaskId.plan(), 1, Gateways.planned());
        await().atMost(Gateways.LIMIT)
                .until(() -> gateways.status(gateway, done).equals("completed"));
        webhook = json(gateways.post(gateway, "/webhooks", "{\"url\": \"https://receiver.invalid/\"}")
                        .body())
                .get("id")
                .stringValue();
    }

    @AfterAll
    static void stop() {
        gateways.close();
        broker.destroy();
    }

    // --- the document and the routes -------------------------------------------------------------

    @Test
    void theDocumentHasTheRoutesThatThereAreAndNoOthers() {
        var routes = new RoutesSeen();
        gateway.getBeansOfType(RouterFunction.class).values().forEach(each -> each.accept(routes));

        routes.seen.removeIf(route -> route.endsWith(" /session") // no operation, but a way to be let in
                || route.matches(".* /(favicon.svg|assets/.*)?")); // pages for people
        assertThat(routes.seen)
                .isEqualTo(new TreeSet<>(
                        document.operations().stream().map(Operation::toString).toList()));
    }

    /** Collects what has both a method and a path: what has a path alone says which methods it takes. */
    private static final class RoutesSeen implements RouterFunctions.Visitor {

        private final Set<String> seen = new TreeSet<>();

        @Override
        public void startNested(RequestPredicate predicate) {}

        @Override
        public void endNested(RequestPredicate predicate) {}

        @Override
        public void route(RequestPredicate predicate, HandlerFunction<?> handler) {
            var parts = new Parts();
            predicate.accept(parts);
            parts.methods.forEach(method -> seen.add(method.name() + " " + parts.path.replace("{*path}", "{path}")));
        }

        @Override
        public void resources(Function<ServerRequest, Mono<Resource>> lookup) {}

        @Override
        public void attributes(java.util.Map<String, Object> attributes) {}

        @Override
        public void unknown(RouterFunction<?> router) {}
    }

    private static final class Parts implements RequestPredicates.Visitor {

        private Set<HttpMethod> methods = Set.of();
        private String path = "";

        @Override
        public void method(Set<HttpMethod> all) {
            methods = all;
        }

        @Override
        public void path(String pattern) {
            path = pattern;
        }

        @Override
        public void header(String name, String value) {}

        @Override
        public void queryParam(String name, String value) {}

        @Override
        public void version(String version) {}

        @Override
        @SuppressWarnings("removal") // the interface still has it
        public void pathExtension(String extension) {}

        @Override
        public void startAnd() {}

        @Override
        public void and() {}

        @Override
        public void endAnd() {}

        @Override
        public void startOr() {}

        @Override
        public void or() {}

        @Override
        public void endOr() {}

        @Override
        public void startNegate() {}

        @Override
        public void endNegate() {}

        @Override
        public void unknown(RequestPredicate predicate) {}
    }

    @Test
    void everyReferenceLeadsSomewhere() {
        assertThat(references(json(gateways.get(gateway, "/openapi.json").body())))
                .isNotEmpty()
                .allSatisfy(reference -> {
                    assertThat(reference).startsWith("#/");
                    assertThat(json(gateways.get(gateway, "/openapi.json").body())
                                    .at(reference.substring(1))
                                    .isMissingNode())
                            .as(reference)
                            .isFalse();
                });
    }

    private static Set<String> references(JsonNode node) {
        Set<String> all = new TreeSet<>();
        for (JsonNode child : node) {
            all.addAll(references(child));
        }
        if (node.path("$ref").isString()) {
            all.add(node.get("$ref").stringValue());
        }
        return all;
    }

    @Test
    void thePageNeedsNothingButItself() {
        String page = gateways.get(gateway, "/docs").body();

        assertThat(page)
                .contains("docs.js", "docs.css")
                .doesNotContain("http://", "https://")
                .doesNotContain("<style", "style="); // which the Content-Security-Policy would not let through
        assertThat(gateways.get(gateway, "/docs.css").body()).contains("color-scheme");
        assertThat(gateways.get(gateway, "/docs.js").body()).doesNotContain("http://", "https://", "innerHTML");
    }

    @Test
    void realAnswersAreOfTheFormsInTheDocument() {
        List<String> wrong = new ArrayList<>();
        for (Operation operation : document.operations()) {
            String id = operation.method().equals("DELETE") ? NOBODY : existing(operation);
            var request = request(operation.at(id)).timeout(Duration.ofSeconds(20));
            request.method(
                    operation.method(),
                    operation.takesJson()
                            ? HttpRequest.BodyPublishers.ofString("{\"spec\": \"a stack\"}")
                            : HttpRequest.BodyPublishers.noBody());
            if (operation.takesJson()) {
                request.header("Content-Type", "application/json");
            }
            check(operation, send(request, operation), wrong);
        }
        assertThat(wrong).isEmpty();
    }

    /** What the path can name. */
    private static String existing(Operation operation) {
        return operation.path().startsWith("/webhooks") ? webhook : done.value();
    }

    private static void check(Operation operation, HttpResponse<String> answer, List<String> wrong) {
        JsonNode told = document.answer(operation, answer.statusCode());
        String type = type(answer);
        if (told == null) {
            wrong.add(operation + " answers " + answer.statusCode() + ", which is not in the document");
            return;
        }
        if (answer.body().isEmpty() && !told.has("content")) {
            return;
        }
        JsonNode form = told.path("content").get(type);
        if (form == null) {
            wrong.add(operation + " answers " + answer.statusCode() + " with " + type);
        } else if (form.has("schema") && type.endsWith("json")) {
            document.problemsWith(form.get("schema"), answer.body())
                    .forEach(problem -> wrong.add(operation + " " + answer.statusCode() + ": " + problem));
        }
    }

    // --- every route, and what it refuses ----------------------------------------------------------

    @Test
    void everyRouteRefusesWhatItDoesNotTakeWithAProblem() {
        List<String> wrong = new ArrayList<>();
        for (Operation operation : document.operations()) {
            String path = operation.at(NOBODY);
            expect(operation, 405, "method_not_allowed", request(path).method("DANCE", none()), wrong);
            expect(operation, 405, "method_not_allowed", request(path).method("PATCH", none()), wrong);
            var odd = request(path).header("Accept", "application/x-nothing");
            expect(operation, 406, "not_acceptable", odd.method(operation.method(), none()), wrong);
            if (operation.isOfOne()) {
                for (String nothing : List.of(path, operation.at("no%20id%2F.."))) {
                    var asked = operation.takesJson()
                            ? json(operation, nothing, "{}")
                            : request(nothing).method(operation.method(), none());
                    expect(operation, 404, "not_found", asked, wrong);
                }
            }
            if (operation.takesJson()) {
                path = operation.at(existing(operation));
                expect(operation, 400, "invalid_request", json(operation, path, "{\"spec\": "), wrong);
                expect(operation, 400, "invalid_request", json(operation, path, "[]"), wrong);
                expect(operation, 400, "invalid_request", json(operation, path, "{\"a\": 1, \"a\": 2}"), wrong);
                expect(operation, 400, "invalid_request", json(operation, path, "{\"spec\": \"\\ud800\"}"), wrong);
                expect(operation, 400, "invalid_request", json(operation, path, "{\"spec\": \"\\u0000\"}"), wrong);
                expect(operation, 400, "invalid_request", json(operation, path, "[".repeat(5000)), wrong);
                expect(operation, 400, "invalid_request", json(operation, path, "{\"a\":".repeat(5000)), wrong);
                String large = "{\"spec\": \"" + "x".repeat(1_200_000) + "\"}";
                expect(operation, 413, "too_large", json(operation, path, large), wrong);
                var text = request(path)
                        .header("Content-Type", "text/plain")
                        .method(operation.method(), HttpRequest.BodyPublishers.ofString("{}"));
                expect(operation, 415, "unsupported_media_type", text, wrong);
            }
        }
        assertThat(wrong).isEmpty();
    }

    private static HttpRequest.Builder json(Operation operation, String path, String body) {
        return request(path)
                .header("Content-Type", "application/json")
                .method(operation.method(), HttpRequest.BodyPublishers.ofString(body));
    }

    private static HttpRequest.BodyPublisher none() {
        return HttpRequest.BodyPublishers.noBody();
    }

    private static void expect(
            Operation operation, int status, String code, HttpRequest.Builder request, List<String> wrong) {
        HttpResponse<String> answer = send(request.timeout(Duration.ofSeconds(20)), operation);
        String what = operation + ", to be refused with " + status + ": " + answer.statusCode() + " " + type(answer);
        if (answer.statusCode() != status || !type(answer).equals("application/problem+json")) {
            wrong.add(what + " " + answer.body());
            return;
        }
        JsonNode problem = json(answer.body());
        if (!problem.get("code").stringValue().equals(code)) {
            wrong.add(what + " " + answer.body());
        }
        if (status == 405 && answer.headers().firstValue("Allow").isEmpty()) {
            wrong.add(what + " without Allow");
        }
        document.problemsWith(json("{\"$ref\": \"#/components/schemas/Problem\"}"), answer.body())
                .forEach(each -> wrong.add(what + ": " + each));
    }

    /**
     * By a plain socket: the JDK's client now and then waits in vain for the answer to what is not read to its end, before the
     * connection is closed.
     */
    @Test
    void anAnswerComesAlsoWhereTheHeadIsTooLarge() throws Exception {
        int port = Integer.parseInt(gateway.getEnvironment().getRequiredProperty("local.server.port"));
        Random random = new Random(7);
        for (int i = 0; i < 100; i++) {
            try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
                socket.setSoTimeout(20_000);
                String ok = "GET /version HTTP/1.1\r\nHost: here\r\n\r\n";
                boolean isLine = i % 4 < 2;
                String odd = isLine
                        ? "GET /jobs?x=" + "x".repeat(4100 + random.nextInt(800)) + " HTTP/1.1\r\nHost: here\r\n\r\n"
                        : "GET /jobs HTTP/1.1\r\nHost: here\r\nX-Forwarded-For: "
                                + "x".repeat(8200 + random.nextInt(800)) + "\r\n\r\n";
                socket.getOutputStream().write((i % 2 == 0 ? ok + odd : odd).getBytes(StandardCharsets.US_ASCII));

                String answers = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

                assertThat(answers)
                        .contains(
                                isLine ? "HTTP/1.1 414 " : "HTTP/1.1 431 ",
                                "application/problem+json",
                                "\"code\":\"too_large\"");
            }
        }
    }

    // --- whatever comes ----------------------------------------------------------------------------

    @Test
    void noneOfTenThousandRequestsMakesTheGatewayFailOrHang() throws Exception {
        List<Operation> operations = document.operations();
        var wrong = new ConcurrentLinkedQueue<String>();
        var sent = new AtomicInteger();
        try (var threads = Executors.newFixedThreadPool(AT_ONCE)) {
            for (int thread = 0; thread < AT_ONCE; thread++) {
                Random random = new Random(thread);
                threads.execute(() -> {
                    for (int i = 0; i < REQUESTS / AT_ONCE; i++) {
                        Operation operation = operations.get(random.nextInt(operations.size()));
                        fuzz(operation, random, wrong);
                        sent.incrementAndGet();
                    }
                });
            }
            threads.shutdown();
            assertThat(threads.awaitTermination(3, TimeUnit.MINUTES))
                    .as("all were answered")
                    .isTrue();
        }

        assertThat(wrong).isEmpty();
        assertThat(sent).hasValue(REQUESTS);
    }

    private static void fuzz(Operation operation, Random random, ConcurrentLinkedQueue<String> wrong) {
        String path = operation.at(Fuzz.segment(random, done.value())) + Fuzz.query(random, operation);
        HttpRequest.Builder request;
        try {
            request = request(path).timeout(Duration.ofSeconds(30));
            String method = random.nextInt(12) == 0 ? Fuzz.one(random, Fuzz.METHODS) : operation.method();
            boolean withBody = !method.equals("GET") && !method.equals("HEAD") && operation.takesJson();
            request.method(
                    method,
                    withBody || random.nextInt(20) == 0
                            ? HttpRequest.BodyPublishers.ofByteArray(Fuzz.body(random, done.value()))
                            : none());
            Fuzz.headers(random, operation).forEach(header -> request.header(header.get(0), header.get(1)));
        } catch (IllegalArgumentException e) {
            return; // this client cannot send that at all
        }
        HttpRequest built = request.build();
        String what = built.method() + " " + path + " " + built.headers().map();
        if (path.length() > LINE_CHARS || what.length() > HEAD_CHARS) {
            return; // beyond what the server reads, see anAnswerComesAlsoWhereTheHeadIsTooLarge
        }
        try {
            HttpResponse<InputStream> answer = HTTP.send(built, HttpResponse.BodyHandlers.ofInputStream());
            try (InputStream body = answer.body()) {
                String type = answer.headers().firstValue("Content-Type").orElse("");
                if (answer.statusCode() < 400 && type.startsWith("text/event-stream")) {
                    return; // it may go on for ever, as it should
                }
                String text = new String(body.readAllBytes(), StandardCharsets.UTF_8);
                boolean later = answer.statusCode() == 503
                        && document.answer(operation, 503) != null
                        && answer.headers().firstValue("Retry-After").isPresent();
                if (answer.statusCode() >= 500 && !later) {
                    wrong.add(what + " -> " + answer.statusCode() + " " + text);
                }
                boolean head = built.method().equals("HEAD");
                if (answer.statusCode() >= 400 && !type.equals("application/problem+json")) {
                    wrong.add(what + " -> " + answer.statusCode() + " as " + type);
                } else if (answer.statusCode() >= 400 && !head && !json(text).has("code")) {
                    wrong.add(what + " -> " + text);
                }
            }
        } catch (IOException | InterruptedException e) {
            wrong.add(what + " -> " + e);
        }
    }

    /** What clients send by mistake or on purpose. */
    private static final class Fuzz {

        static final List<String> METHODS =
                List.of("GET", "POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS", "TRACE", "DANCE");

        private static final List<String> SEGMENTS = List.of(
                NOBODY,
                NOBODY.toUpperCase(java.util.Locale.ROOT),
                "%00",
                "%20",
                "%2e%2e",
                "%ff",
                "%c3%a4",
                "..",
                ";x=1",
                "a;b=c",
                "%2F",
                "%25",
                "0",
                "*",
                "x".repeat(2000),
                "");

        private static final List<String> VALUES = List.of(
                "",
                "0",
                "-1",
                "1",
                "100",
                "101",
                "99999999999999999999",
                "null",
                "true",
                "[]",
                "{}",
                "%00",
                "ä",
                "a b",
                "completed",
                "plan",
                "model",
                "beginning",
                "2026-01-01T00:00:00Z",
                "9999-12-31T23:59:59Z",
                "now",
                "AQAAAAAAAAAAAAAAAA",
                "MTc2MDAwMDAwMDAwMC4wMDAwMDAwMC0wMDAwLTQwMDAtODAwMC0wMDAwMDAwMDAwMDA",
                "plan",
                "build:a:r1",
                "x".repeat(3000));

        private static final List<String> BODIES = List.of(
                "",
                "{}",
                "[]",
                "null",
                "1",
                "\"x\"",
                "{\"spec\": \"a stack\"}",
                "{\"spec\": \"a stack\", \"kind\": \"plan\"}",
                "{\"spec\": 1}",
                "{\"spec\": \"\"}",
                "{\"spec\": \"\\u0000\"}",
                "{\"spec\": \"\\ud800\"}",
                "{\"spec\": \"a\", \"spec\": \"b\"}",
                "{\"spec\": \"a\", \"options\": {\"maxRepairs\": 1e400}}",
                "{\"spec\": \"a\", \"options\": {\"deadline\": \"P1000000000D\"}}",
                "{\"spec\": \"a\", \"options\": {\"budgetUsd\": 1e-999999999}}",
                "{\"spec\": \"a\", \"options\": []}",
                "{\"spec\": \"a\", \"metadata\": {\"\": \"\"}}",
                "{\"spec\": \"a\", \"metadata\": {\"a\": null}}",
                "{\"job\": \"JOB\"}",
                "{\"job\": \"JOB\", \"kind\": \"replay\"}",
                "{\"job\": \"JOB\", \"kind\": \"replay\", \"models\": {\"planner\": \"\"}}",
                "{\"job\": null}",
                "{\"plan\": {}}",
                "{\"plan\": {\"summary\": 1, \"language\": \"python\", \"interface\": [null], \"steps\": [null]}}",
                "{\"plan\": {\"summary\": \"s\", \"language\": \"python\", \"interface\": null, \"steps\": null}}",
                "{\"files\": [{}]}",
                "{\"files\": [{\"path\": \"../x\", \"content\": \"\"}]}",
                "{\"files\": [{\"path\": \"tests/test_a.py\", \"content\": \"x = 1\"}]}",
                "{\"files\": [null, 1, \"x\", []]}",
                "\u00ef\u00bb\u00bf{}",
                "{\"spec\": \"a stack\"} trailing");

        static <T> T one(Random random, List<T> all) {
            return all.get(random.nextInt(all.size()));
        }

        static String segment(Random random, String good) {
            return random.nextInt(3) == 0 ? one(random, SEGMENTS) : good;
        }

        static String query(Random random, Operation operation) {
            List<String> parts = new ArrayList<>();
            for (JsonNode parameter : operation.parameters()) {
                if (parameter.get("in").stringValue().equals("query") && random.nextInt(3) == 0) {
                    parts.add(parameter.get("name").stringValue() + "="
                            + URLEncoder.encode(one(random, VALUES), StandardCharsets.UTF_8));
                }
            }
            if (random.nextInt(15) == 0) {
                parts.add(one(random, List.of("x=1", "x", "=", "a=%00", "limit=1&limit=2", "%ff=%fe")));
            }
            return parts.isEmpty() ? "" : "?" + String.join("&", parts);
        }

        static byte[] body(Random random, String job) {
            byte[] body = one(random, BODIES).replace("JOB", job).getBytes(StandardCharsets.UTF_8);
            for (int i = random.nextInt(4); i > 2 && body.length > 0; i--) {
                body[random.nextInt(body.length)] = (byte) random.nextInt(256);
            }
            return body;
        }

        static List<List<String>> headers(Random random, Operation operation) {
            List<List<String>> headers = new ArrayList<>();
            headers.add(List.of(
                    "Content-Type",
                    random.nextInt(6) == 0
                            ? one(random, List.of("text/plain", "json", "application/json;charset=utf-16", "*/*", ";"))
                            : "application/json"));
            for (JsonNode parameter : operation.parameters()) {
                String name = parameter.get("name").stringValue();
                if (parameter.get("in").stringValue().equals("header") && random.nextInt(3) == 0) {
                    headers.add(List.of(
                            name,
                            name.equals("Prefer")
                                    ? one(random, List.of("wait=0", "wait", "wait=1;x", "respond-async", "wait=x", ","))
                                    : one(random, VALUES)));
                }
            }
            if (random.nextInt(10) == 0) {
                headers.add(List.of("Accept", one(random, List.of("*/*", "text/html", "x", "a/b;q=z", "*/*;q=0", ""))));
            }
            if (random.nextInt(20) == 0) {
                headers.add(List.of("Content-Encoding", one(random, List.of("gzip", "br", "x"))));
            }
            if (random.nextInt(20) == 0) {
                headers.add(List.of("X-Forwarded-For", "x".repeat(random.nextInt(7_000))));
            }
            return headers;
        }
    }

    // --- as a client -------------------------------------------------------------------------------

    private static HttpResponse<String> send(HttpRequest.Builder request, Operation operation) {
        try {
            HttpRequest built = request.build();
            HttpResponse<InputStream> answer = HTTP.send(built, HttpResponse.BodyHandlers.ofInputStream());
            try (InputStream body = answer.body()) {
                boolean endless = operation.path().equals("/events") && answer.statusCode() == 200;
                String text = endless ? "" : new String(body.readAllBytes(), StandardCharsets.UTF_8);
                return new Read(answer, text);
            }
        } catch (IOException | InterruptedException e) {
            throw new AssertionError(operation + ": no answer", e);
        }
    }

    /** An answer with its body read. */
    private record Read(HttpResponse<?> answer, String body) implements HttpResponse<String> {

        @Override
        public int statusCode() {
            return answer.statusCode();
        }

        @Override
        public HttpRequest request() {
            return answer.request();
        }

        @Override
        public Optional<HttpResponse<String>> previousResponse() {
            return Optional.empty();
        }

        @Override
        public java.net.http.HttpHeaders headers() {
            return answer.headers();
        }

        @Override
        public Optional<javax.net.ssl.SSLSession> sslSession() {
            return answer.sslSession();
        }

        @Override
        public URI uri() {
            return answer.uri();
        }

        @Override
        public HttpClient.Version version() {
            return answer.version();
        }
    }

    private static String type(HttpResponse<?> answer) {
        return answer.headers().firstValue("Content-Type").orElse("").replaceFirst(";.*", "");
    }

    private static HttpRequest.Builder request(String path) {
        String port = gateway.getEnvironment().getProperty("local.server.port");
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path));
    }

    private static JsonNode json(String body) {
        return Json.tree(body.getBytes(StandardCharsets.UTF_8));
    }
}
