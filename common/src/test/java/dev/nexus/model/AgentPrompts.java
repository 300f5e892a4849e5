package dev.nexus.model;

import com.samskivert.mustache.Mustache;
import dev.nexus.contract.Json;
import dev.nexus.contract.ModelCall.Message;
import dev.nexus.contract.Plan;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The prompts that the agents really send, rendered from the files of their modules, so that a changed prompt shows here. */
final class AgentPrompts {

    static final String NONCE = "0123456789abcdef";

    record Failure(String id, String message, String trace) {}

    private AgentPrompts() {}

    static ModelRequest plan(String spec) {
        return render(
                "planner-service/src/main/resources/prompts/planner.md",
                Map.of("spec", spec),
                new OutputFormat.JsonDocument("plan", "{}"));
    }

    static ModelRequest build(@Nullable String spec, Plan plan, String step) {
        return repair(spec, plan, step, Map.of(), List.of());
    }

    static ModelRequest repair(
            @Nullable String spec, Plan plan, String step, Map<String, String> current, List<Failure> failures) {
        Map<String, Object> values = new HashMap<>();
        values.put("spec", spec == null ? false : spec);
        values.put("plan", json(plan));
        values.put("step", json(plan.step(step)));
        values.put("files", files(current));
        values.put(
                "failures",
                failures.stream()
                        .map(f -> Map.of("id", f.id(), "message", f.message(), "trace", f.trace()))
                        .toList());
        values.put("run", List.of());
        values.put("more", false);
        values.put("repair", !failures.isEmpty());
        return render("builder-service/src/main/resources/prompts/builder.md", values, new OutputFormat.Files(NONCE));
    }

    static ModelRequest tests(String spec, @Nullable Plan plan, Map<String, String> current) {
        Map<String, Object> values = new HashMap<>();
        values.put("spec", spec);
        values.put("plan", plan == null ? false : json(plan));
        values.put("files", files(current));
        return render("tester-service/src/main/resources/prompts/tests.md", values, new OutputFormat.Files(NONCE));
    }

    static ModelRequest review(String spec, Plan plan, List<Failure> failures) {
        Map<String, Object> values = new HashMap<>();
        values.put("spec", spec);
        values.put("plan", json(plan));
        values.put("files", List.of());
        values.put(
                "failures",
                failures.stream()
                        .map(f -> Map.of("id", f.id(), "message", f.message()))
                        .toList());
        return render("tester-service/src/main/resources/prompts/review.md", values, new OutputFormat.Files(NONCE));
    }

    private static List<Map<String, String>> files(Map<String, String> current) {
        return current.entrySet().stream()
                .map(file -> Map.of("path", file.getKey(), "content", file.getValue()))
                .toList();
    }

    private static String json(Object value) {
        return new String(Json.write(value), StandardCharsets.UTF_8);
    }

    private static ModelRequest render(String file, Map<String, ?> values, OutputFormat format) {
        try {
            String text = Files.readString(Path.of("..").resolve(file));
            int line = text.indexOf("\n---\n");
            Map<String, Object> all = new HashMap<>(values);
            all.put("nonce", NONCE);
            var compiler = Mustache.compiler().escapeHTML(false).defaultValue("");
            return new ModelRequest(
                    "test",
                    compiler.compile(text.substring(0, line).strip()).execute(all),
                    List.of(new Message(
                            "user",
                            compiler.compile(text.substring(line + 5).strip()).execute(all))),
                    format,
                    100_000);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
