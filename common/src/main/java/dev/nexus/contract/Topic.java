package dev.nexus.contract;

import java.time.Duration;
import java.util.Map;

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
    MODEL_CALLS("model-calls", 12, Duration.ofDays(7), Topic.LARGE);

    /** Bytes of the largest record where files, plans and prompts travel. */
    public static final int LARGE = 4 * 1024 * 1024;

    private static final int SMALL = 1024 * 1024;

    private final String baseName;
    private final int partitions;
    private final Duration retention;
    private final int maxBytes;

    Topic(String baseName, int partitions, Duration retention, int maxBytes) {
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

    String baseName() {
        return baseName;
    }

    int partitions() {
        return partitions;
    }

    /** What is read from outside, and so may hold a record that no one can process. */
    boolean hasDeadLetters() {
        return switch (this) {
            case JOB_REQUESTS, PLAN_REQUESTS, BUILD_REQUESTS, TEST_REQUESTS, JOB_EVENTS, JOB_CONTROL -> true;
            case WORKER_HEARTBEATS, JOB_ARTEFACTS, MODEL_CALLS -> false;
        };
    }

    Map<String, String> config() {
        Duration segment = this == WORKER_HEARTBEATS ? Duration.ofMinutes(10) : Duration.ofDays(1);
        return Map.of(
                "cleanup.policy", "delete",
                "retention.ms", Long.toString(retention.toMillis()),
                "segment.ms", Long.toString(segment.toMillis()),
                "max.message.bytes", Integer.toString(maxBytes),
                "message.timestamp.type", "LogAppendTime");
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
