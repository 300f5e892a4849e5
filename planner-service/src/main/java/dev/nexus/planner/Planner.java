package dev.nexus.planner;

import dev.nexus.agent.Agent;
import dev.nexus.agent.Asking;
import dev.nexus.agent.Task;
import dev.nexus.agent.TaskFailure;
import dev.nexus.contract.ArtefactRef;
import dev.nexus.contract.ErrorCode;
import dev.nexus.contract.Order;
import dev.nexus.contract.Outcome;
import dev.nexus.model.ModelRequest;
import dev.nexus.model.PromptTemplate;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Turns a specification into a plan: the cached one, or what the model answers once its answer is a valid plan. */
final class Planner implements Agent<Order.PlanOrder> {

    private static final int MAX_OUTPUT_TOKENS = 16_000;

    private static final Asking.Wanted WANTED = new Asking.Wanted(
            "valid plan",
            "plan fewer steps, and describe them more briefly",
            "Answer again with the whole plan, as one JSON document that fits the schema, and nothing else.");

    private final PromptTemplate prompt;
    private final PlanCache cache;

    Planner(PromptTemplate prompt, PlanCache cache) {
        this.prompt = prompt;
        this.cache = cache;
    }

    @Override
    public Outcome run(Order.PlanOrder order, Task task) throws TaskFailure, InterruptedException {
        if (order.terms() != null && order.terms().replay() != null) {
            // It has recorded replies to use, and a prompt or model of its own leaves no plan to others.
            return new Outcome.Planned(ask(order, task).plan(), false);
        }
        if (!order.files().isEmpty()) { // a plan for these files is of no use to others
            return new Outcome.Planned(ask(order, task).plan(), false);
        }
        String key = PlanCache.key(order.spec(), task.model(), prompt.version());
        Optional<PlanCache.Entry> known = order.mayUseCache() ? cache.get(key) : Optional.empty();
        if (known.isPresent()) {
            task.progress("an equal specification has a plan already");
            task.reused(known.get().fidelity());
            return new Outcome.Planned(known.get().plan(), true);
        }
        PlanCache.Entry made = ask(order, task);
        cache.put(key, made);
        return new Outcome.Planned(made.plan(), false);
    }

    private PlanCache.Entry ask(Order.PlanOrder order, Task task) throws TaskFailure, InterruptedException {
        List<Map<String, String>> files = new ArrayList<>();
        for (ArtefactRef file : order.files()) {
            // The template ends the last line.
            String content = new String(task.read(file), StandardCharsets.UTF_8).stripTrailing();
            files.add(Map.of("path", file.path(), "content", content));
        }
        Map<String, Object> values = Map.of("nonce", task.nonce(), "spec", order.spec(), "files", files);
        ModelRequest request = task.question(prompt, "planner", values, PlanReply.FORMAT, MAX_OUTPUT_TOKENS);
        task.progress("asking " + task.model() + " for a plan");
        Asking.Answer<PlanReply> answer = Asking.ask(task, request, WANTED, PlanReply::read);
        return switch (answer.value()) {
            case PlanReply.Valid(var plan) -> new PlanCache.Entry(plan, answer.fidelity());
            case PlanReply.OtherLanguage(var language) -> throw unsupported(language);
        };
    }

    private static TaskFailure unsupported(String language) {
        return TaskFailure.of(
                ErrorCode.UNSUPPORTED_LANGUAGE,
                "the specification asks for " + language
                        + ", but Nexus writes Python only; ask for Python, or leave the" + " language open");
    }
}
