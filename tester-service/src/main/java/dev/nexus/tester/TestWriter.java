package dev.nexus.tester;

import dev.nexus.agent.Agent;
import dev.nexus.agent.Asking;
import dev.nexus.agent.Task;
import dev.nexus.agent.TaskFailure;
import dev.nexus.contract.ArtefactRef;
import dev.nexus.contract.ErrorCode;
import dev.nexus.contract.Fidelity;
import dev.nexus.contract.Json;
import dev.nexus.contract.Order;
import dev.nexus.contract.Outcome;
import dev.nexus.contract.TestQuality;
import dev.nexus.model.FileBlocks;
import dev.nexus.model.ModelRequest;
import dev.nexus.model.OutputFormat;
import dev.nexus.model.PromptTemplate;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Has the model write tests from a specification, without a sight of what they will test, and a second time if most of
 * them prove nothing.
 */
final class TestWriter implements Agent<Order.WriteTestsOrder> {

    private static final int MAX_OUTPUT_TOKENS = 16_000;

    /** More would bury the first ones. */
    private static final int VACUOUS_TOLD = 20;

    private static final Asking.Wanted WANTED = new Asking.Wanted(
            "usable test suite", "write fewer or shorter tests", "Write all test files again, in full, as blocks.");

    private final PromptTemplate prompt;
    private final StubRuns stubRuns;

    private final Check check;

    TestWriter(PromptTemplate prompt, StubRuns stubRuns, Check check) {
        this.prompt = prompt;
        this.stubRuns = stubRuns;
        this.check = check;
    }

    /** Returns if the sandbox holds. */
    @FunctionalInterface
    interface Check {
        void require() throws SandboxUnavailable, InterruptedException;
    }

    /** A suite that the model wrote, and what was found of its worth. */
    private record Suite(Map<String, String> files, Fidelity fidelity, StubRuns.Found found) {

        TestQuality quality() {
            return found.quality();
        }

        /** Of two with as many meaningful tests, the one with fewer others, and the first of equals. */
        Suite orBetter(Suite second) {
            int more = second.quality().meaningful() - quality().meaningful();
            boolean better = more > 0
                    || (more == 0 && second.quality().tests() < quality().tests());
            return better && second.quality().tests() > 0 ? second : this;
        }
    }

    @Override
    public Outcome run(Order.WriteTestsOrder order, Task task) throws TaskFailure, InterruptedException {
        try {
            check.require(); // before a model is paid for tests that nothing could run
            ModelRequest question = question(order, task);
            task.progress("writing tests");
            Suite suite = asked(question, order, task);
            // Stubs are all that a scaffold has, so that no test of it can be told from a vacuous one.
            if (suite.quality().isPoor() && suite.fidelity() != Fidelity.SCAFFOLD) {
                suite = askedAgain(suite, question, order, task);
            }
            return new Outcome.Written(saved(suite.files(), task), List.of(), suite.quality(), List.of());
        } catch (SandboxUnavailable e) {
            throw TaskFailure.of(ErrorCode.SANDBOX_UNAVAILABLE, e.remedy());
        }
    }

    private Suite asked(ModelRequest question, Order.WriteTestsOrder order, Task task)
            throws TaskFailure, InterruptedException, SandboxUnavailable {
        Asking.Answer<Map<String, String>> answer =
                Asking.ask(task, question, WANTED, text -> TestsReply.read(text, task.nonce()));
        task.progress("running the tests over stubs, where they have to fail");
        List<String> given = order.files().stream().map(ArtefactRef::path).toList();
        Stubs stubs = Stubs.of(order.plan(), given, answer.value().values());
        Map<String, String> files = beside(given, answer.value());
        return new Suite(files, answer.fidelity(), stubRuns.of(stubs, files, task::awaitClaim));
    }

    /** The same tests, none of which takes the place of one that was given. */
    private static Map<String, String> beside(List<String> given, Map<String, String> tests) {
        Map<String, String> placed = new LinkedHashMap<>();
        tests.forEach((path, content) -> {
            String name = path.substring(0, path.length() - ".py".length());
            String free = path;
            for (int n = 2; given.contains(free) || placed.containsKey(free); n++) {
                free = name + "_" + n + ".py";
            }
            placed.put(free, content);
        });
        return placed;
    }

    /** The better one of this suite and another, for which the model is asked a single time. */
    private Suite askedAgain(Suite first, ModelRequest question, Order.WriteTestsOrder order, Task task)
            throws TaskFailure, InterruptedException, SandboxUnavailable {
        TestQuality quality = first.quality();
        task.progress(quality.meaningful() + " of " + quality.tests()
                + " tests fail where there is only a stub: asking for others, once");
        StringBuilder answer = new StringBuilder();
        first.files().forEach((path, content) -> answer.append(FileBlocks.write(task.nonce(), path, content)));
        try {
            return first.orBetter(asked(question.askedAgain(answer.toString(), complaint(quality)), order, task));
        } catch (TaskFailure e) {
            if (e.error().code() != ErrorCode.INVALID_MODEL_OUTPUT) {
                throw e;
            }
            task.progress("the other tests cannot be used; the first ones are kept");
            return first;
        }
    }

    private static String complaint(TestQuality quality) {
        if (quality.tests() == 0) {
            return "None of these tests could be collected, not even where a stub has every name that they import."
                    + " Write all test files again, in full, as blocks.";
        }
        List<String> told = quality.vacuous().stream()
                .limit(VACUOUS_TOLD)
                .map(id -> "- " + id)
                .toList();
        int left = quality.tests() - quality.meaningful() - told.size();
        return "These tests prove nothing. They pass where every function only raises NotImplementedError, or where all"
                + " return None and likewise where all return one and the same object:\n"
                + String.join("\n", told) + (left > 0 ? "\n- and " + left + " more" : "")
                + "\nWrite all test files again, in full, as blocks. Compare what the code returns, or how its objects"
                + " change, with what the specification demands.";
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
        return task.question(prompt, "tests", values, new OutputFormat.Files(task.nonce()), MAX_OUTPUT_TOKENS);
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
