package dev.nexus.bench.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A customer in front of a gateway that answers by the book, but not by ours. */
@Timeout(value = 20, unit = TimeUnit.SECONDS)
class CustomerTest {

    private static final String FIRST = "id: 1\nevent: job.accepted\ndata: {}\n\n";
    private static final String LAST = "id: 2\nevent: job.completed\ndata: {}\n\n";

    private final Queue<String> streams = new ArrayDeque<>();
    private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor();
    private HttpServer gateway;

    @BeforeEach
    void open() throws IOException {
        gateway = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        gateway.createContext("/tasks/plan", exchange -> answer(exchange, 202, "{\"id\":\"" + LogForTests.JOB + "\"}"));
        gateway.createContext("/jobs", exchange -> {
            String stream = streams.size() == 1 ? streams.element() : streams.remove(); // a connection may be cut
            answer(exchange, stream.isEmpty() ? 404 : 200, stream);
        });
        gateway.start();
    }

    @AfterEach
    void close() {
        gateway.stop(0);
        clock.shutdownNow();
    }

    @Test
    void anUnknownJobBehindA202IsASurprise() {
        streams.addAll(List.of("", FIRST + LAST));

        Customer customer = served(Wish.Door.HTTP);

        assertThat(customer.surprises()).containsExactly("GET …/events answered 404");
    }

    @Test
    void aJobThatCameOverKafkaMayBeUnknownForAMoment() {
        streams.addAll(List.of("", FIRST + LAST));

        Customer customer = served(Wish.Door.KAFKA_WITH_ID);

        assertThat(customer.surprises()).isEmpty();
        assertThat(customer.told().ended()).isTrue();
    }

    @Test
    void aJobOfWhichAnEventWasReceivedIsUnknownNoMore() {
        streams.addAll(List.of(FIRST, "", LAST));

        Customer customer = served(Wish.Door.KAFKA_WITH_ID);

        assertThat(customer.surprises()).containsExactly("GET …/events answered 404");
    }

    private Customer served(Wish.Door door) {
        try (HttpClient http = HttpClient.newHttpClient();
                var producer = new MockProducer<>(true, null, new StringSerializer(), new ByteArraySerializer())) {
            URI uri = URI.create("http://127.0.0.1:" + gateway.getAddress().getPort());
            var market = new Customer.Market(1, http, List.of(uri), producer, "job-requests", "job-control", clock);
            Customer customer = new Customer(new Wish(1, Wish.Shape.PLAN, door, "{}", null, false, false), market);
            customer.run();
            return customer;
        }
    }

    private static void answer(HttpExchange exchange, int status, String body) throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        try (exchange) {
            exchange.getRequestBody().readAllBytes();
            exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
            exchange.getResponseBody().write(bytes);
        }
    }
}
