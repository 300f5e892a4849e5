package dev.nexus.tester;

import dev.nexus.agent.Agent;
import dev.nexus.agent.Asking;
import dev.nexus.agent.Changes;
import dev.nexus.agent.Task;
import dev.nexus.agent.TaskFailure;
import dev.nexus.contract.ArtefactRef;
import dev.nexus.contract.ErrorCode;
import dev.nexus.contract.Json;
import dev.nexus.contract.Order;
import dev.nexus.contract.Outcome;
import dev.nexus.contract.ReplacedTest;
import dev.nexus.contract.TestReport;
import dev.nexus.model.ModelRequest;
import dev.nexus.model.OutputFormat;
import dev.nexus.model.PromptTemplate;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Has the model hold failing tests against the specification, without a sight of the code, and take back wrong ones. */
final class TestReviewer implements Agent<Order.ReviewTestsOrder> {

    private static final int MAX_OUTPUT_TOKENS = 16_000;

    /** More failures are not shown, and so cannot be taken back. */
    private static final int FAILURES = 20;

    private static final Pattern EXCEPTION = Pattern.compile("([A-Za-z_][A-Za-z0-9_.]{0,79})(?=:|$)");

    private static final Asking.Wanted WANTED = new Asking.Wanted(
            "usable review",
            "give fewer reasons",
            "Answer again in full: with NONE, or with the wrong tests and the whole files.");

    private final PromptTemplate prompt;
    private final StubRuns stubRuns;

    TestReviewer(PromptTemplate prompt, StubRuns stubRuns) {
        this.prompt = prompt;
        this.stubRuns = stubRuns;
    }

    @Override
    public Outcome run(Order.ReviewTestsOrder order, Task task) throws TaskFailure, InterruptedException {
        Map<String, String> before = new LinkedHashMap<>();
        for (ArtefactRef ref : order.files()) {
            before.put(ref.path(), new String(task.read(ref), StandardCharsets.UTF_8));
        }
        List<TestReport.Result> failures =
                order.failures().stream().limit(FAILURES).toList();
        List<String> failed = failures.stream().map(TestReport.Result::id).toList();
        task.progress("holding the failed tests against the specification");
        ReviewReply reply = Asking.ask(
                        task,
                        question(order, before, failures, task),
                        WANTED,
                        text -> ReviewReply.read(text, task.nonce(), before, failed))
                .value();
        if (reply.replaced().isEmpty()) {
            return new Outcome.Written(List.of());
        }
        try {
            return outcome(reply, before, order, task);
        } catch (SandboxUnavailable e) {
            throw TaskFailure.of(ErrorCode.SANDBOX_UNAVAILABLE, e.remedy());
        }
    }

    /** All else in a message is text that the code under test may have written, to talk the reviewer into something. */
    static String kindOf(@Nullable String message) {
        if (message == null) {
            return "";
        }
        Matcher kind = EXCEPTION.matcher(message);
        if (kind.lookingAt()) {
            return kind.group(1);
        }
        return message.startsWith("assert ") ? "AssertionError" : "";
    }

    private ModelRequest question(
            Order.ReviewTestsOrder order, Map<String, String> tests, List<TestReport.Result> failures, Task task)
            throws TaskFailure {
        // The template ends each last line.
        List<Map<String, String>> files = tests.entrySet().stream()
                .map(file ->
                        Map.of("path", file.getKey(), "content", file.getValue().stripTrailing()))
                .toList();
        List<Map<String, String>> told = failures.stream()
                .map(test -> Map.of("id", test.id(), "message", kindOf(test.message())))
                .toList();
        String plan = order.plan() == null
                ? ""
                : Json.MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(order.plan());
        Map<String, Object> values =
                Map.of("nonce", task.nonce(), "spec", order.spec(), "plan", plan, "files", files, "failures", told);
        return task.question(prompt, "review", values, new OutputFormat.Files(task.nonce()), MAX_OUTPUT_TOKENS);
    }

    private Outcome outcome(ReviewReply reply, Map<String, String> before, Order.ReviewTestsOrder order, Task task)
            throws TaskFailure, InterruptedException, SandboxUnavailable {
        Map<String, String> after = new LinkedHashMap<>(before);
        after.putAll(reply.files());
        StubRuns.Found old = found(before, order, task);
        StubRuns.Found now = found(after, order, task);
        Optional<String> weaker = weaker(reply.replaced(), old, now);
        if (weaker.isPresent()) {
            task.progress("no test is replaced: " + weaker.get());
            return new Outcome.Written(List.of());
        }
        List<ArtefactRef> files = new ArrayList<>();
        for (Map.Entry<String, String> file : reply.files().entrySet()) {
            files.add(task.save(file.getKey(), file.getValue().getBytes(StandardCharsets.UTF_8)));
        }
        return new Outcome.Written(files, Changes.between(before, reply.files()), now.quality(), reply.replaced());
    }

    private StubRuns.Found found(Map<String, String> tests, Order.ReviewTestsOrder order, Task task)
            throws InterruptedException, SandboxUnavailable {
        return stubRuns.of(Stubs.of(order.plan(), List.of(), tests.values()), tests, task::awaitClaim);
    }

    /** What would be lost with the new tests; empty if nothing. */
    private static Optional<String> weaker(List<ReplacedTest> replaced, StubRuns.Found old, StubRuns.Found now) {
        Set<String> names = replaced.stream().map(ReplacedTest::test).collect(Collectors.toUnmodifiableSet());
        return first(
                        now.vacuous().stream()
                                .filter(id -> names.contains(ReviewReply.functionOf(id)))
                                .findFirst()
                                .orElse(null),
                        " would prove nothing")
                .or(() -> first(
                        old.tests().stream()
                                .filter(id -> names.contains(ReviewReply.functionOf(id))
                                        ? casesOf(id, now) < casesOf(id, old)
                                        : !now.tests().contains(id))
                                .findFirst()
                                .orElse(null),
                        " would not be run any more"));
    }

    /** How many tests the function of {@code id} makes, with its parameters. */
    private static long casesOf(String id, StubRuns.Found found) {
        String function = ReviewReply.functionOf(id);
        return found.tests().stream()
                .filter(test -> ReviewReply.functionOf(test).equals(function))
                .count();
    }

    private static Optional<String> first(@Nullable String test, String fault) {
        return Optional.ofNullable(test).map(id -> id + fault);
    }
}
