package dev.nexus.standalone;

import dev.nexus.contract.Json;
import dev.nexus.standalone.client.GatewayClient;
import dev.nexus.standalone.client.GatewayException;
import dev.nexus.standalone.client.JobView;
import dev.nexus.standalone.client.SystemView;
import java.time.Duration;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import tools.jackson.databind.JsonNode;

/** {@code nexus top}: workers, queues and jobs, for whoever looks after them. */
@Command(
        name = "top",
        sortOptions = false,
        description = {
            "Shows brokers, gateways, queues, workers with what they have in hand, and the newest jobs, each second anew.",
            "On a terminal in its place, until Ctrl-C; elsewhere as plain lines."
        },
        footer = {"", "Examples:", "  nexus top", "  nexus top --once", "  nexus top --once --json | jq .system.stages"
        })
final class TopCommand implements Runnable {

    private static final int MOST_JOBS = 100;
    private static final int TOO_MANY_REQUESTS = 429; // others of the tenant may use its rate up
    private static final int LONGEST_INTERVAL = 3600;

    private final Shell shell;

    @Option(names = "--once", description = "Shows it once, and ends.")
    private boolean once;

    @Option(
            names = "--interval",
            defaultValue = "1",
            paramLabel = "SECONDS",
            description = "Between two looks; ${DEFAULT-VALUE} if not given.")
    private int interval;

    @Mixin
    private GatewayOption server = new GatewayOption();

    /** What programs get. */
    private record Document(JsonNode system, JsonNode jobs) {}

    TopCommand(Shell shell) {
        this.shell = shell;
    }

    @Override
    public void run() {
        if (interval < 1 || interval > LONGEST_INTERVAL) {
            throw CommandFailure.usage("--interval is " + interval + "; it is from 1 to " + LONGEST_INTERVAL);
        }
        Screen screen = shell.screen();
        try (GatewayClient gateway = server.open(shell)) {
            if (once || screen == null) {
                show(gateway);
                while (!once && pause()) {
                    show(gateway);
                }
            } else {
                watch(gateway, screen);
            }
        }
    }

    /** As lines. */
    private void show(GatewayClient gateway) {
        if (shell.json()) {
            JsonNode system = gateway.document("/system");
            shell.tell(new Document(
                    system,
                    system.at("/gateway/ready").booleanValue(false)
                            ? gateway.document("/jobs?limit=" + MOST_JOBS).path("jobs")
                            : Json.MAPPER.createArrayNode()));
            return;
        }
        Screen screen = shell.screen();
        lines(gateway, screen == null ? TopTable.forFiles() : TopTable.on(screen))
                .forEach(shell.out()::println);
        if (!once) {
            shell.out().println();
        }
        shell.out().flush();
    }

    /** In its place; a gateway that is away for a while is waited for. */
    private void watch(GatewayClient gateway, Screen screen) {
        Canvas canvas = new Canvas(shell.out(), screen);
        boolean seen = false;
        do {
            List<String> lines = lines(gateway, screen, seen);
            if (Thread.currentThread().isInterrupted()) {
                return; // while it asked: what was drawn last stays
            }
            seen = true;
            canvas.draw(lines.subList(0, Math.min(lines.size(), Math.max(1, screen.rows() - 1))));
        } while (pause());
    }

    /** @param patient whether one that does not answer may be away for a moment only */
    private static List<String> lines(GatewayClient gateway, Screen screen, boolean patient) {
        try {
            return lines(gateway, TopTable.on(screen));
        } catch (GatewayException e) {
            if (!patient || (e.reason() == GatewayException.Reason.REFUSED && e.status() != TOO_MANY_REQUESTS)) {
                throw e;
            }
            return List.of(
                    Columns.fit("no answer: " + EventText.printable(String.valueOf(e.getMessage())), screen.columns()),
                    Columns.fit("It is asked again; Ctrl-C ends this.", screen.columns()));
        }
    }

    private static List<String> lines(GatewayClient gateway, TopTable table) {
        SystemView system = gateway.system();
        List<JobView> jobs =
                system.gateway().ready() ? gateway.newest(MOST_JOBS) : List.of(); // till then it knows none
        return table.lines(gateway.server(), system, jobs);
    }

    private boolean pause() {
        try {
            Thread.sleep(Duration.ofSeconds(interval));
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
