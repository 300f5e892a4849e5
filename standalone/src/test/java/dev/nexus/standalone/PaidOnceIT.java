package dev.nexus.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.nexus.builder.BuilderApplication;
import dev.nexus.model.ModelReply;
import dev.nexus.model.fake.Behaviour;
import dev.nexus.model.fake.Call;
import dev.nexus.model.fake.FakeProvider;
import dev.nexus.planner.PlannerApplication;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** A builder that is killed after a reply was recorded, while it asks again: the provider is not asked the first thing again. */
class PaidOnceIT {

    @TempDir
    Path folder;

    @Test
    void aRecordedReplyIsNotPaidForAgainWhenItsBuilderIsKilled() throws Exception {
        try (EmbeddedBroker broker =
                        EmbeddedBroker.start(folder.resolve("data"), new BrokerPort.Any(), EmbeddedBroker.Life.SHORT);
                Cluster cluster = new Cluster(broker.bootstrapServers());
                FakeProvider provider = FakeProvider.start()) {
            Cluster.Gateway gateway = cluster.gateway();
            cluster.agent(PlannerApplication.class);
            cluster.awaitReady(gateway);
            String plan = cluster.submit(gateway, Cluster.SPEC, "plan");
            cluster.awaitCompleted(gateway, List.of(plan));
            ServiceProcess killed = builder(cluster, provider);
            provider.next(new Behaviour.Says("Sorry, here is no file.", ModelReply.Stop.END), new Behaviour.Hangs(0));

            String job = cluster.build(gateway, plan);
            await().atMost(Cluster.LIMIT).until(() -> provider.calls().size() == 2);
            killed.kill();
            builder(cluster, provider);
            cluster.awaitCompleted(gateway, List.of(job));

            String first = provider.calls().getFirst().prompt();
            assertThat(provider.calls())
                    .extracting(Call::prompt)
                    .containsOnlyOnce(first)
                    .hasSize(3); // the second question was in flight, and so is asked again
            JsonNode calls = Cluster.json(cluster.get(gateway, "/jobs/" + job + "/calls"))
                    .get("calls");
            assertThat(calls).extracting(call -> call.get("ordinal").intValue()).containsExactly(1, 2);
            JsonNode usage = cluster.job(gateway, job).get("usage");
            assertThat(usage.get("reused").intValue()).isEqualTo(1);
            assertThat(usage.get("costUsd").decimalValue())
                    .as("what the killed builder spent counts too")
                    .isGreaterThan(calls.get(1).get("usage").get("costUsd").decimalValue());
        }
    }

    private static ServiceProcess builder(Cluster cluster, FakeProvider provider) throws Exception {
        return cluster.agent(
                BuilderApplication.class,
                "--nexus.models.live=true",
                "--nexus.models.providers.openai.base-url=" + provider.url("/v1"),
                "--nexus.models.providers.openai.api-key=" + FakeProvider.KEY);
    }
}
