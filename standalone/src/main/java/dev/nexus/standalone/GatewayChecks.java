package dev.nexus.standalone;

import dev.nexus.standalone.client.GatewayClient;
import dev.nexus.standalone.client.GatewayException;
import dev.nexus.standalone.client.SystemView;
import java.util.List;

/** What {@code nexus doctor} asks a gateway. */
final class GatewayChecks {

    private static final int UNAUTHORIZED = 401;
    private static final int FORBIDDEN = 403;
    private static final int NOT_FOUND = 404;

    private GatewayChecks() {}

    /** @param named whether somebody said that there is one here */
    static List<Finding> of(GatewayClient gateway, boolean named, boolean hasKey) {
        if (!gateway.answers()) {
            String nobody = "no Nexus gateway answers at " + gateway.server();
            return List.of(
                    named
                            ? Finding.wrong(
                                    "gateway", nobody, "start one with 'nexus up', or mend --server or NEXUS_SERVER")
                            : Finding.skipped("gateway", nobody + "; 'nexus up' starts one"),
                    Finding.skipped("workers", "only a gateway knows them"));
        }
        try {
            SystemView system = gateway.system();
            return List.of(gateway(gateway, system), workers(system));
        } catch (GatewayException e) {
            return List.of(refusal(gateway, e, hasKey), Finding.skipped("workers", "the gateway does not tell"));
        }
    }

    private static Finding refusal(GatewayClient gateway, GatewayException e, boolean hasKey) {
        String said = EventText.printable(String.valueOf(e.getMessage()));
        return switch (e.status()) {
            case UNAUTHORIZED ->
                hasKey
                        ? Finding.wrong(
                                "gateway",
                                gateway.server() + " refuses NEXUS_API_KEY: " + said,
                                "make a new key with 'nexus keys create', or copy it again")
                        : Finding.wrong(
                                "gateway",
                                gateway.server() + " asks for a key, and NEXUS_API_KEY is not set",
                                "export NEXUS_API_KEY=$(nexus keys create --tenant … --scope jobs:read,jobs:write)");
            case FORBIDDEN ->
                Finding.wrong(
                        "gateway",
                        gateway.server() + " does not allow NEXUS_API_KEY to read: " + said,
                        "make a key with the scope jobs:read");
            case NOT_FOUND ->
                Finding.hint(
                        "gateway",
                        gateway.server() + " is of an older version and does not tell of its workers",
                        "update it");
            default ->
                Finding.wrong(
                        "gateway", gateway.server() + " does not answer as it should: " + said, "look into its log");
        };
    }

    private static Finding gateway(GatewayClient gateway, SystemView system) {
        SystemView.Here here = system.gateway();
        String trouble = here.trouble() != null ? here.trouble() : here.refusesJobs();
        if (trouble != null) {
            return Finding.wrong("gateway", trouble);
        }
        if (!here.ready()) {
            return Finding.hint(
                    "gateway",
                    gateway.server() + " still reads the log, " + here.lag() + " events to go",
                    "wait a moment");
        }
        boolean driven = system.gateways().stream().anyMatch(SystemView.Gateway::driving);
        return driven
                ? Finding.ok("gateway", gateway.server() + " is ready, version " + here.version())
                : Finding.hint("gateway", "no gateway sends orders at the moment", "one takes over within 10 s");
    }

    private static Finding workers(SystemView system) {
        List<String> missing = system.stages().stream()
                .filter(stage -> stage.workers() == 0)
                .map(SystemView.Stage::service)
                .toList();
        for (SystemView.Worker worker : system.workers()) {
            if (worker.problem() != null) {
                return Finding.wrong("workers", worker.id() + ": " + EventText.printable(worker.problem()));
            }
        }
        if (!missing.isEmpty()) {
            return Finding.wrong(
                    "workers",
                    "no " + String.join(", no ", missing) + " is there",
                    "start " + String.join(", ", missing) + " with the same brokers and nexus.topics.prefix");
        }
        int slots = system.stages().stream().mapToInt(SystemView.Stage::slots).sum();
        return Finding.ok(
                "workers",
                EventText.count(
                                system.stages().stream()
                                        .mapToInt(SystemView.Stage::workers)
                                        .sum(),
                                "worker") + ", " + EventText.count(slots, "slot"));
    }
}
