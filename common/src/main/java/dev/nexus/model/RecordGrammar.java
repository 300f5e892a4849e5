package dev.nexus.model;

import dev.nexus.model.RecordSpec.Field;
import dev.nexus.model.RecordSpec.Operation;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Reads specifications of record stores: something is kept, it has fields, and there are the usual operations. */
final class RecordGrammar {

    private static final String DETERMINERS =
            "(?:(?:an?|the|my|our|your|some|all|of|simple|small|basic|personal|in-memory|"
                    + "different|various|multiple|list|collection|set|details|information|about|on|for|data|individual)\\s+)*";
    private static final String ENTITY =
            "(?<entity>[a-z]+(?:[ -](?!with\\b|that\\b|having\\b|which\\b|where\\b|whose\\b|in\\b|"
                    + "and\\b|by\\b|using\\b|each\\b|as\\b|for\\b|to\\b|has\\b|have\\b|is\\b|are\\b|of\\b|including\\b|containing\\b"
                    + "|on\\b|from\\b|consisting\\b|described\\b|comprising\\b|at\\b|made\\b)[a-z]+){0,2})";
    private static final List<Pattern> ENTITIES = List.of(
            pattern("\\b(?:each|every)\\s+" + ENTITY
                    + "\\s+(?:has|have|having|consists|contains|includes|is|with|record)\\b"),
            pattern("\\b(?:keep(?:s|ing)? (?:track|records?|a (?:list|record|log)) of|(?:stor|manag)(?:e|es|ing)|"
                    + "track(?:s|ing)?|catalogu?(?:e|es|ing)?|register(?:s|ing)?|organi[sz](?:e|es|ing)|remember(?:s|ing)?|"
                    + "maintain(?:s|ing)?|hold(?:s|ing)?|record(?:s|ing)?|(?:collection|database|list|registry|register|inventory|"
                    + "records?|store|repository|crud|manager|tracker|table|directory|archive) (?:of|for))\\s+"
                    + DETERMINERS
                    + ENTITY),
            pattern("\\b" + ENTITY
                    + "\\s+(?:manager|management|directory|catalogu?e|registry|register|store|tracker|inventory|"
                    + "database|repository|collection|records?|list|log|organi[sz]er|crud)\\b"),
            pattern("\\bkeep(?:s|ing)?\\s+" + DETERMINERS + ENTITY),
            pattern("\\b(?:an?|the)\\s+" + ENTITY + "\\s+(?:has|have|consists|contains|includes)\\b"));

    private static final Map<Operation, Pattern> OPERATIONS = new EnumMap<>(Map.of(
            Operation.ADD, pattern("\\b(?:add|creat|insert|register|new|enter)(?:e|ed|es|ing|s)?\\b"),
            Operation.LIST,
                    pattern("\\b(?:list(?:ing|ed|s)?(?! of)|show(?:ing|s)?|display(?:ing|s)?|view(?:ing)?|browse)\\b"),
            Operation.FIND,
                    pattern(
                            "\\b(?:find|search|look|looking|get|retriev|fetch|quer|lookup|filter)(?:e|es|ing|s|y|ies|ed)?\\b"),
            Operation.UPDATE, pattern("\\b(?:updat|edit|chang|modify|modif|alter)(?:e|es|ing|s|ied|y|ies)?\\b"),
            Operation.DELETE, pattern("\\b(?:delet|remov|drop|eras)(?:e|es|ing|s|ed)?\\b"),
            Operation.COUNT, pattern("\\b(?:count(?:ing|s)?|how many|total number)\\b"),
            Operation.SORT, pattern("\\b(?:sort(?:ing|ed|s)?|order(?:ed|ing)? by)\\b")));
    private static final Pattern CRUD = pattern("\\bcrud\\b");
    private static final Pattern SAVED =
            pattern("\\b(?:persist\\w*|(?:sav|writ|stor|load|read|serialis|serializ|export)(?:e|es|ing)?\\b"
                    + "[^.;]{0,40}\\b(?:files?|disk|json))\\b");

    /** What makes it a store: without a word of these, fields may be those of anything. */
    private static final Pattern KEPT =
            pattern("\\b(?:stor|keep|track|manag|record|catalog|regist|databas|repositor|collect|"
                    + "inventor|director|crud|maintain|organi|remember|hold|list|archiv|log)");

    private static final Set<String> GENERIC = Set.of(
            "record", "entry", "item", "data", "object", "information", "detail", "instance", "list", "collection");

    /** Names that the store itself needs. */
    private static final Set<String> TAKEN = Set.of("KeyError", "TypeError", "ValueError");

    private static final List<Words> BEYOND = OfflineResource.lines("record-store/beyond.txt").stream()
            .map(Words::of)
            .toList();
    private static final Set<String> FAMILIAR = OfflineResource.lines("record-store/words.txt").stream()
            .flatMap(line -> Words.of(line).stems().stream())
            .collect(Collectors.toUnmodifiableSet());

    /** How many salient words of another subject a specification may have. */
    private static final int FOREIGN = 1;

    /** Characters beyond which a specification is no description of a mere record store. */
    private static final int LONGEST = 4_000;

    private RecordGrammar() {}

