package dev.nexus.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.nexus.builder.BuilderApplication;
import dev.nexus.gateway.GatewayApplication;
import dev.nexus.planner.PlannerApplication;
import dev.nexus.standalone.Cluster.Gateway;
import dev.nexus.tester.TesterApplication;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * What people do in the browser, done in Debian's Chromium against a whole system whose gateway is killed meanwhile; what
 * they do is in {@code gateway/dashboard/flows}, what they saw in {@code target/screenshots}.
 */
class DashboardIT {

    private static final Path PAGES =
            Path.of("..", "gateway", "dashboard").toAbsolutePath().normalize();
    private static final Path SCREENSHOTS = Path.of("target", "screenshots").toAbsolutePath();
    private static final List<String> BROWSERS = List.of("chromium", "chromium-browser", "google-chrome");

    @TempDir
    Path folder;

    @BeforeAll
    static void whatIsNotOursIsThere() {
        assumeTrue(
                GatewayApplication.class.getResource("/dashboard/index.html") != null,
                "the dashboard was not built (-Dnexus.dashboard.skip)");
        assumeTrue(onPath("node").isPresent(), "nodejs is not installed (apt-get install nodejs npm)");
        assumeTrue(
                Files.isDirectory(PAGES.resolve("node_modules/playwright-core")),
                "npm has not installed playwright-core");
        assumeTrue(browser().isPresent(), "chromium is not installed (apt-get install chromium)");
    }

    private static Optional<Path> onPath(String command) {
        return Stream.of(System.getenv("PATH").split(":", -1))
                .map(each -> Path.of(each, command))
                .filter(Files::isExecutable)
                .findFirst();
    }

    private static Optional<Path> browser() {
        return BROWSERS.stream().flatMap(each -> onPath(each).stream()).findFirst();
    }

    @Test
    @Timeout(value = 20, unit = TimeUnit.MINUTES)
    void thePagesDoWhatPeopleExpect() throws Exception {
        try (EmbeddedBroker broker =
                        EmbeddedBroker.start(folder.resolve("data"), new BrokerPort.Any(), EmbeddedBroker.Life.SHORT);
                Cluster cluster = new Cluster(broker.bootstrapServers())) {
            Gateway gateway = cluster.gateway();
            cluster.agent(PlannerApplication.class);
            cluster.agent(BuilderApplication.class);
            cluster.agent(TesterApplication.class, "--nexus.tester.scrutiny.enabled=true");
            cluster.awaitReady(gateway);
            Process browsing = new ProcessBuilder(
                            "node",
                            PAGES.resolve("flows/flows.mjs").toString(),
                            gateway.uri().toString(),
                            SCREENSHOTS.toString(),
                            browser().orElseThrow().toString())
                    .redirectErrorStream(true)
                    .start();
            try {
                List<String> said = converse(browsing, new Owner(broker, cluster, gateway));

                assertThat(browsing.waitFor()).as(String.join("\n", said)).isZero();
                assertThat(said).filteredOn(line -> line.startsWith("ok ")).hasSizeGreaterThan(10);
            } finally {
                browsing.descendants().forEach(ProcessHandle::destroyForcibly);
                browsing.destroyForcibly();
            }
        }
    }

    /** Does what the script asks for, until it ends; returns all that it printed. */
    private static List<String> converse(Process browsing, Owner owner) throws Exception {
        List<String> said = new ArrayList<>();
        try (BufferedReader lines = browsing.inputReader(StandardCharsets.UTF_8);
                PrintWriter answers = new PrintWriter(browsing.outputWriter(StandardCharsets.UTF_8), true)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                said.add(line);
                if (line.startsWith("@")) {
                    answers.println(owner.does(line.substring(1)));
                }
            }
        }
        return said;
    }

    /** Who may do with the system what a browser cannot. */
    private final class Owner {

        private final EmbeddedBroker broker;
        private final Cluster cluster;
        private Gateway gateway;

        Owner(EmbeddedBroker broker, Cluster cluster, Gateway gateway) {
            this.broker = broker;
            this.cluster = cluster;
            this.gateway = gateway;
        }

        String does(String what) throws Exception {
            return switch (what) {
                case "kill" -> {
                    gateway.process().kill();
                    yield "killed";
                }
                case "start" -> {
                    gateway = cluster.gatewayAt(gateway.uri().getPort());
                    cluster.awaitReady(gateway);
                    yield "started";
                }
                case "keys" -> {
                    Gateway guarded = cluster.gateway("--nexus.security.mode=keys");
                    cluster.awaitReady(guarded);
                    String key = key();
                    await().atMost(Cluster.LIMIT).until(() -> isLetIn(guarded, key));
                    yield guarded.uri() + " " + key;
                }
                default -> throw new AssertionError("the script asks for " + what);
            };
        }

        private String key() {
            var out = new StringWriter();
            var err = new StringWriter();
            Shell shell = new Shell(
                    folder,
                    Map.of("KAFKA_BOOTSTRAP_SERVERS", broker.bootstrapServers()),
                    new PrintWriter(out, true),
                    new PrintWriter(err, true),
                    false);
            int code = Nexus.run(shell, "keys", "create", "--tenant", "acme", "--scope", "jobs:read,jobs:write");
            assertThat(code).as(err.toString()).isZero();
            return out.toString().strip();
        }

        private static boolean isLetIn(Gateway guarded, String key) throws IOException {
            var asking = (HttpURLConnection)
                    URI.create(guarded.uri() + "/jobs").toURL().openConnection();
            asking.setRequestProperty("Authorization", "Bearer " + key);
            return asking.getResponseCode() == HttpURLConnection.HTTP_OK;
        }
    }
}
