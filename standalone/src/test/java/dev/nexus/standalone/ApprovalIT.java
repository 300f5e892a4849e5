package dev.nexus.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.nexus.builder.BuilderApplication;
import dev.nexus.contract.Json;
import dev.nexus.planner.PlannerApplication;
import dev.nexus.standalone.Cluster.Gateway;
import dev.nexus.tester.TesterApplication;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** A plan that waits for a human, over the real chain, while every service comes and goes. */
class ApprovalIT {

    @TempDir
    Path folder;

    private EmbeddedBroker broker;
    private Cluster cluster;

    @BeforeEach
    void startBroker() {
        broker = EmbeddedBroker.start(folder.resolve("data"), new BrokerPort.Any(), EmbeddedBroker.Life.SHORT);
        cluster = new Cluster(broker.bootstrapServers());
    }

    @AfterEach
    void stopAll() {
        cluster.close();
        broker.close();
    }

    @Test
    void anEditedPlanIsBuiltAlthoughEveryServiceWasStartedAnewWhileItWaited() throws Exception {
        Gateway before = cluster.gateway();
        List<ServiceProcess> agents = agents();
        cluster.awaitReady(before);
        String job = run(before, "submit", Cluster.SPEC, "--approval", "plan").strip();
        awaitWaiting(before, job);
        JsonNode shown = cluster.job(before, job);

        before.process().kill();
        for (ServiceProcess agent : agents) {
            agent.stop();
        }
        Gateway after = cluster.gateway();
        agents();
        cluster.awaitReady(after);

        assertThat(cluster.job(after, job)).isEqualTo(shown);
        ObjectNode edited = (ObjectNode) shown.get("plan").deepCopy();
        edited.put("summary", "Roman numerals, as a human wants them.");
        Files.writeString(folder.resolve("edited.json"), edited.toString());
        run(after, "approve", job, "--plan", "edited.json");
        cluster.awaitCompleted(after, List.of(job));
        JsonNode done = cluster.job(after, job);
        assertThat(done.at("/plan/summary").stringValue()).isEqualTo("Roman numerals, as a human wants them.");
        assertThat(done.at("/approval/edited").booleanValue()).isTrue();
        assertThat(done.get("planHash")).isNotEqualTo(shown.get("planHash"));
        assertThat(done.at("/report/verdict").stringValue()).isEqualTo("passed");
        assertThat(Json.MAPPER
                        .readTree(cluster.get(after, "/jobs/" + job + "/calls"))
                        .toString())
                .contains("as a human wants them"); // the builder saw it
    }

    private List<ServiceProcess> agents() throws Exception {
        return List.of(
                cluster.agent(PlannerApplication.class),
                cluster.agent(BuilderApplication.class),
                cluster.agent(TesterApplication.class));
    }

    private void awaitWaiting(Gateway gateway, String job) {
        await().atMost(Cluster.LIMIT)
                .until(() ->
                        cluster.job(gateway, job).get("status").stringValue().equals("awaiting_approval"));
    }

    /** What the command line prints. */
    private String run(Gateway gateway, String... arguments) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        int code = Nexus.run(
                new Shell(
                        folder,
                        Map.of("NEXUS_SERVER", gateway.uri().toString()),
                        new PrintWriter(out, true),
                        new PrintWriter(err, true),
                        false),
                arguments);
        assertThat(code).as(err.toString()).isEqualTo(ExitCode.PASSED);
        return out.toString();
    }
}
