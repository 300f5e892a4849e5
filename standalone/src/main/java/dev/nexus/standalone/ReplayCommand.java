package dev.nexus.standalone;

import dev.nexus.contract.Limits;
import dev.nexus.contract.Replay;
import dev.nexus.model.PromptTemplate;
import dev.nexus.model.Prompts;
import dev.nexus.standalone.client.GatewayClient;
import dev.nexus.standalone.client.JobFollower;
import dev.nexus.standalone.client.JobView;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicReference;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code nexus replay}: what a finished job would have given with another model or prompt. */
@Command(
        name = "replay",
        sortOptions = false,
        description = {
            "Runs a finished job again with models or prompts exchanged, and shows what comes out otherwise.",
            "What was asked before gets the recorded replies; only other questions are asked, and paid for."
        },
        footer = {
            "",
            "Examples:",
            "  nexus replay 0198c5a2-7c00-7000-8000-000000000001 --prompt builder=shorter.md",
            "  nexus replay 0198c5a2-7c00-7000-8000-000000000001 --model planner=anthropic/claude-opus-5-5"
        })
final class ReplayCommand implements Callable<Integer> {

    private final Shell shell;

    @Parameters(paramLabel = "ID", description = "The job.")
    private String id = "";

    @Option(
            names = "--model",
            paramLabel = "AGENT=MODEL",
            description = "Asks another model: of planner, builder or tester. May be given several times.")
    private Map<String, String> models = new LinkedHashMap<>();

    @Option(
            names = "--prompt",
            paramLabel = "NAME=FILE",
            description = "Uses another prompt: planner, builder, tests or review. May be given several times.")
    private Map<String, String> prompts = new LinkedHashMap<>();

    @Mixin
    private Results results = new Results();

    @Mixin
    private GatewayOption server = new GatewayOption();

    ReplayCommand(Shell shell) {
        this.shell = shell;
    }

    @Override
    public Integer call() {
        requireKnown("--model", models, Replay.MODELS);
        requireKnown("--prompt", prompts, Replay.PROMPTS.keySet());
        Map<String, String> templates = new TreeMap<>();
        prompts.forEach((name, file) -> templates.put(name, template(name, file)));
        try (GatewayClient gateway = server.open(shell)) {
            JobView before = gateway.job(id);
            Map<String, String> files = files(gateway, before); // if they are gone, nothing is asked for them
            AtomicReference<String> replay = new AtomicReference<>("");
            try (Progress progress = shell.progress();
                    OnInterrupt _ = OnInterrupt.then(() -> {
                        progress.stop(); // what is told of the end stands below it
                        RunCommand.cancel(shell, gateway, replay.get());
                    })) {
                replay.set(gateway.replay(id, models, templates).id());
                JobView after = new JobFollower(gateway).follow(replay.get(), progress::show);
                progress.stop();
                String place = after.artefacts().isEmpty() ? null : results.fetch(shell, gateway, after);
                List<String> difference = new JobDifference(before, after).lines(files, files(gateway, after));
                if (shell.json()) {
                    shell.tell(new Difference("nexus.difference", id, difference));
                }
                int code = new JobSummary(after).tell(shell, gateway, place);
                if (!shell.json()) {
                    shell.out().println();
                    difference.forEach(shell.out()::println);
                }
                return code;
            }
        }
    }

    /** What comes out otherwise, for programs: in the words for people. */
    private record Difference(String type, String from, List<String> lines) {}

    private static void requireKnown(String option, Map<String, String> given, Set<String> known) {
        given.keySet().stream()
                .filter(name -> !known.contains(name))
                .findFirst()
                .ifPresent(name -> {
                    throw CommandFailure.usage(
                            option + " knows no '" + name + "'; use one of " + String.join(", ", new TreeSet<>(known)));
                });
    }

    /** The template in a file, once it is sure that it is one. */
    private String template(String name, String file) {
        String text = TextFile.read(shell, file, System.in);
        int bytes = text.getBytes(StandardCharsets.UTF_8).length;
        if (bytes > Limits.PROMPT_BYTES) {
            throw CommandFailure.usage(file + " has " + bytes + " bytes, the limit of a prompt is "
                    + Limits.PROMPT_BYTES + "; shorten it");
        }
        try {
            String fault =
                    PromptTemplate.of(text).faultInPlaceOf(Prompts.builtIn().get(name));
            if (fault == null) {
                return text;
            }
            throw CommandFailure.usage(file + " can't be the prompt '" + name + "': " + fault);
        } catch (IllegalArgumentException e) {
            throw CommandFailure.usage(file + " can't be the prompt '" + name + "': " + e.getMessage());
        }
    }

    private static Map<String, String> files(GatewayClient gateway, JobView job) {
        Map<String, String> files = new TreeMap<>();
        job.artefacts()
                .forEach(file -> files.put(
                        file.path(), new String(gateway.artefact(job.id(), file.path()), StandardCharsets.UTF_8)));
        return files;
    }
}
