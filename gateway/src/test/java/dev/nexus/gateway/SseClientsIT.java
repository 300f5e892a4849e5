package dev.nexus.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.launchdarkly.eventsource.ConnectStrategy;
import com.launchdarkly.eventsource.EventSource;
import com.launchdarkly.eventsource.MessageEvent;
import com.launchdarkly.eventsource.background.BackgroundEventHandler;
import com.launchdarkly.eventsource.background.BackgroundEventSource;
import dev.nexus.contract.Fidelity;
import dev.nexus.contract.JobEvent;
import dev.nexus.contract.JobEvent.TaskProgress;
import dev.nexus.contract.JobEvent.TaskStarted;
import dev.nexus.contract.JobId;
import dev.nexus.contract.TaskId;
import dev.nexus.contract.Usage;
import jakarta.ws.rs.client.Client;
import jakarta.ws.rs.client.ClientBuilder;
import jakarta.ws.rs.sse.SseEventSource;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.kafka.test.EmbeddedKafkaBroker;

/**
 * Clients of server-sent events that are not ours follow a job over two cuts of the network and a restart of the gateway, and
 * see each event once: those that know nothing of it but the standard of WHATWG, and those that have habits of their own.
 */
class SseClientsIT {

    private static final Path SCRIPTS = Path.of("src", "test", "clients").toAbsolutePath();
    private static final Path MODULES = Path.of("target", "clients").toAbsolutePath();
    private static final Duration LIMIT = Duration.ofSeconds(90);
    private static final TaskId PLAN = TaskId.plan();

    /** EventSource tells only of the types that it is asked for. */
    private static final String TYPES =
            "job.snapshot,job.accepted,task.scheduled,task.started,task.progress,task.completed,job.completed";

    private static final HttpClient HTTP = HttpClient.newHttpClient();

    @TempDir
    Path folder;

    private final Deque<AutoCloseable> open = new ArrayDeque<>();
    private EmbeddedKafkaBroker broker;
    private Gateways gateways;
    private int port;
    private ConfigurableApplicationContext gateway;

    /** Someone who follows a job. */
    private record Follower(String name, Told told) {}

    /** The events that were seen so far, each as its id and type. */
    @FunctionalInterface
    private interface Told {
        List<String> now();
    }

    /** Begins to follow a stream. */
    @FunctionalInterface
    private interface Begin {
        Told at(String url) throws Exception;
    }

