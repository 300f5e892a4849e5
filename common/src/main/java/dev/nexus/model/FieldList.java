package dev.nexus.model;

import dev.nexus.model.RecordSpec.Field;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The fields that a specification lists, in any of the usual ways: {@code title: str}, {@code year (number)},
 * <em>age as int</em>, <em>a float price</em>, or names alone.
 *
 * @param start where in the text the words begin that announce the list
 * @param end where the list ends
 * @param typed how many fields come with a type
 * @param isAnnounced whether the text calls them fields
 */
record FieldList(List<Field> fields, int start, int end, int typed, boolean isAnnounced) {

    /** A longer list is no list of fields. */
    private static final int MOST = 30;

    private static final Map<String, RecordSpec.Type> TYPES = Map.ofEntries(
            Map.entry("int", RecordSpec.Type.INT),
            Map.entry("integer", RecordSpec.Type.INT),
            Map.entry("whole number", RecordSpec.Type.INT),
            Map.entry("number", RecordSpec.Type.INT),
            Map.entry("numeric", RecordSpec.Type.INT),
            Map.entry("str", RecordSpec.Type.STR),
            Map.entry("string", RecordSpec.Type.STR),
            Map.entry("text", RecordSpec.Type.STR),
            Map.entry("textual", RecordSpec.Type.STR),
            Map.entry("float", RecordSpec.Type.FLOAT),
            Map.entry("double", RecordSpec.Type.FLOAT),
            Map.entry("decimal", RecordSpec.Type.FLOAT),
            Map.entry("decimal number", RecordSpec.Type.FLOAT),
            Map.entry("floating point number", RecordSpec.Type.FLOAT),
            Map.entry("real", RecordSpec.Type.FLOAT),
            Map.entry("real number", RecordSpec.Type.FLOAT),
            Map.entry("bool", RecordSpec.Type.BOOL),
            Map.entry("boolean", RecordSpec.Type.BOOL),
            Map.entry("flag", RecordSpec.Type.BOOL),
            Map.entry("yes/no", RecordSpec.Type.BOOL),
            Map.entry("true/false", RecordSpec.Type.BOOL),
            Map.entry("true or false", RecordSpec.Type.BOOL),
            Map.entry("date", RecordSpec.Type.DATE));

    /** What a field without a type holds, going by its last word; anything else is text. */
    private static final Map<RecordSpec.Type, Set<String>> TYPICAL = Map.of(
            RecordSpec.Type.INT,
                    Set.of(
                            "age",
                            "year",
                            "quantity",
                            "count",
                            "pages",
                            "stock",
                            "seats",
                            "mileage",
                            "points",
                            "minutes"),
            RecordSpec.Type.FLOAT,
                    Set.of(
                            "price",
                            "total",
                            "cost",
                            "salary",
                            "amount",
                            "weight",
                            "height",
                            "rating",
                            "balance",
                            "grade",
                            "temperature"),
            RecordSpec.Type.BOOL,
                    Set.of("done", "completed", "active", "available", "paid", "archived", "read", "finished"),
            RecordSpec.Type.DATE, Set.of("date", "birthday", "birthdate", "deadline"));

    private static final String NAME = "[A-Za-z_][A-Za-z0-9_]*(?:[ -][A-Za-z0-9_]+){0,2}?";
    private static final String TYPE = TYPES.keySet().stream()
            .sorted((a, b) -> b.length() - a.length())
            .map(word -> Pattern.quote(word) + (word.contains("/") ? "" : "s?"))
            .collect(Collectors.joining("|", "(?:", ")"));
    private static final String END = "(?=\\s*(?:[,.;&+|)\\n]|\\band\\b|$|\\bthat\\b|\\bwhich\\b|\\bwith\\b))";
    private static final String ARTICLE = "(?:(?:an?|the|its|their|one)\\s+)?";

    /** Each has the groups {@code name} and {@code type}. */
    private static final List<Pattern> TYPED = List.of(
            pattern(ARTICLE + "(?<name>" + NAME + ")\\s*(?:\\((?:an?\\s+)?|\\[)\\s*(?<type>[^)\\]]*?)\\s*[)\\]]"),
            pattern(ARTICLE + "(?<name>" + NAME
                    + ")\\s*(?::|=|\\s[–—-]\\s|\\s(?:as|is|being|of type|which is|that is)\\s)\\s*"
                    + "(?:an?\\s+|of type\\s+)?(?<type>[A-Za-z/]+(?:(?:\\s+or)?\\s+(?:numbers?|false))?)" + END),
            pattern(ARTICLE + "(?<type>" + TYPE + ")\\s+(?<name>" + NAME + ")" + END),
            pattern(ARTICLE + "(?<name>" + NAME + ")\\s+(?<type>" + TYPE + ")" + END));

    private static final Pattern BARE = pattern(ARTICLE + "(?<name>[A-Za-z_]\\w*(?:[ -]\\w+)?)" + END);
    private static final Pattern SEPARATOR =
            Pattern.compile("\\s*(?:(?:[,;&+|]|\\n\\s*[-*•]?|\\band\\b|\\bplus\\b)\\s*)+");

