package dev.nexus.standalone.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nexus.contract.Fidelity;
import dev.nexus.contract.JobEvent;
import dev.nexus.contract.TaskId;
import dev.nexus.standalone.FakeGateway;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class JobFollowerTest {

    private static final Duration PATIENCE = Duration.ofSeconds(2);

    private FakeGateway server;

    @BeforeEach
    void start() throws IOException {
        server = new FakeGateway();
        server.event(new JobEvent.TaskScheduled(TaskId.plan(), 1))
                .event(new JobEvent.TaskStarted(TaskId.plan(), 1, "w"))
                .event(new JobEvent.TaskProgress(TaskId.plan(), 1, "thinking"))
                .event(new JobEvent.JobCompleted(null, Fidelity.IMPLEMENTATION));
        server.job("completed", "");
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void aBrokenStreamGoesOnWhereItWas() {
        server.breakingAfter(1).answer("GET /jobs/" + FakeGateway.JOB, 200, running());
        List<Long> seen = new ArrayList<>();

        try (GatewayClient client = new GatewayClient(server.url())) {
            new JobFollower(client, PATIENCE, PATIENCE).follow(FakeGateway.JOB, event -> {
                seen.add(event.seq());
                if (event.event() instanceof JobEvent.Final) {
                    server.job("completed", "");
                }
            });
        }

        assertThat(seen).containsExactly(1L, 2L, 3L, 4L);
        assertThat(server.requests)
                .filteredOn(request -> request.contains("/events"))
                .hasSize(4)
                .last()
                .asString()
                .endsWith("after 3");
    }

    @Test
    void aJobThatDoesNotExistIsNotWaitedFor() {
        try (GatewayClient client = new GatewayClient(server.url())) {
            assertThatThrownBy(() -> new JobFollower(client).follow("other", event -> {}))
                    .isInstanceOf(GatewayException.class)
                    .hasMessage("there is no such job");
        }
    }

    @Test
    void aGatewayThatStaysAwayIsGivenUp() {
        URI gone = server.url();
        server.close();

        try (GatewayClient client = new GatewayClient(gone)) {
            assertThatThrownBy(() -> new JobFollower(client, Duration.ofMillis(100), PATIENCE)
                            .follow(FakeGateway.JOB, event -> {}))
                    .isInstanceOfSatisfying(
                            GatewayException.class,
                            e -> assertThat(e.reason()).isEqualTo(GatewayException.Reason.UNREACHABLE));
        }
    }

    @Test
    void aConnectionThatSaysNothingIsTakenForDead() throws IOException {
        try (ServerSocket silent = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
                GatewayClient client = new GatewayClient(URI.create("http://127.0.0.1:" + silent.getLocalPort()))) {
            Thread.ofVirtual().start(() -> acceptOnce(silent));

            JobFollower follower = new JobFollower(client, Duration.ofMillis(100), Duration.ofMillis(200));

            assertThatThrownBy(() -> follower.follow(FakeGateway.JOB, event -> {}))
                    .isInstanceOf(GatewayException.class);
        }
    }

    /** Sends the head of a stream and nothing more; then nobody listens any more. */
    private static void acceptOnce(ServerSocket server) {
        try {
            Socket socket = server.accept();
            server.close();
            socket.getOutputStream()
                    .write("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n: hi\n\n"
                            .getBytes(StandardCharsets.US_ASCII));
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String running() {
        return "{\"id\":\"" + FakeGateway.JOB + "\",\"kind\":\"pipeline\",\"status\":\"in_progress\","
                + "\"createdAt\":\"2026-01-01T00:00:00Z\",\"updatedAt\":\"2026-01-01T00:00:01Z\"}";
    }
}
