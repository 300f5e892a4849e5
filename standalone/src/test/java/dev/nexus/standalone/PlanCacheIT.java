package dev.nexus.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.nexus.planner.PlannerApplication;
import dev.nexus.standalone.Cluster.Gateway;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Planner processes that share their plans in a real Redis, and go on without it. */
@Timeout(300)
class PlanCacheIT {

    private static final Path REDIS = Path.of("/usr/bin/redis-server");

    @TempDir
    Path folder;

    private int port;
    private EmbeddedBroker broker;
    private Cluster cluster;
    private Process redis;

    @BeforeEach
    void start() throws Exception {
        assumeTrue(Files.isExecutable(REDIS), "redis-server is not installed (package redis-server)");
        port = BrokerPort.free();
        startRedis();
        broker = EmbeddedBroker.start(folder.resolve("data"), new BrokerPort.Any(), EmbeddedBroker.Life.SHORT);
        cluster = new Cluster(broker.bootstrapServers());
    }

    @AfterEach
    void stop() throws Exception {
        if (redis != null) {
            stopRedis();
        }
        if (cluster != null) {
            cluster.close();
            broker.close();
        }
    }

    @Test
    void aSecondPlannerFindsThePlanAndNoJobFailsWhileRedisIsStoppedAndStartedAgain() throws Exception {
        Gateway gateway = cluster.gateway();
        cluster.awaitReady(gateway);
        ServiceProcess first = planner();
        assertThat(reused(gateway)).isZero();
        first.stop();
        planner();

        assertThat(reused(gateway)).as("by the second planner").isEqualTo(1);

        stopRedis();
        assertThat(reused(gateway)).as("without Redis").isZero();
        assertThat(reused(gateway)).as("without Redis").isZero();

        startRedis();
        await().atMost(Duration.ofMinutes(1)).until(() -> reused(gateway) == 1);
    }

    private ServiceProcess planner() throws IOException {
        return cluster.agent(
                PlannerApplication.class, "--nexus.plan-cache.store=redis", "--spring.data.redis.port=" + port);
    }

    /** How many results a plan job took from a cache; it has to complete. */
    private int reused(Gateway gateway) throws Exception {
        String id = cluster.submit(gateway, "Convert Roman numerals to integers and back", "plan");
        JsonNode job = await().atMost(Cluster.LIMIT).until(() -> cluster.job(gateway, id), j -> j.has("finishedAt"));
        assertThat(job.get("status").stringValue()).as(job.toPrettyString()).isEqualTo("completed");
        return job.get("usage").path("reused").intValue();
    }

    private void startRedis() throws IOException {
        redis = new ProcessBuilder(
                        REDIS.toString(),
                        "--port",
                        Integer.toString(port),
                        "--bind",
                        "127.0.0.1",
                        "--save",
                        "",
                        "--dir",
                        folder.toString())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        await().atMost(Duration.ofSeconds(20))
                .ignoreExceptionsInstanceOf(IOException.class) // not listening yet
                .until(() -> {
                    new Socket(InetAddress.getLoopbackAddress(), port).close();
                    return true;
                });
    }

    private void stopRedis() throws InterruptedException {
        redis.destroy();
        if (!redis.waitFor(10, TimeUnit.SECONDS)) {
            redis.destroyForcibly().waitFor();
        }
    }
}
