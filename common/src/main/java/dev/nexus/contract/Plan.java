package dev.nexus.contract;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the planner decided: what to build, which public interface it has, and in which steps.
 *
 * @param language the target language in lower case; {@code python} is the one that is built
 * @param interfaces the public interface that builder and test writer both work from
 */
public record Plan(
        String summary,
        String language,
        @JsonProperty("interface") List<Module> interfaces,
        List<PlanStep> steps) {

    /** @param name the module's import name, such as {@code bank.account} */
    public record Module(String name, List<Function> functions) {
        public Module {
            functions = copy(functions);
        }
    }

    /**
     * A public function, class or method.
     *
     * @param signature as it is written in the language, such as {@code to_roman(number: int) -> str}
     */
    public record Function(
            String name, String signature, @Nullable String description) {}

    /**
     * One build task.
     *
     * @param id lower-case letters, digits, {@code _} and {@code -}, unique in the plan
     * @param files the paths that this step writes; no other step writes them
     * @param dependsOn ids of steps that must be built before
     */
    public record PlanStep(String id, String title, List<String> files, List<String> dependsOn) {
        public PlanStep {
            files = copy(files);
            dependsOn = copy(dependsOn);
        }
    }

    public Plan {
        interfaces = copy(interfaces);
        steps = copy(steps);
    }

    /**
     * What names this very plan to whoever approves it: SHA-256, in lower-case hex, of its JSON as it stands in events: in
     * UTF-8, without white space, the fields in the order of these records, absent ones and empty lists left out.
     */
    public String hash() {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(Json.write(this)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    /** The step with this id. */
    public PlanStep step(String id) {
        return steps.stream()
                .filter(step -> step.id().equals(id))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("the plan has no step '" + id + "'"));
    }

    private static <T> List<T> copy(@Nullable List<T> list) {
        return list == null ? List.of() : List.copyOf(list);
    }
}