    /** Words that announce fields, and words that often do. */
    private static final Pattern ANNOUNCED = pattern("\\b(?:fields?|attributes?|propert(?:y|ies)|columns?)"
            + "(?:\\s+(?:are|is|being|namely|like|of|including|called|named))?\\s*:?\\s*[-*•]?\\s*");

    private static final Pattern HINTED = pattern(
            "(?:\\b(?:with|having|has|have|had|contain(?:s|ing)?|consist(?:s|ing) of|includ(?:es|ing)|made (?:up )?of|comprising|"
                    + "described by|records?|recording|where each|in which)\\b|[:(–—])\\s*[-*•]?\\s*");

    /** Words that go on with something else than a field. */
    private static final Set<String> NO_FIELD = Set.copyOf(OfflineResource.lines("record-store/no-field.txt"));

    /** The list that looks most like one; nothing if there is none. */
    static Optional<FieldList> in(String text) {
        FieldList best = null;
        for (Matcher m = ANNOUNCED.matcher(text); m.find(); ) {
            best = better(best, read(text, m.start(), m.end(), true));
        }
        if (best == null) {
            for (Matcher m = HINTED.matcher(text); m.find(); ) {
                best = better(best, read(text, m.start(), m.end(), false));
            }
        }
        return Optional.ofNullable(best);
    }

    private static @Nullable FieldList better(@Nullable FieldList one, @Nullable FieldList other) {
        if (one == null || other == null) {
            return one == null ? other : one;
        }
        return other.typed * 2 + other.fields.size() > one.typed * 2 + one.fields.size() ? other : one;
    }

    private static @Nullable FieldList read(String text, int start, int from, boolean isAnnounced) {
        List<Field> fields = new ArrayList<>();
        int typed = 0;
        int end = from;
        int at = from;
        while (true) {
            Item item = item(text, at);
            if (item == null) {
                break;
            }
            if (item.field == null || fields.size() == MOST) {
                return null; // a type that is not known, say: better no store than a wrong one
            }
            fields.add(item.field);
            typed += item.isTyped ? 1 : 0;
            end = item.end;
            Matcher separator = SEPARATOR.matcher(text).region(end, text.length());
            if (!separator.lookingAt()) {
                break;
            }
            at = separator.end();
        }
        boolean areDistinct = fields.stream().map(Field::name).distinct().count() == fields.size();
        return areDistinct && (typed > 0 || fields.size() >= (isAnnounced ? 1 : 2))
                ? new FieldList(List.copyOf(fields), start, end, typed, isAnnounced)
                : null;
    }

    private record Item(@Nullable Field field, boolean isTyped, int end) {}

    private static @Nullable Item item(String text, int at) {
        for (Pattern form : TYPED) {
            Matcher m = form.matcher(text).region(at, text.length()).useTransparentBounds(true);
            if (m.lookingAt() && !startsSomethingElse(m.group("name"))) {
                String name = identifier(m.group("name"));
                return new Item(name == null ? null : typed(name, m.group("type")), true, m.end());
            }
        }
        Matcher m = BARE.matcher(text).region(at, text.length()).useTransparentBounds(true);
        if (!m.lookingAt() || startsSomethingElse(m.group("name"))) {
            return null;
        }
        String name = identifier(m.group("name"));
        return new Item(name == null ? null : new Field(name, typical(name)), false, m.end());
    }

    private static boolean startsSomethingElse(String name) {
        for (String word : name.toLowerCase(Locale.ROOT).split("[ -]", -1)) {
            if (NO_FIELD.contains(word)) {
                return true;
            }
        }
        return false;
    }

    private static @Nullable Field typed(String name, String word) {
        String plain = word.toLowerCase(Locale.ROOT).strip().replaceAll("\\s+", " ");
        RecordSpec.Type type = TYPES.getOrDefault(plain, TYPES.get(plain.replaceAll("s$", "")));
        if (type == null) {
            return null;
        }
        boolean isVague = plain.startsWith("num");
        return new Field(name, isVague && typical(name) == RecordSpec.Type.FLOAT ? RecordSpec.Type.FLOAT : type);
    }

    private static RecordSpec.Type typical(String name) {
        String last = name.substring(name.lastIndexOf('_') + 1);
        return TYPICAL.entrySet().stream()
                .filter(entry -> entry.getValue().contains(last))
                .map(Map.Entry::getKey)
                .findFirst()
                .orElse(RecordSpec.Type.STR);
    }

    /** As a Python name, or null if it cannot be one without being changed. */
    private static @Nullable String identifier(String words) {
        String name = words.strip()
                .replaceAll("(?<=[a-z0-9])(?=[A-Z])", "_")
                .toLowerCase(Locale.ROOT)
                .replaceAll("[ -]+", "_");
        return PythonSignature.isKeyword(name) || name.startsWith("_") || name.equals("self") ? null : name;
    }

    private static Pattern pattern(String regex) {
        return Pattern.compile(regex, Pattern.CASE_INSENSITIVE);
    }
}
