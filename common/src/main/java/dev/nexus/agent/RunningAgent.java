package dev.nexus.agent;

import dev.nexus.contract.Artefacts;
import dev.nexus.contract.EventLog;
import dev.nexus.contract.JobEvent.TaskReleased;
import dev.nexus.contract.KafkaClients;
import dev.nexus.contract.Order;
import dev.nexus.contract.Service;
import dev.nexus.contract.Topics;
import dev.nexus.model.LanguageModel;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.Producer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** All that is open while an agent works: from the first sign of life to the last. */
final class RunningAgent<O extends Order> {

    private static final Logger log = LoggerFactory.getLogger(RunningAgent.class);

    /** For threads to end and appends to be acknowledged, when the process stops. */
    private static final Duration LAST_MOMENTS = Duration.ofSeconds(3);

    private final String worker;
    private final AgentSettings settings;
    private final InHand inHand;
    private final Producer<String, byte[]> producer;
    private final EventLog events;
    private final Artefacts artefacts;
    private final ClaimLog claimLog;
    private final Heartbeats heartbeats;
    private final OrderIntake<O> orders;
    private final Loop intake;

    /** @param problem why its agent cannot do its work at the moment; null if it can */
    RunningAgent(
            String worker,
            Service service,
            Class<O> kind,
            Agent<O> agent,
            String modelName,
            LanguageModel model,
            ModelNames models,
            AgentSettings settings,
            KafkaClients clients,
            Topics topics,
            String version,
            Supplier<@Nullable String> problem,
            Telemetry telemetry) {
        this.worker = worker;
        this.settings = settings;
        String source = service + "/" + worker;
        inHand = new InHand(settings.slots());
        producer = clients.producer("agent");
        events = new EventLog(producer, topics, source);
        artefacts = new Artefacts(clients, producer, topics);
        claimLog = new ClaimLog(clients, topics, worker, settings.rememberedJobs());
        heartbeats = new Heartbeats(
                clients, topics, worker, service, version, inHand, () -> told(problem), settings.heartbeat());
        var modelCalls = new ModelCalls(clients, producer, topics, source);
        var bench = new Workbench(worker, modelName, model, models, claimLog, modelCalls, events, artefacts, telemetry);
        var reader = new OrderReader<>(service, kind, claimLog::follows);
        orders = new OrderIntake<>(
                clients,
                topics,
                service,
                reader,
                producer,
                events,
                worker,
                inHand,
                claimLog,
                (order, attempt) -> Thread.ofVirtual()
                        .name(attempt.toString())
                        .start(new TaskRun<>(order, agent, attempt, bench, this::putDown)),
                this::putDown);
        intake = new Loop(worker + "-orders", orders);
    }

    void start() throws InterruptedException {
        claimLog.start();
        heartbeats.start();
        intake.start();
    }

    /** Takes no more orders, lets tasks finish for a while, and hands the others back. */
    void stop() {
        inHand.close();
        intake.close();
        try {
            if (!inHand.awaitNone(settings.drain())) {
                handBack();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // whoever stops is in a hurry
        }
        heartbeats.close();
        claimLog.close();
        producer.close(LAST_MOMENTS);
        artefacts.close();
    }

    int tasksInHand() {
        return inHand.attempts().size();
    }

    /** Orders that were put aside, since the start. */
    long putAside() {
        return orders.putAside();
    }

    /** Why no order is taken or won at the moment; null if all is well. */
    @Nullable
    String trouble() {
        return Stream.of(intake.trouble(), orders.trouble(), claimLog.trouble(), heartbeats.trouble())
                .filter(Objects::nonNull)
                .findFirst()
                .orElse(null);
    }

    /** What heartbeats tell of what is wrong. */
    private @Nullable String told(Supplier<@Nullable String> problem) {
        String trouble = trouble();
        return trouble == null ? problem.get() : trouble;
    }

    private void putDown(Attempt attempt) {
        claimLog.unwatch(attempt);
        inHand.putDown(attempt);
    }

    private void handBack() throws InterruptedException {
        var stopping = new Standing.Lost("handed back, because " + worker + " stops");
        List<Attempt> unfinished = inHand.attempts().stream()
                .filter(attempt -> attempt.learn(stopping))
                .toList();
        log.info("hands {} unfinished tasks back", unfinished.size());
        var _ = inHand.awaitNone(LAST_MOMENTS);
        CompletableFuture<?>[] released = unfinished.stream()
                .map(a -> events.append(a.job(), new TaskReleased(a.task(), a.number(), worker)))
                .toArray(CompletableFuture[]::new);
        try {
            CompletableFuture.allOf(released).get(LAST_MOMENTS.toSeconds(), TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            log.warn("not every unfinished task could be handed back; they are missed with the heartbeats", e);
        }
    }
}
