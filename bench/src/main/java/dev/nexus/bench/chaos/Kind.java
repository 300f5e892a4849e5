package dev.nexus.bench.chaos;

import dev.nexus.builder.BuilderApplication;
import dev.nexus.gateway.GatewayApplication;
import dev.nexus.planner.PlannerApplication;
import dev.nexus.tester.TesterApplication;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The kinds of processes that a run consists of. */
enum Kind {
    BROKER(null),
    GATEWAY(GatewayApplication.class),
    PLANNER(PlannerApplication.class),
    BUILDER(BuilderApplication.class),
    TESTER(TesterApplication.class);

    private final @Nullable Class<?> application;

    Kind(@Nullable Class<?> application) {
        this.application = application;
    }

    /** What the process runs. */
    Class<?> application() {
        if (application == null) {
            throw new IllegalStateException("a broker is no Nexus service");
        }
        return application;
    }

    boolean isAgent() {
        return this != BROKER && this != GATEWAY;
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
