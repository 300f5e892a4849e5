package dev.nexus.builder;

import dev.nexus.contract.Order;
import dev.nexus.contract.TestReport;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A failed test run as the model is shown it: each test with its message, and of its trace what lies in the job's own files.
 * One cause often fails many tests, and more than a few would crowd the specification out of the model's view.
 */
final class FailureReport {

    static final int FAILURES = 20;

    /** Characters of one trace, and of all of them together; the end of a trace says most. */
    static final int TRACE_CHARS = 2_000;

    static final int TRACES_CHARS = 16_000;

    /** A line of a trace that says where: in the style of pytest, with what happened there behind it. */
    private static final Pattern PLACE = Pattern.compile("(\\S[^:\\n]*):\\d+: ?(in )?.*");

    /** Where an object lay, which is another place in every run: an equal failure is to give an equal question. */
    private static final Pattern ADDRESS = Pattern.compile(" at 0x[0-9a-f]+>");

    private static final Pattern NEXT_FRAME = Pattern.compile("(?m)^(?:_ )+_?\\s*$");

    private FailureReport() {}

    /** The values of the prompt's sections {@code run}, {@code failures} and {@code more}. */
    static Map<String, Object> values(Order.BuildOrder order) {
        List<Map<String, String>> shown = new ArrayList<>();
        int room = TRACES_CHARS;
        for (TestReport.Result failure :
                order.failures().subList(0, Math.min(FAILURES, order.failures().size()))) {
            String trace = ownPart(failure.trace());
            trace = trace.length() <= room ? trace : "";
            room -= trace.length();
            shown.add(Map.of("id", failure.id(), "message", orEmpty(failure.message()), "trace", trace));
        }
        Order.TestRun run = order.run();
        int heldBack = run == null || run.heldBack() == null ? 0 : run.heldBack();
        int more = order.failures().size() - shown.size() + heldBack;
        return Map.of("run", run(run), "failures", shown, "more", more == 0 ? "" : Integer.toString(more));
    }

    /** What no single test tells. */
    private static List<Map<String, String>> run(Order.@Nullable TestRun run) {
        return run == null
                ? List.of()
                : List.of(Map.of(
                        "verdict",
                        run.verdict().wire(),
                        "message",
                        orEmpty(run.message()),
                        "output",
                        orEmpty(run.output())));
    }

    /** The trace without frames of Python's own files; of those only the errors that were raised there are left. */
    static String ownPart(@Nullable String trace) {
        if (trace == null) {
            return "";
        }
        List<String> lines = new ArrayList<>();
        for (String frames : NEXT_FRAME.split(trace, -1)) {
            addOwn(frames.replaceFirst("^\\n+", "").stripTrailing().lines().toList(), lines);
        }
        String text = orEmpty(String.join("\n", lines).strip());
        return text.length() <= TRACE_CHARS ? text : text.substring(text.length() - TRACE_CHARS);
    }

    /** In the long style one frame, whose place is told last; in the short one several, each below its place. */
    private static void addOwn(List<String> frames, List<String> lines) {
        boolean isShort =
                frames.stream().map(PLACE::matcher).anyMatch(place -> place.matches() && place.group(2) != null);
        boolean own = isShort || frames.isEmpty() || !isElsewhere(frames.getLast());
        for (String line : frames) {
            Matcher place = PLACE.matcher(line);
            if (isShort && place.matches()) {
                own = !isElsewhere(line);
            }
            if (own || line.startsWith("E ")) {
                lines.add(line);
            }
        }
    }

    /** Paths of the job are relative to its folder. */
    private static boolean isElsewhere(String place) {
        return place.startsWith("/") || place.startsWith("<");
    }

    private static String orEmpty(@Nullable String text) {
        return text == null ? "" : ADDRESS.matcher(text).replaceAll(" at 0x…>");
    }
}
