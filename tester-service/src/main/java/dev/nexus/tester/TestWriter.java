package dev.nexus.tester;

import dev.nexus.agent.Agent;
import dev.nexus.agent.Task;
import dev.nexus.agent.TaskFailure;
import dev.nexus.contract.ArtefactRef;
import dev.nexus.contract.ErrorCode;
import dev.nexus.contract.ErrorInfo;
import dev.nexus.contract.Json;
import dev.nexus.contract.Order;
import dev.nexus.contract.Outcome;
import dev.nexus.model.FileBlocks.Parsed;
import dev.nexus.model.ModelReply;
import dev.nexus.model.ModelRequest;
import dev.nexus.model.OutputFormat;
import dev.nexus.model.PromptTemplate;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Has the model write tests from a specification, without a sight of what they will test. */
final class TestWriter implements Agent<Order.WriteTestsOrder> {

    /** Times the model is asked before the task fails. */
    private static final int ASKS = 3;

    private static final int MAX_OUTPUT_TOKENS = 16_000;

    private final PromptTemplate prompt = PromptTemplate.load("prompts/tests.md");

    @Override
    public Outcome run(Order.WriteTestsOrder order, Task task) throws TaskFailure, InterruptedException {
        ModelRequest question = question(order, task);
        task.progress("writing tests");
        for (int asked = 1; ; asked++) {
            ModelReply reply = task.ask(question);
            switch (TestsReply.read(reply, task.nonce())) {
                case Parsed.Files(Map<String, String> files) -> {
                    return new Outcome.Written(saved(files, task));
                }
                case Parsed.Invalid(List<String> problems) -> {
                    if (asked == ASKS) {
                        throw new TaskFailure(
                                new ErrorInfo(
                                        ErrorCode.INVALID_MODEL_OUTPUT,
                                        "the model gave no usable tests in " + ASKS + " answers: "
                                                + String.join("; ", problems),
                                        false),
                                reply.text());
                    }
                    task.progress("the answer is not usable, asking again: " + problems.getFirst());
                    question = question.askedAgain(reply.text(), complaint(problems));
                }
            }
        }
    }

    private ModelRequest question(Order.WriteTestsOrder order, Task task) throws TaskFailure, InterruptedException {
        List<Map<String, String>> files = new ArrayList<>();
        for (ArtefactRef ref : order.files()) {
            // The template ends the last line.
            String content = new String(task.read(ref), StandardCharsets.UTF_8).stripTrailing();
            files.add(Map.of("path", ref.path(), "content", withoutNonce(content, ref.path(), task)));
        }
        Map<String, Object> values = new LinkedHashMap<>();
        values.put("nonce", task.nonce());
        values.put("spec", withoutNonce(order.spec(), "the specification", task));
        String plan = order.plan() == null
                ? ""
                : Json.MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(order.plan());
        values.put("plan", plan.isEmpty() ? false : withoutNonce(plan, "the plan", task));
        values.put("files", files);
        return prompt.render(values, new OutputFormat.Files(task.nonce()), MAX_OUTPUT_TOKENS);
    }

    /** Material that knows the nonce could end its own tag and give orders; by chance none does. */
    private static String withoutNonce(String material, String name, Task task) throws TaskFailure {
        if (material.contains(task.nonce())) {
            throw TaskFailure.of(
                    ErrorCode.INVALID_REQUEST,
                    name + " contains the mark that separates material from instructions; remove " + task.nonce());
        }
        return material;
    }

    private static String complaint(List<String> problems) {
        return "Your answer cannot be used:\n- " + String.join("\n- ", problems)
                + "\nWrite all test files again, in full, as blocks.";
    }

    private static List<ArtefactRef> saved(Map<String, String> files, Task task)
            throws TaskFailure, InterruptedException {
        List<ArtefactRef> saved = new ArrayList<>();
        for (Map.Entry<String, String> file : files.entrySet()) {
            saved.add(task.save(file.getKey(), file.getValue().getBytes(StandardCharsets.UTF_8)));
        }
        return saved;
    }
}
