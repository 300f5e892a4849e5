package dev.nexus.standalone;

import dev.nexus.contract.CannotStart;
import dev.nexus.contract.Topics;
import dev.nexus.model.ModelSettings;
import dev.nexus.model.Models;
import dev.nexus.standalone.client.GatewayClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.springframework.boot.context.properties.bind.BindException;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.kafka.autoconfigure.KafkaProperties;
import org.springframework.core.NestedExceptionUtils;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code nexus doctor}: whether Nexus can work as it is set up here, and what to do where it cannot. */
@Command(
        name = "doctor",
        sortOptions = false,
        description = {
            "Looks at the JDK, disk, ports, sandbox, brokers, topics, models, gateway and workers, and changes nothing.",
            "Each line says that it is well, or what is wrong and what to do. Exit code 1 if anything is wrong."
        },
        footer = {
            "",
            "Examples:",
            "  nexus doctor",
            "  KAFKA_BOOTSTRAP_SERVERS=kafka:9092 nexus doctor --only broker",
            "  nexus doctor --json | jq '.checks[] | select(.status == \"wrong\")'"
        })
final class DoctorCommand implements Callable<Integer> {

    private static final int NAME = 9;
    private static final int NARROW = 40;
    private static final int WRAP = 120;

    private final Shell shell;

    @Option(
            names = "--port",
            defaultValue = "8080",
            paramLabel = "PORT",
            description = "That a gateway is to listen on; ${DEFAULT-VALUE} if not given.")
    private int port;

    @Option(
            names = "--data",
            defaultValue = ".nexus",
            paramLabel = "DIR",
            description = "Where 'nexus up' keeps everything; ${DEFAULT-VALUE} if not given.")
    private Path data = Path.of("");

    @Option(
            names = "--only",
            split = ",",
            paramLabel = "CHECK",
            description =
                    "These alone: jdk, disk, ports, sandbox, broker (and topics), models, gateway (and workers), node.")
    private List<String> only = List.of();

    @Mixin
    private PrefixOption prefix = new PrefixOption();

    @Mixin
    private GatewayOption server = new GatewayOption();

    /** What programs get. */
    private record Report(boolean ok, List<Finding> checks) {}

    /** One or more looks that belong together. */
    @FunctionalInterface
    private interface Look {
        List<Finding> take() throws InterruptedException;
    }

    DoctorCommand(Shell shell) {
        this.shell = shell;
    }

    @Override
    public Integer call() throws InterruptedException {
        if (port < 1 || port > 65535) {
            throw CommandFailure.usage("--port is " + port + "; it is from 1 to 65535");
        }
        Topics topics = prefix.topics(shell);
        Binder settings = Settings.of(shell);
        Path folder = shell.folder().resolve(data);
        Map<String, Look> looks = new LinkedHashMap<>();
        looks.put("jdk", () -> List.of(MachineChecks.jdk(Runtime.version(), shell.environment())));
        looks.put("disk", () -> List.of(MachineChecks.disk(folder, settings)));
        looks.put("ports", () -> List.of(MachineChecks.port(port)));
        looks.put("sandbox", () -> List.of(MachineChecks.sandbox(settings)));
        looks.put("broker", () -> cluster(folder, topics));
        looks.put("models", () -> List.of(models(settings)));
        looks.put("gateway", this::gateway);
        looks.put("node", () -> List.of(MachineChecks.node(shell.environment())));
        for (String name : only) {
            if (!looks.containsKey(name)) {
                throw CommandFailure.usage(
                        "--only knows no '" + name + "'; use some of " + String.join(", ", looks.keySet()));
            }
        }
        if (!only.isEmpty()) {
            looks.keySet().retainAll(only);
        }
        List<Finding> all = new ArrayList<>();
        for (Look look : looks.values()) {
            List<Finding> found = look.take();
            all.addAll(found);
            if (!shell.json()) { // one after the other: some take seconds
                found.stream().flatMap(each -> lines(each).stream()).forEach(shell.out()::println);
                shell.out().flush();
            }
        }
        List<Finding> wrong = all.stream()
                .filter(each -> each.status() == Finding.Status.WRONG)
                .toList();
        if (shell.json()) {
            shell.tell(new Report(wrong.isEmpty(), all));
        } else {
            shell.out()
                    .println(
                            wrong.isEmpty()
                                    ? "Nothing is wrong."
                                    : EventText.count(wrong.size(), "thing") + " to mend.");
            shell.out().flush();
        }
        return wrong.isEmpty() ? ExitCode.PASSED : 1;
    }

