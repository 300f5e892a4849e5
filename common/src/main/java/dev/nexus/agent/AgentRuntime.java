package dev.nexus.agent;

import dev.nexus.contract.KafkaClients;
import dev.nexus.contract.Order;
import dev.nexus.contract.Service;
import dev.nexus.contract.TopicSetup;
import dev.nexus.contract.Topics;
import dev.nexus.model.LanguageModel;
import java.util.HexFormat;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;

/** Turns a function <em>order to outcome</em> into a worker of its service; start it, or let Spring do so. */
public final class AgentRuntime<O extends Order> implements SmartLifecycle {

    private static final Logger log = LoggerFactory.getLogger(AgentRuntime.class);

    private final Service service;
    private final Class<O> orders;
    private final Agent<O> agent;
    private final String modelName;
    private final LanguageModel model;
    private final ModelNames models;
    private final AgentSettings settings;
    private final KafkaClients clients;
    private final Topics topics;
    private final String version;
    private final Supplier<@Nullable String> problem;
    private final Telemetry telemetry;
    private final String worker;
    private final Object lifecycle = new Object();
    private volatile @Nullable RunningAgent<O> running;

    /** With the configured model alone, and telling nobody of its work. */
    public AgentRuntime(
            Service service,
            Class<O> orders,
            Agent<O> agent,
            String modelName,
            LanguageModel model,
            AgentSettings settings,
            KafkaClients clients,
            Topics topics,
            String version) {
        this(
                service,
                orders,
                agent,
                modelName,
                model,
                ModelNames.NONE,
                settings,
                clients,
                topics,
                version,
                () -> null,
                Telemetry.NONE);
    }

    /**
     * @param orders the kind of order that the service takes; any other is put aside
     * @param modelName as it is recorded with each reply
     * @param models finds others, which a replay may ask for
     * @param version of the service, told with each heartbeat
     * @param problem why the agent cannot do its work at the moment, and what to do, likewise; null if it can
     */
    public AgentRuntime(
            Service service,
            Class<O> orders,
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
        this.service = service;
        this.orders = orders;
        this.agent = agent;
        this.modelName = modelName;
        this.model = model;
        this.models = models;
        this.settings = settings;
        this.clients = clients;
        this.topics = topics;
        this.version = version;
        this.problem = problem;
        this.telemetry = telemetry;
        this.worker = service + "-"
                + HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextLong(), 12);
    }

    /**
     * How the worker is.
     *
     * @param trouble why it takes no orders at the moment, though it is running; null if all is well
     */
    public record Health(
            String worker,
            boolean running,
            int slots,
            int tasksInHand,
            @Nullable String trouble) {}

    /** This worker's id, new with every runtime. */
    public String worker() {
        return worker;
    }

    /**
     * Prepares the topics, and takes orders from then on.
     *
     * @throws TopicSetup.ClusterUnfit if the cluster cannot carry Nexus
     */
    @Override
    public void start() {
        synchronized (lifecycle) {
            if (running != null) {
                return;
            }
            try {
                String brokers = prepare();
                var starting = new RunningAgent<>(
                        worker, service, orders, agent, modelName, model, models, settings, clients, topics, version,
                        problem, telemetry);
                running = starting;
                starting.start();
                log.info(
                        "{} takes orders: worker {}, {} slots, model {}, brokers {}",
                        service,
                        worker,
                        settings.slots(),
                        modelName,
                        brokers);
            } catch (InterruptedException e) {
                stop();
                Thread.currentThread().interrupt();
                throw new IllegalStateException("interrupted while starting", e);
            } catch (RuntimeException e) {
                stop();
                throw e;
            }
        }
    }

    /** Stops gracefully, within {@link AgentSettings#drain()} and a few seconds. */
    @Override
    public void stop() {
        synchronized (lifecycle) {
            RunningAgent<O> stopping = running;
            if (stopping != null) {
                stopping.stop();
                running = null;
                log.info("{} has stopped", worker);
            }
        }
    }

    @Override
    public boolean isRunning() {
        return running != null;
    }

    public Health health() {
        RunningAgent<O> now = running;
        return now == null
                ? new Health(worker, false, settings.slots(), 0, null)
                : new Health(worker, true, settings.slots(), now.tasksInHand(), now.trouble());
    }

    Service service() {
        return service;
    }

    /** Orders that were put aside, since it was started. */
    long putAside() {
        RunningAgent<O> now = running;
        return now == null ? 0 : now.putAside();
    }

    private String prepare() throws InterruptedException {
        try (Admin admin = clients.admin()) {
            new TopicSetup(topics, service).prepare(admin);
            return admin.describeCluster().nodes().get().stream()
                    .map(node -> node.host() + ":" + node.port())
                    .collect(Collectors.joining(","));
        } catch (ExecutionException e) {
            throw new IllegalStateException("can't describe the Kafka cluster", e.getCause());
        }
    }
}
