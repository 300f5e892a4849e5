package dev.nexus.tester;

import dev.nexus.agent.Agent;
import dev.nexus.agent.Asking;
import dev.nexus.agent.Task;
import dev.nexus.agent.TaskFailure;
import dev.nexus.contract.ArtefactRef;
import dev.nexus.contract.Json;
import dev.nexus.contract.Order;
import dev.nexus.contract.Outcome;
import dev.nexus.model.ModelRequest;
import dev.nexus.model.OutputFormat;
import dev.nexus.model.PromptTemplate;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Has the model write tests from a specification, without a sight of what they will test. */
final class TestWriter implements Agent<Order.WriteTestsOrder> {

    private static final int MAX_OUTPUT_TOKENS = 16_000;

    private static final Asking.Wanted WANTED = new Asking.Wanted(
            "usable test suite", "write fewer or shorter tests", "Write all test files again, in full, as blocks.");

    private final PromptTemplate prompt = PromptTemplate.load("prompts/tests.md");

    @Override
    public Outcome run(Order.WriteTestsOrder order, Task task) throws TaskFailure, InterruptedException {
        ModelRequest question = question(order, task);
        task.progress("writing tests");
        Map<String, String> files = Asking.ask(task, question, WANTED, text -> TestsReply.read(text, task.nonce()))
                .value();
        return new Outcome.Written(saved(files, task));
    }

    private ModelRequest question(Order.WriteTestsOrder order, Task task) throws TaskFailure, InterruptedException {
        List<Map<String, String>> files = new ArrayList<>();
        for (ArtefactRef ref : order.files()) {
            // The template ends the last line.
            String content = new String(task.read(ref), StandardCharsets.UTF_8).stripTrailing();
            files.add(Map.of("path", ref.path(), "content", content));
        }
        String plan = order.plan() == null
                ? ""
                : Json.MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(order.plan());
        Map<String, Object> values = Map.of("nonce", task.nonce(), "spec", order.spec(), "plan", plan, "files", files);
        return prompt.render(values, new OutputFormat.Files(task.nonce()), MAX_OUTPUT_TOKENS);
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
