package dev.nexus.model;

import dev.nexus.contract.ErrorCode;
import dev.nexus.contract.ErrorInfo;
import dev.nexus.contract.Json;
import dev.nexus.contract.Plan;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;

/** What a prompt asks for, read from its tagged sections: all that the offline model understands of a prompt. */
sealed interface Question {

    /** A plan for a specification. */
    record ForPlan(String spec) implements Question {}

    /**
     * The files of one step.
     *
     * @param current path to content of what is there already
     * @param failures id, message and trace of the tests to mend; empty in a first build
     */
    record ForFiles(
            @Nullable String spec,
            Plan plan,
            Plan.PlanStep step,
            Map<String, String> current,
            List<String> failures,
            String nonce)
            implements Question {}

    /**
     * Test files; the interface comes from the plan, or from files where there is none.
     *
     * @param isAskedAgain whether earlier ones were of no use
     */
    record ForTests(String spec, @Nullable Plan plan, Map<String, String> current, boolean isAskedAgain, String nonce)
            implements Question {}

    /**
     * Which of the failing tests are wrong.
     *
     * @param failures their ids
     */
    record ForReview(String spec, @Nullable Plan plan, List<String> failures, String nonce) implements Question {}

    /** @throws ModelException if the prompt is none of those that the agents of Nexus send */
    static Question in(ModelRequest request) throws ModelException {
        // Later messages only say what was wrong with an answer: the first one has all the rest.
        String prompt = request.messages().isEmpty()
                ? ""
                : request.messages().getFirst().text();
        try {
            return switch (request.format()) {
                case OutputFormat.JsonDocument d -> plan(prompt);
                case OutputFormat.Files f -> files(prompt, isAskedAgain(request), f.nonce());
            };
        } catch (JacksonException e) {
            throw unknown("a plan or step in it is no valid JSON");
        }
    }

    private static Question plan(String prompt) throws ModelException {
        Matcher tag = Pattern.compile("<specification-([0-9A-Za-z]+)>").matcher(prompt);
        // Only the tag at the very beginning is the agent's own; a later one may be part of the specification.
        String spec = tag.lookingAt() ? section(prompt, "specification", tag.group(1)) : null;
        if (spec == null) {
            throw unknown("it begins with no specification");
        }
        return new ForPlan(spec);
    }

    private static Question files(String prompt, boolean isAskedAgain, String nonce) throws ModelException {
        String spec = section(prompt, "specification", nonce);
        String plan = section(prompt, "plan", nonce);
        String step = section(prompt, "step", nonce);
        Map<String, String> current = new LinkedHashMap<>();
        for (Matcher m = sections("current", "path", nonce).matcher(prompt); m.find(); ) {
            current.put(m.group(1), m.group(2));
        }
        List<String> failures = new ArrayList<>();
        List<String> failed = new ArrayList<>();
        for (Matcher m = sections("failure", "test", nonce).matcher(prompt); m.find(); ) {
            failures.add(m.group(1) + "\n" + m.group(2));
            failed.add(m.group(1));
        }
        if (plan != null && step != null) {
            return new ForFiles(
                    spec, read(plan, Plan.class), read(step, Plan.PlanStep.class), current, failures, nonce);
        }
        if (spec == null) {
            throw unknown("it has neither a specification nor a plan with a step");
        }
        Plan readPlan = plan == null ? null : read(plan, Plan.class);
        return failed.isEmpty()
                ? new ForTests(spec, readPlan, current, isAskedAgain, nonce)
                : new ForReview(spec, readPlan, failed, nonce);
    }

    /** Known by the shape of the conversation alone: the words of the complaint are the agent's. */
    private static boolean isAskedAgain(ModelRequest request) {
        return request.messages().stream().anyMatch(message -> message.role().equals("assistant"));
    }

    private static @Nullable String section(String prompt, String name, String nonce) {
        String opening = "<" + name + "-" + nonce + ">\n";
        int start = prompt.indexOf(opening);
        int end = prompt.indexOf("\n</" + name + "-" + nonce + ">", start + opening.length() - 1);
        return start < 0 || end < 0 ? null : prompt.substring(Math.min(start + opening.length(), end), end);
    }

    private static Pattern sections(String name, String attribute, String nonce) {
        String tag = name + "-" + Pattern.quote(nonce);
        return Pattern.compile(
                "<" + tag + " " + attribute + "=\"([^\\n]*)\">\\n(.*?)\\n?</" + tag + ">", Pattern.DOTALL);
    }

    private static <T> T read(String json, Class<T> type) {
        return Json.read(json.getBytes(StandardCharsets.UTF_8), type);
    }

    private static ModelException unknown(String why) {
        return new ModelException(new ErrorInfo(
                ErrorCode.MODEL_UNAVAILABLE,
                "the offline model knows only the prompts that planner, builder and tester send, and this is none: "
                        + why,
                false));
    }
}
