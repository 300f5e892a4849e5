package dev.nexus.contract;

import java.time.Duration;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The topics, with the settings that they are created with; {@link Topics} gives them their names in a cluster. */
public enum Topic {
    JOB_REQUESTS("job-requests", 12, Duration.ofDays(7), Topic.LARGE),
    PLAN_REQUESTS("plan-requests", 1, Duration.ofDays(7), Topic.LARGE),
    BUILD_REQUESTS("build-requests", 1, Duration.ofDays(7), Topic.LARGE),
    TEST_REQUESTS("test-requests", 1, Duration.ofDays(7), Topic.LARGE),
    JOB_EVENTS("job-events", 12, Duration.ofDays(7), Topic.LARGE),
    JOB_CONTROL("job-control", 1, Duration.ofDays(1), Topic.SMALL),
    WORKER_HEARTBEATS("worker-heartbeats", 1, Duration.ofHours(1), Topic.SMALL),
    JOB_ARTEFACTS("job-artefacts", 12, Duration.ofDays(7), Topic.LARGE),
    MODEL_CALLS("model-calls", 12, Duration.ofDays(7), Topic.LARGE),
    WEBHOOKS("webhooks", 1, Topic.SMALL),
    WEBHOOK_DELIVERIES("webhook-deliveries", 12, Topic.SMALL),
    API_KEYS("api-keys", 1, Topic.SMALL),
    AUDIT_EVENTS("audit-events", 1, Duration.ofDays(30), Topic.SMALL);

    /** Bytes of the largest record where files, plans and prompts travel. */
    public static final int LARGE = 4 * 1024 * 1024;

    private static final int SMALL = 1024 * 1024;

    private static final Set<Service> AGENTS =
            Collections.unmodifiableSet(EnumSet.of(Service.PLANNER, Service.BUILDER, Service.TESTER));

    private final String baseName;
    private final int partitions;
    private final @Nullable Duration retention;
    private final int maxBytes;

    /** One that keeps the newest record of every key for ever. */
    Topic(String baseName, int partitions, int maxBytes) {
        this(baseName, partitions, null, maxBytes);
    }

    Topic(String baseName, int partitions, @Nullable Duration retention, int maxBytes) {
        this.baseName = baseName;
        this.partitions = partitions;
        this.retention = retention;
        this.maxBytes = maxBytes;
    }

    /** The work topic that an agent service takes its orders from. */
    public static Topic ordersFor(Service service) {
        return switch (service) {
            case PLANNER -> PLAN_REQUESTS;
            case BUILDER -> BUILD_REQUESTS;
            case TESTER -> TEST_REQUESTS;
            case GATEWAY -> throw new IllegalArgumentException("the gateway takes no orders");
        };
    }

    /** Without the prefix that the settings may add. */
    public String baseName() {
        return baseName;
    }

    int partitions() {
        return partitions;
    }

    /** What is written from outside, and so may hold a record that no one can process. */
    boolean hasDeadLetters() {
        return switch (this) {
            case JOB_REQUESTS, PLAN_REQUESTS, BUILD_REQUESTS, TEST_REQUESTS, JOB_CONTROL -> true;
            case JOB_EVENTS, WORKER_HEARTBEATS, JOB_ARTEFACTS, MODEL_CALLS -> false;
            case WEBHOOKS, WEBHOOK_DELIVERIES, API_KEYS, AUDIT_EVENTS -> false;
        };
    }

    /** The services that append to it; others may do so too where the README says anyone. */
    Set<Service> writers() {
        return switch (this) {
            case JOB_REQUESTS, MODEL_CALLS -> AGENTS; // requests that came on a work topic are forwarded
            case PLAN_REQUESTS, BUILD_REQUESTS, TEST_REQUESTS, WEBHOOKS, WEBHOOK_DELIVERIES ->
                EnumSet.of(Service.GATEWAY);
            case JOB_EVENTS, WORKER_HEARTBEATS -> EnumSet.allOf(Service.class);
            case JOB_CONTROL, API_KEYS -> EnumSet.noneOf(Service.class); // clients, and operators
            case AUDIT_EVENTS -> EnumSet.of(Service.GATEWAY);
            case JOB_ARTEFACTS -> EnumSet.of(Service.GATEWAY, Service.BUILDER, Service.TESTER);
        };
    }

    /** The services that need what is on it. */
    Set<Service> readers() {
        return switch (this) {
            case JOB_REQUESTS, JOB_CONTROL, WORKER_HEARTBEATS, API_KEYS, WEBHOOKS, WEBHOOK_DELIVERIES ->
                EnumSet.of(Service.GATEWAY);
            case AUDIT_EVENTS -> EnumSet.noneOf(Service.class);
            case PLAN_REQUESTS -> EnumSet.of(Service.PLANNER);
            case BUILD_REQUESTS -> EnumSet.of(Service.BUILDER);
            case TEST_REQUESTS -> EnumSet.of(Service.TESTER);
            case JOB_EVENTS -> EnumSet.allOf(Service.class);
            case JOB_ARTEFACTS -> EnumSet.of(Service.GATEWAY, Service.BUILDER, Service.TESTER);
            case MODEL_CALLS -> EnumSet.allOf(Service.class);
        };
    }

    boolean isUsedBy(Service service) {
        return writers().contains(service) || readers().contains(service);
    }

    /** Whether the service puts aside what no one can process here; the gateway judges what is forwarded to it, too. */
    boolean putsDeadLettersAside(Service service) {
        return hasDeadLetters() && (readers().contains(service) || service == Service.GATEWAY);
    }

    Map<String, String> config() {
        if (retention == null) {
            return new TreeMap<>(Map.of(
                    "cleanup.policy",
                    "compact",
                    "segment.ms",
                    Long.toString(Duration.ofDays(1).toMillis()),
                    "max.message.bytes",
                    Integer.toString(maxBytes),
                    "message.timestamp.type",
                    "LogAppendTime"));
        }
        Duration segment = this == WORKER_HEARTBEATS ? Duration.ofMinutes(10) : Duration.ofDays(1);
        Map<String, String> config = new TreeMap<>(Map.of(
                "cleanup.policy", "delete",
                "retention.ms", Long.toString(retention.toMillis()),
                "segment.ms", Long.toString(segment.toMillis()),
                "max.message.bytes", Integer.toString(maxBytes),
                "message.timestamp.type", "LogAppendTime"));
        if (this != JOB_ARTEFACTS && this != MODEL_CALLS) { // a job must not leave before its time
            config.put("retention.bytes", "-1");
        }
        return config;
    }

    static Map<String, String> deadLetterConfig() {
        return Map.of(
                "cleanup.policy",
                "delete",
                "retention.ms",
                Long.toString(Duration.ofDays(30).toMillis()),
                "max.message.bytes",
                Integer.toString(LARGE + SMALL),
                "message.timestamp.type",
                "LogAppendTime");
    }
}
