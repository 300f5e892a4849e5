package dev.nexus.builder;

import dev.nexus.agent.Agent;
import dev.nexus.agent.Asking;
import dev.nexus.agent.Changes;
import dev.nexus.agent.Task;
import dev.nexus.agent.TaskFailure;
import dev.nexus.contract.ArtefactRef;
import dev.nexus.contract.Json;
import dev.nexus.contract.Order;
import dev.nexus.contract.Outcome;
import dev.nexus.contract.Plan;
import dev.nexus.model.ModelRequest;
import dev.nexus.model.OutputFormat;
import dev.nexus.model.PromptTemplate;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** Writes the files of one plan step: asks the model until its answer holds all of them, and only then keeps any. */
final class Builder implements Agent<Order.BuildOrder> {

    private static final int MAX_OUTPUT_TOKENS = 32_000;

    private final PromptTemplate prompt;

    Builder(PromptTemplate prompt) {
        this.prompt = prompt;
    }

    @Override
    public Outcome run(Order.BuildOrder order, Task task) throws TaskFailure, InterruptedException {
        Plan.PlanStep step = order.plan().step(order.task().step());
        Map<String, String> before = contents(order.files(), task);
        Map<String, String> contents = ask(order, step, before, task);
        List<ArtefactRef> written = new ArrayList<>();
        for (String path : step.files()) {
            String content = Objects.requireNonNull(contents.get(path));
            written.add(task.save(path, content.getBytes(StandardCharsets.UTF_8)));
        }
        return new Outcome.Written(written, Changes.between(before, contents));
    }

    private static Map<String, String> contents(List<ArtefactRef> files, Task task)
            throws TaskFailure, InterruptedException {
        Map<String, String> contents = new LinkedHashMap<>();
        for (ArtefactRef file : files) {
            contents.put(file.path(), new String(task.read(file), StandardCharsets.UTF_8));
        }
        return contents;
    }

    private Map<String, String> ask(Order.BuildOrder order, Plan.PlanStep step, Map<String, String> current, Task task)
            throws TaskFailure, InterruptedException {
        ModelRequest request = request(order, step, current, task);
        task.progress("asking " + task.model() + " for the files of step " + step.id());
        Asking.Wanted wanted = new Asking.Wanted(
                "complete set of the files of step " + step.id(),
                "write the files only, and more briefly",
                "Answer again with every file of the step in full, each in its block.");
        return Asking.ask(task, request, wanted, text -> BuildReply.read(text, task.nonce(), step.files()))
                .value();
    }

    private ModelRequest request(Order.BuildOrder order, Plan.PlanStep step, Map<String, String> current, Task task)
            throws TaskFailure {
        List<Map<String, String>> files = current.entrySet().stream()
                .map(file -> Map.of("path", file.getKey(), "content", withoutLastLineEnd(file.getValue())))
                .toList();
        Map<String, Object> values = new HashMap<>(FailureReport.values(order));
        values.put("nonce", task.nonce());
        values.put("spec", order.spec() == null ? "" : order.spec());
        values.put("plan", pretty(order.plan()));
        values.put("step", pretty(step));
        values.put("files", files);
        values.put("repair", order.task().round() > 0);
        values.put("change", current.keySet().stream().anyMatch(path -> isGiven(path, step, order.plan())));
        return task.question(prompt, "builder", values, new OutputFormat.Files(task.nonce()), MAX_OUTPUT_TOKENS);
    }

    /** Whether it was there before the first step of the plan was built. */
    private static boolean isGiven(String path, Plan.PlanStep step, Plan plan) {
        return step.files().contains(path)
                || plan.steps().stream().noneMatch(each -> each.files().contains(path));
    }

    /** The template ends the line; else a file would seem to end with an empty one. */
    private static String withoutLastLineEnd(String content) {
        return content.endsWith("\n") ? content.substring(0, content.length() - 1) : content;
    }

    private static String pretty(Object value) {
        return Json.MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(value);
    }
}