    private List<Finding> cluster(Path folder, Topics topics) throws InterruptedException {
        KafkaProperties kafka;
        try {
            kafka = Settings.kafka(shell);
        } catch (BindException e) {
            return List.of(
                    Finding.wrong(
                            "broker",
                            "a setting spring.kafka.* is wrong: "
                                    + NestedExceptionUtils.getMostSpecificCause(e)
                                            .getMessage(),
                            "mend " + e.getName()),
                    Finding.skipped("topics", "without a broker there are none"));
        }
        if (!Settings.nameBrokers(shell)) {
            Optional<String> own = brokerOf(folder);
            if (own.isEmpty()) {
                return List.of(
                        Finding.skipped(
                                "broker",
                                "KAFKA_BOOTSTRAP_SERVERS names none; 'nexus up' and 'nexus run' bring their own"),
                        Finding.skipped("topics", "without a broker there are none"));
            }
            kafka.setBootstrapServers(List.of(own.get()));
        }
        return ClusterChecks.of(kafka, topics);
    }

    /** Of a {@code nexus up} that has the data directory. */
    private static Optional<String> brokerOf(Path folder) {
        if (DataDirectory.owner(folder)
                .filter(owner -> owner.purpose().equals("up"))
                .isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of("127.0.0.1:"
                    + Files.readString(folder.resolve("broker.port")).strip());
        } catch (IOException e) {
            return Optional.empty(); // it uses brokers elsewhere, or has only just begun
        }
    }

    private Finding models(Binder binder) {
        try {
            ModelSettings settings = binder.bindOrCreate("nexus.models", ModelSettings.class);
            Models models = Models.of(settings);
            var names = new TreeSet<>(Stream.of("planner", "builder", "tester")
                    .map(agent -> models.forAgent(agent).name())
                    .toList());
            boolean hasKey = Stream.of("OPENAI_API_KEY", "ANTHROPIC_API_KEY", "GEMINI_API_KEY")
                    .anyMatch(key -> !shell.environment().getOrDefault(key, "").isBlank());
            String chosen = String.join(", ", names);
            return hasKey && names.equals(Collections.singleton("offline"))
                    ? Finding.hint(
                            "models",
                            "there is a key, and the offline model is used",
                            "set ENABLE_LIVE_LLM=true to use the provider's models")
                    : Finding.ok("models", chosen);
        } catch (CannotStart e) {
            return split(String.valueOf(e.getMessage()));
        } catch (BindException e) {
            return Finding.wrong(
                    "models",
                    e.getName() + " is wrong: "
                            + NestedExceptionUtils.getMostSpecificCause(e).getMessage(),
                    "mend it; the README's table of settings says what it may be");
        }
    }

    /** These lines say what to do behind a colon. */
    private static Finding split(String line) {
        int middle = line.lastIndexOf(": ");
        return middle < 0
                ? Finding.wrong("models", line)
                : Finding.wrong("models", line.substring(0, middle), line.substring(middle + 2));
    }

    private List<Finding> gateway() {
        boolean named = server.isNamed(shell);
        try (GatewayClient gateway = server.open(shell)) {
            return GatewayChecks.of(gateway, named, GatewayOption.key(shell) != null);
        }
    }

    private List<String> lines(Finding finding) {
        Screen screen = shell.screen();
        int columns = screen == null ? Integer.MAX_VALUE : Math.max(NARROW, Math.min(WRAP, screen.columns()));
        Ink ink = shell.ink();
        String mark = switch (finding.status()) {
            case OK -> ink.good("ok     ");
            case HINT -> ink.warning("hint   ");
            case SKIPPED -> ink.faint("-      ");
            case WRONG -> ink.bad("WRONG  ");
        };
        String text = EventText.printable(finding.found())
                + (finding.remedy() == null ? "" : "; " + EventText.printable(finding.remedy()));
        String before = Columns.left(finding.check(), NAME);
        int indent = "WRONG  ".length() + NAME;
        List<String> wrapped = Columns.wrap(text, columns - indent);
        List<String> lines = new ArrayList<>();
        for (int i = 0; i < wrapped.size(); i++) {
            lines.add(i == 0 ? mark + before + wrapped.get(i) : " ".repeat(indent) + wrapped.get(i));
        }
        return lines;
    }
}