    /** The store that {@code spec} describes; nothing if it describes another thing, or more than a store can do. */
    static Optional<RecordSpec> read(Spec spec) {
        if (spec.text().length() > LONGEST) {
            return Optional.empty();
        }
        String text = spec.text().replaceAll("[`*\"]", "").replaceAll("[ \\t]+", " ");
        return FieldList.in(text).flatMap(list -> {
            // A field may be called as it likes; what is demanded stands in the rest.
            Spec rest = Spec.of(text.substring(0, list.start()) + " . " + text.substring(list.end()));
            return entity(text, list)
                    .filter(entity -> isStore(text, rest, list, entity))
                    .map(entity -> store(entity, list, rest))
                    .filter(RecordGrammar::isPossible)
                    .filter(store -> speaksOfLittleElse(rest, store));
        });
    }

    private static boolean isStore(String text, Spec rest, FieldList list, String entity) {
        int asked = operations(rest, entity).size();
        boolean hasFields = list.typed() > 0 || list.isAnnounced() || asked >= 2;
        return hasFields
                && (asked >= 3 || KEPT.matcher(text).find())
                && !rest.demandsAnyOf(BEYOND)
                && !rest.isBeyondPlainPython(FAMILIAR);
    }

    private static RecordSpec store(String entity, FieldList list, Spec rest) {
        Set<Operation> operations = operations(rest, entity);
        if (operations.isEmpty()) {
            operations.addAll(EnumSet.of(Operation.LIST, Operation.FIND, Operation.DELETE));
        }
        operations.add(Operation.ADD);
        boolean isSaved = SAVED.matcher(rest.demandedText()).find();
        return new RecordSpec(entity, withoutOwnId(list.fields()), operations, isSaved);
    }

    private static Optional<String> entity(String text, FieldList list) {
        String before = text.substring(0, list.start());
        // "Each book has" is cut short by the list, which begins at "has".
        String clause = text.substring(0, Math.min(text.length(), list.start() + 12));
        for (Pattern form : ENTITIES) {
            for (String part : List.of(clause, before, text)) {
                Matcher m = form.matcher(part);
                while (m.find()) {
                    Optional<String> name = singular(m.group("entity"));
                    if (name.isPresent()) {
                        return name;
                    }
                }
            }
        }
        return Optional.empty();
    }

    /** The words that name a record, without those that any record may be called by. */
    private static Optional<String> singular(String words) {
        List<String> name =
                new ArrayList<>(List.of(words.toLowerCase(Locale.ROOT).split("[ -]", -1)));
        while (!name.isEmpty() && GENERIC.contains(singularWord(name.getLast()))) {
            name.removeLast();
        }
        name.removeIf(
                word -> Set.of("a", "an", "the", "simple", "small", "my", "our").contains(word));
        if (name.isEmpty()) {
            return Optional.empty();
        }
        name.set(name.size() - 1, singularWord(name.getLast()));
        boolean isName = name.stream().noneMatch(word -> word.length() < 2 || PythonSignature.isKeyword(word));
        return isName ? Optional.of(String.join(" ", name)) : Optional.empty();
    }

    private static String singularWord(String word) {
        Map<String, String> irregular = Map.of(
                "people",
                "person",
                "children",
                "child",
                "movies",
                "movie",
                "cookies",
                "cookie",
                "series",
                "series",
                "news",
                "news",
                "mice",
                "mouse");
        if (irregular.containsKey(word)) {
            return irregular.get(word);
        }
        if (word.endsWith("ies") && word.length() > 4) {
            return word.substring(0, word.length() - 3) + "y";
        }
        if (word.matches(".*(?:ss|x|ch|sh)es")) {
            return word.substring(0, word.length() - 2);
        }
        return word.endsWith("s") && !word.matches(".*(?:ss|us|is)") ? word.substring(0, word.length() - 1) : word;
    }

    /** The store numbers its records itself, so a whole-number id is not the user's to give. */
    private static List<Field> withoutOwnId(List<Field> fields) {
        return fields.stream()
                .filter(field -> !field.equals(new Field("id", RecordSpec.Type.INT)))
                .toList();
    }

    private static boolean isPossible(RecordSpec store) {
        return !store.fields().isEmpty()
                && !TAKEN.contains(store.className())
                && !store.moduleName().matches("test(_.*)?") // would be a test file
                && store.fields().stream().noneMatch(field -> field.name().equals("id"));
    }

    private static Set<Operation> operations(Spec rest, String entity) {
        Set<Operation> found = EnumSet.noneOf(Operation.class);
        String verbs = rest.demandedText().replaceAll("(?i)\\b" + entity + "\\w*", " ");
        OPERATIONS.forEach((operation, words) -> {
            if (words.matcher(verbs).find()) {
                found.add(operation);
            }
        });
        if (CRUD.matcher(verbs).find()) {
            found.addAll(EnumSet.of(Operation.ADD, Operation.LIST, Operation.FIND, Operation.UPDATE, Operation.DELETE));
        }
        return found;
    }

    private static boolean speaksOfLittleElse(Spec rest, RecordSpec store) {
        Set<String> familiar = new HashSet<>(FAMILIAR);
        familiar.addAll(Words.of(store.entity()).stems());
        store.fields()
                .forEach(field ->
                        familiar.addAll(Words.of(field.name().replace('_', ' ')).stems()));
        return rest.words().salient().stream()
                        .filter(stem -> !familiar.contains(stem))
                        .count()
                <= FOREIGN;
    }

    private static Pattern pattern(String regex) {
        return Pattern.compile(regex, Pattern.CASE_INSENSITIVE);
    }
}