    @BeforeAll
    static void install() throws Exception {
        assumeThere("nodejs", "node", "--version");
        assumeThere("npm", "npm", "--version");
        assumeThere("curl", "curl", "--version");
        assumeThere("chromium", "chromium", "--version");
        assumeThere("nginx", "nginx", "-v");
        Files.createDirectories(MODULES);
        Process npm = new ProcessBuilder(
                        "npm",
                        "install",
                        "--no-save",
                        "--no-package-lock",
                        "--no-audit",
                        "--no-fund",
                        "--prefix",
                        MODULES.toString(),
                        "eventsource@4.1.1",
                        "eventsource-client@1.2.0")
                .redirectErrorStream(true)
                .start();
        String said = new String(npm.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assumeTrue(npm.waitFor() == 0, () -> "npm cannot install the clients: " + said);
    }

    @BeforeEach
    void start() throws Exception {
        broker = Gateways.broker();
        gateways = new Gateways(broker);
        port = freePort();
        gateway = gateways.startAt(port);
        gateways.awaitReady(gateway);
    }

    @AfterEach
    void stop() throws Exception {
        while (!open.isEmpty()) {
            open.pop().close();
        }
        gateways.close();
        broker.destroy();
    }

    /** All but Jersey, which gives up for good when its server refuses a connection, even a second one. */
    @Test
    void everyClientSeesEachEventOnce() throws Exception {
        var network = keep(new CuttableProxy(port));
        var chromium = keep(new Chromium(folder.resolve("profile")));

        follow(
                List.of(network),
                Map.of(
                        "Chromium", url -> inPage(chromium, url),
                        "npm eventsource", url -> node("eventsource.js", url),
                        "npm eventsource-client", url -> node("eventsource-client.js", url),
                        "okhttp-eventsource", this::okhttp,
                        "curl",
                                url -> script(
                                        url, "bash", SCRIPTS.resolve("curl.sh").toString())),
                network,
                () -> {
                    gateway.close();
                    gateway = gateways.startAt(port);
                });
    }

    @Test
    void everyClientSeesEachEventOnceBehindNginx() throws Exception {
        int second = freePort();
        ConfigurableApplicationContext other = gateways.startAt(second);
        gateways.awaitReady(other);
        var first = keep(new CuttableProxy(port));
        var network = keep(new CuttableProxy(nginx(first.port(), second)));
        var chromium = keep(new Chromium(folder.resolve("profile")));

        follow(
                List.of(network),
                Map.of(
                        "Chromium", url -> inPage(chromium, url),
                        "npm eventsource", url -> node("eventsource.js", url),
                        "npm eventsource-client", url -> node("eventsource-client.js", url),
                        "okhttp-eventsource", this::okhttp,
                        "Jersey", this::jersey,
                        "curl",
                                url -> script(
                                        url, "bash", SCRIPTS.resolve("curl.sh").toString())),
                network,
                () -> {
                    gateway.close();
                    gateway = gateways.startAt(port);
                    gateways.awaitReady(gateway);
                    awaitUse(network, first);
                    other.close(); // so that whoever went there comes back
                });
    }

    /** Until nginx tries a server again that it has found away: for 10 s it does not. */
    private static void awaitUse(CuttableProxy network, CuttableProxy server) {
        int before = server.accepted();
        await().atMost(LIMIT).until(() -> {
            URI version = URI.create("http://127.0.0.1:" + network.port() + "/version");
            HTTP.send(HttpRequest.newBuilder(version).build(), HttpResponse.BodyHandlers.discarding());
            return server.accepted() > before;
        });
    }

    /** A change that clients have to get over. */
    @FunctionalInterface
    private interface Trouble {
        void happens() throws Exception;
    }

    private void follow(List<CuttableProxy> networks, Map<String, Begin> clients, CuttableProxy way, Trouble restart)
            throws Exception {
        JobId job = gateways.submit(gateway, "/tasks/plan", "{\"spec\": \"a stack\"}");
        String url = "http://127.0.0.1:" + way.port() + "/jobs/" + job + "/events";
        List<Follower> followers = new ArrayList<>();
        for (var client : clients.entrySet()) {
            followers.add(new Follower(client.getKey(), client.getValue().at(url)));
        }
        List<Trouble> troubles = List.of(() -> cut(networks), () -> cut(networks), restart);

        gateways.append(job, new TaskStarted(PLAN, 1, "w1"));
        int number = 0;
        for (Trouble trouble : troubles) {
            number = progress(job, number);
            awaitAllOf(job, followers);
            trouble.happens();
            number = progress(job, number);
        }
        awaitAllOf(job, followers);
        gateways.append(
                job,
                new JobEvent.TaskCompleted(PLAN, 1, "w1", Gateways.planned(), Usage.NONE, Fidelity.IMPLEMENTATION));

        gateways.awaitReady(gateway);
        await().atMost(LIMIT).until(() -> gateways.status(gateway, job).equals("completed"));
        awaitAllOf(job, followers);
    }

    private static void cut(List<CuttableProxy> networks) throws IOException {
        for (CuttableProxy network : networks) {
            network.cut();
        }
    }

    private int progress(JobId job, int number) {
        for (int i = 1; i <= 5; i++) {
            String at = "step " + (number + i);
            gateways.appendProgress(job, new TaskProgress(PLAN, 1, at), number + i);
        }
        return number + 5;
    }

    /** Each of them has seen all there is by now, in order and once. */
    private void awaitAllOf(JobId job, List<Follower> followers) {
        List<String> all = await().atMost(LIMIT).until(() -> all(job), found -> !found.isEmpty());
        await().atMost(LIMIT)
                .untilAsserted(() -> assertThat(followers)
                        .allSatisfy(follower -> assertThat(events(follower))
                                .as(follower.name())
                                .startsWith(all.toArray(String[]::new))));
        String last = all.getLast();
        for (Follower follower : followers) {
            assertThat(events(follower))
                    .as(follower.name())
                    .filteredOn(last::equals)
                    .hasSize(1);
        }
    }

    private static List<String> events(Follower follower) {
        return follower.told().now().stream()
                .filter(line -> !line.isEmpty() && Character.isDigit(line.charAt(0)))
                .toList();
    }

    /** What is on the log now, by ids and types. */
    private List<String> all(JobId job) {
        return gateways.countedEvents(job);
    }

    // --- the clients -------------------------------------------------------------------------

    private static Told inPage(Chromium chromium, String url) throws Exception {
        URI place = URI.create(url);
        Chromium.Page page = chromium.open(place.resolve("/version").toString());
        await().atMost(LIMIT).until(() -> page.evaluate("location.pathname").equals("/version"));
        page.evaluate("window.seen = []; window.source = new EventSource('" + place.getPath() + "'); '" + TYPES
                + "'.split(',').forEach(type => source.addEventListener(type,"
                + " event => seen.push(event.lastEventId + ' ' + event.type)))");
        return () -> page.evaluate("seen.join('\\n')").lines().toList();
    }

    private Told node(String script, String url) throws IOException {
        return script(url, "node", SCRIPTS.resolve(script).toString());
    }

    private Told script(String url, String... command) throws IOException {
        Path output = Files.createTempFile(folder, "client", ".txt");
        List<String> all = new ArrayList<>(List.of(command));
        all.add(url);
        all.add(TYPES);
        ProcessBuilder builder =
                new ProcessBuilder(all).redirectErrorStream(true).redirectOutput(output.toFile());
        builder.environment().put("NODE_PATH", MODULES.resolve("node_modules").toString());
        Process process = builder.start();
        keep(() -> {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        });
        return () -> lines(output);
    }

    private static List<String> lines(Path output) {
        try {
            return Files.readAllLines(output);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private Told okhttp(String url) {
        List<String> seen = new CopyOnWriteArrayList<>();
        var handler = new BackgroundEventHandler() {
            @Override
            public void onOpen() {}

            @Override
            public void onClosed() {}

            @Override
            public void onMessage(String event, MessageEvent message) {
                seen.add(message.getLastEventId() + " " + event);
            }

            @Override
            public void onComment(String comment) {}

            @Override
            public void onError(Throwable failure) {}
        };
        var source = new BackgroundEventSource.Builder(
                        handler, new EventSource.Builder(ConnectStrategy.http(URI.create(url))))
                .build();
        source.start();
        keep(source);
        return () -> List.copyOf(seen);
    }

    private Told jersey(String url) {
        List<String> seen = new CopyOnWriteArrayList<>();
        Client client = ClientBuilder.newClient();
        keep(client);
        SseEventSource source = SseEventSource.target(client.target(url))
                .reconnectingEvery(2, TimeUnit.SECONDS)
                .build();
        source.register(event -> seen.add(event.getId() + " " + event.getName()));
        source.open();
        keep(() -> source.close(1, TimeUnit.SECONDS));
        return () -> List.copyOf(seen);
    }

    // --- around them -------------------------------------------------------------------------

    /** Nginx as it is when nobody set anything but where to pass requests; returns its port. */
    private int nginx(int... upstreams) throws IOException {
        int listen = freePort();
        Path home = Files.createDirectories(folder.resolve("nginx"));
        String servers = java.util.Arrays.stream(upstreams)
                .mapToObj(each -> "server 127.0.0.1:" + each + ";")
                .reduce("", String::concat);
        String temporary = Stream.of("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
                .map(each -> each + "_temp_path " + home + "/" + each + ";")
                .reduce("", String::concat);
        Path settings = Files.writeString(home.resolve("nginx.conf"), """
                daemon off;
                pid %1$s/nginx.pid;
                error_log %1$s/error.log;
                events {}
                http {
                  access_log off;
                  %2$s
                  upstream gateways { %3$s }
                  server {
                    listen 127.0.0.1:%4$d;
                    location / { proxy_pass http://gateways; }
                  }
                }
                """.formatted(home, temporary, servers, listen));
        Process nginx = new ProcessBuilder(
                        "nginx",
                        "-p",
                        home.toString(),
                        "-e",
                        home.resolve("error.log").toString(),
                        "-c",
                        settings.toString())
                .inheritIO()
                .start();
        keep(() -> {
            nginx.destroy();
            nginx.waitFor(10, TimeUnit.SECONDS);
        });
        return listen;
    }

    private <T extends AutoCloseable> T keep(T closeable) {
        open.push(closeable);
        return closeable;
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private static void assumeThere(String debianPackage, String... command) throws InterruptedException {
        boolean there;
        try {
            there = new ProcessBuilder(command)
                            .redirectErrorStream(true)
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .start()
                            .waitFor()
                    == 0;
        } catch (IOException e) {
            there = false;
        }
        assumeTrue(there, () -> debianPackage + " is not installed (apt-get install " + debianPackage + ")");
    }
}
