package dev.nexus.gateway;

import dev.nexus.contract.Json;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import tools.jackson.databind.JsonNode;

/** A headless Chromium, steered over the Chrome DevTools Protocol. */
final class Chromium implements AutoCloseable {

    private static final String LISTENING = "DevTools listening on ";

    private final HttpClient http = HttpClient.newHttpClient();
    private final Process process;
    private final URI devTools;

    /** @param profile an empty folder */
    Chromium(Path profile) throws IOException {
        process = new ProcessBuilder(
                        "chromium",
                        "--headless=new",
                        "--no-sandbox", // as root it would not start
                        "--disable-gpu",
                        "--no-first-run",
                        "--disable-background-networking",
                        "--remote-debugging-port=0",
                        "--user-data-dir=" + profile,
                        "about:blank")
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        BufferedReader said = process.errorReader(StandardCharsets.UTF_8);
        String line = said.readLine();
        while (line != null && !line.startsWith(LISTENING)) {
            line = said.readLine();
        }
        if (line == null) {
            throw new IOException("chromium ended before it listened");
        }
        devTools = URI.create(line.substring(LISTENING.length()));
        Thread.ofVirtual().start(() -> said.lines().forEach(_ -> {})); // or it would wait for a reader
    }

    /** A new tab that shows {@code url}. */
    Page open(String url) throws IOException, InterruptedException {
        URI create = URI.create("http://127.0.0.1:" + devTools.getPort() + "/json/new?" + url);
        HttpResponse<String> answer = http.send(
                HttpRequest.newBuilder(create)
                        .PUT(HttpRequest.BodyPublishers.noBody())
                        .build(),
                HttpResponse.BodyHandlers.ofString());
        JsonNode target = Json.tree(answer.body().getBytes(StandardCharsets.UTF_8));
        var page = new Page();
        page.socket = http.newWebSocketBuilder()
                .buildAsync(URI.create(target.get("webSocketDebuggerUrl").stringValue()), page)
                .join();
        return page;
    }

    /** A tab. */
    static final class Page implements WebSocket.Listener {

        private final AtomicInteger commands = new AtomicInteger();
        private final Map<Integer, CompletableFuture<JsonNode>> answers = new ConcurrentHashMap<>();
        private final StringBuilder message = new StringBuilder();
        private WebSocket socket;

        /** What the script, run in the page, comes to; as text. */
        String evaluate(String script) {
            int id = commands.incrementAndGet();
            var answer = new CompletableFuture<JsonNode>();
            answers.put(id, answer);
            var command = Json.MAPPER.createObjectNode().put("id", id).put("method", "Runtime.evaluate");
            command.putObject("params").put("expression", script).put("returnByValue", true);
            socket.sendText(command.toString(), true).join();
            JsonNode result = answer.orTimeout(30, TimeUnit.SECONDS).join();
            if (result.at("/result/exceptionDetails").isObject()) {
                throw new IllegalStateException("the page failed: " + result);
            }
            return result.at("/result/result/value").asString();
        }

        @Override
        public CompletionStage<?> onText(WebSocket from, CharSequence part, boolean last) {
            message.append(part);
            if (last) {
                JsonNode json = Json.tree(message.toString().getBytes(StandardCharsets.UTF_8));
                message.setLength(0);
                var waiting = json.has("id") ? answers.remove(json.get("id").intValue()) : null;
                if (waiting != null) {
                    waiting.complete(json);
                }
            }
            from.request(1);
            return CompletableFuture.completedFuture(null);
        }
    }

    @Override
    public void close() {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
        http.close();
    }
}
