package dev.nexus.standalone;

import dev.nexus.standalone.Figures.Series;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A part of a PromQL expression that chooses series, with the labels that the expression groups by.
 *
 * @param matchers as they stand between the braces
 */
record Selector(String metric, List<Condition> matchers, Set<String> groupedBy) {

    private static final Pattern GROUPING = Pattern.compile("\\b(by|on|ignoring) ?\\(([^)]*)\\)");
    private static final Pattern SELECTOR =
            Pattern.compile("\\b([a-zA-Z_:][a-zA-Z0-9_:]*)\\b(?:\\{([^}]*)\\})?(?!\\s*\\()");
    private static final Pattern MATCHER = Pattern.compile("([a-zA-Z_]+)(=~|!~|!=|=)\"([^\"]*)\"");
    private static final Pattern RANGE = Pattern.compile("\\[[^\\]]*\\]");

    /** Operators; and what Prometheus itself adds to each series, or makes. */
    private static final Set<String> WORDS = Set.of("and", "or", "unless", "by", "on", "ignoring");

    private static final Set<String> OF_PROMETHEUS = Set.of("instance", "job");

    /** What a label's value has to be. */
    record Condition(String label, String operator, String value) {

        boolean holds(Series series) {
            String has = series.labels().getOrDefault(label, "");
            return switch (operator) {
                case "=" -> has.equals(value);
                case "!=" -> !has.equals(value);
                case "=~" -> has.matches(value);
                case "!~" -> !has.matches(value);
                default -> throw new IllegalStateException(operator);
            };
        }
    }

    /** All of an expression; the grouping is taken to hold for each of them. */
    static List<Selector> in(String expression) {
        Set<String> grouped = new TreeSet<>();
        Matcher grouping = GROUPING.matcher(expression);
        while (grouping.find()) {
            if (grouping.group(1).equals("by")) {
                grouped.addAll(List.of(grouping.group(2).split(",\\s*")));
            }
        }
        grouped.removeAll(OF_PROMETHEUS);
        String rest =
                RANGE.matcher(GROUPING.matcher(expression).replaceAll(" ")).replaceAll("");
        List<Selector> found = new ArrayList<>();
        Matcher selector = SELECTOR.matcher(rest);
        while (selector.find()) {
            if (WORDS.contains(selector.group(1))) {
                continue;
            }
            List<Condition> conditions = new ArrayList<>();
            Matcher matcher = MATCHER.matcher(selector.group(2) == null ? "" : selector.group(2));
            while (matcher.find()) {
                if (!OF_PROMETHEUS.contains(matcher.group(1))) {
                    conditions.add(new Condition(matcher.group(1), matcher.group(2), matcher.group(3)));
                }
            }
            found.add(new Selector(selector.group(1), conditions, grouped));
        }
        return found;
    }

    boolean chooses(Series series) {
        return series.name().equals(metric)
                && matchers.stream().allMatch(condition -> condition.holds(series))
                && series.labels().keySet().containsAll(groupedBy);
    }
}
