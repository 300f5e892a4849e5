package dev.nexus.gateway.webhook;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.nexus.contract.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Someone who is told of events, and answers as it is set to. */
public final class Receiver implements AutoCloseable {

    private final int port;
    private final List<Request> requests = new CopyOnWriteArrayList<>();
    private @Nullable HttpServer server;
    private volatile int status = 204;
    private volatile Map<String, String> headers = Map.of();
    private volatile Consumer<String> meanwhile = _ -> {};

    /** What came. */
    public record Request(String path, String id, String timestamp, String signature, String body) {

        public JsonNode json() {
            return Json.tree(body.getBytes(StandardCharsets.UTF_8));
        }

        public String type() {
            return json().get("type").stringValue();
        }
    }

    public Receiver() {
        server = open(0);
        port = server.getAddress().getPort();
    }

    private HttpServer open(int at) {
        try {
            HttpServer opened = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), at), 50);
            opened.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
            opened.createContext("/", this::take);
            opened.start();
            return opened;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void take(HttpExchange exchange) throws IOException {
        var sent = exchange.getRequestHeaders();
        requests.add(new Request(
                exchange.getRequestURI().getPath(),
                sent.getFirst("webhook-id"),
                sent.getFirst("webhook-timestamp"),
                sent.getFirst("webhook-signature"),
                new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8)));
        meanwhile.accept(exchange.getRequestURI().getPath());
        headers.forEach(exchange.getResponseHeaders()::set);
        exchange.sendResponseHeaders(status, -1);
        exchange.close();
    }

    public void answer(int with, Map<String, String> and) {
        headers = and;
        status = with;
    }

    /** What happens after a request has come to a path and before it is answered. */
    public void meanwhile(Consumer<String> happens) {
        meanwhile = happens;
    }

    public String url(String path) {
        return "http://127.0.0.1:" + port + path;
    }

    public List<Request> requests(String path) {
        return requests.stream().filter(request -> request.path().equals(path)).toList();
    }

    /** Nobody listens there any more. */
    public void goDown() {
        if (server != null) {
            server.stop(0);
            server = null;
        }
    }

    /** Listens at the same port again. */
    public void comeUp() {
        server = open(port);
    }

    @Override
    public void close() {
        goDown();
    }
}
