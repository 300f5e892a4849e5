package dev.nexus.standalone;

import dev.nexus.standalone.client.CallView;
import dev.nexus.standalone.client.GatewayClient;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code nexus calls}: what models were asked and answered for a job, and what that cost. */
@Command(
        name = "calls",
        sortOptions = false,
        description = {
            "Shows every model call of a job: prompt, reply, tokens, cost, time.",
            "With --json it is the export of the calls, which an offline model can play (nexus.models.offline.cassettes)."
        },
        footer = {
            "",
            "Examples:",
            "  nexus calls 0198c5a2-7c00-7000-8000-000000000001 --task build:convert",
            "  nexus calls 0198c5a2-7c00-7000-8000-000000000001 --json > cassettes/roman.json"
        })
final class CallsCommand implements Runnable {

    private final Shell shell;

    @Parameters(paramLabel = "ID", description = "The job.")
    private String id = "";

    @Option(names = "--task", paramLabel = "TASK", description = "Of this task alone, such as plan or build:convert.")
    private @Nullable String task;

    @Mixin
    private GatewayOption server = new GatewayOption();

    CallsCommand(Shell shell) {
        this.shell = shell;
    }

    @Override
    public void run() {
        try (GatewayClient gateway = server.open(shell)) {
            if (shell.json()) {
                gateway.copyCalls(id, task, shell.out());
            } else {
                gateway.calls(id, task).stream()
                        .flatMap(call -> lines(call).stream())
                        .forEach(shell.out()::println);
            }
        }
    }

    private static List<String> lines(CallView call) {
        List<String> lines = new ArrayList<>();
        String time = call.durationMillis() == null ? "" : "  " + EventText.duration(call.durationMillis());
        String end = call.reply() == null ? "no reply: " + call.reason() : String.valueOf(call.stop());
        lines.add(EventText.printable(call.task() + "  attempt " + call.attempt() + "  call " + call.ordinal() + "  "
                + call.model() + time + "  " + EventText.usage(call.usage()) + "  " + end + "  " + call.recordedAt()));
        addText(lines, "system", call.system());
        call.messages().forEach(message -> addText(lines, message.role(), message.text()));
        addText(lines, "reply", call.reply());
        lines.add("");
        return lines;
    }

    private static void addText(List<String> lines, String name, @Nullable String text) {
        if (text != null && !text.isEmpty()) {
            lines.add("  --- " + EventText.printable(name));
            text.lines().forEach(line -> lines.add("  " + EventText.printableLine(line)));
        }
    }
}
