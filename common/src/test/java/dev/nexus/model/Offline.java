package dev.nexus.model;

import dev.nexus.contract.Fidelity;
import dev.nexus.contract.Json;
import dev.nexus.contract.Plan;
import dev.nexus.model.AgentPrompts.Failure;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** An offline model without delay, and what agents do with it, in a few words. */
final class Offline {

    static final OfflineModel MODEL = model(ModelSettings.Faults.NONE);

    private Offline() {}

    static OfflineModel model(ModelSettings.Faults faults) {
        return new OfflineModel(new ModelSettings.Offline(Duration.ZERO, Duration.ZERO, faults), Repertoire.load());
    }

    static ModelReply ask(ModelRequest request) {
        return ask(MODEL, request, new ArrayList<>());
    }

    static ModelReply ask(OfflineModel model, ModelRequest request, List<ModelEvent> events) {
        try {
            return model.reply(request, new Listener(events));
        } catch (ModelException | InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    static Plan plan(String spec) {
        return Json.read(ask(AgentPrompts.plan(spec)).text().getBytes(StandardCharsets.UTF_8), Plan.class);
    }

    static boolean implementsIt(String spec) {
        return ask(AgentPrompts.plan(spec)).fidelity() == Fidelity.IMPLEMENTATION;
    }

    /** All files of the plan as a first build gives them. */
    static Map<String, String> build(@Nullable String spec, Plan plan) {
        return build(spec, plan, Map.of(), List.of());
    }

    static Map<String, String> build(
            @Nullable String spec, Plan plan, Map<String, String> current, List<Failure> failures) {
        Map<String, String> files = new LinkedHashMap<>();
        plan.steps()
                .forEach(step -> files.putAll(
                        files(ask(AgentPrompts.repair(spec, plan, step.id(), current, failures)), step.files())));
        return files;
    }

    static Map<String, String> tests(String spec, Plan plan) {
        return files(ask(AgentPrompts.tests(spec, plan, Map.of())), null);
    }

    /** The files of an answer; fails if it breaks a rule of {@link FileBlocks}. */
    static Map<String, String> files(ModelReply reply, @Nullable List<String> allowed) {
        return switch (FileBlocks.parse(
                AgentPrompts.NONCE,
                reply.text(),
                path -> allowed == null ? path.matches("tests/test_\\w+\\.py") : allowed.contains(path))) {
            case FileBlocks.Parsed.Files f -> f.contents();
            case FileBlocks.Parsed.Invalid i -> throw new AssertionError(i.problems() + "\n" + reply.text());
        };
    }
}
