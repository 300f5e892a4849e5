package dev.nexus.model;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A store of records, as a specification describes it.
 *
 * @param entity what a record is, in lower-case words, singular
 * @param isSaved whether the store can be written to a JSON file and read back
 */
record RecordSpec(String entity, List<Field> fields, Set<Operation> operations, boolean isSaved) {

    /** @param name as a Python identifier */
    record Field(String name, Type type) {}

    /** What a field may hold. */
    enum Type {
        INT,
        STR,
        FLOAT,
        BOOL,
        DATE;

        String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** What a store may do besides giving a record by its id. */
    enum Operation {
        ADD,
        LIST,
        FIND,
        UPDATE,
        DELETE,
        COUNT,
        SORT;

        String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    RecordSpec {
        fields = List.copyOf(fields);
        operations = Set.copyOf(operations);
    }

    boolean can(Operation operation) {
        return operations.contains(operation);
    }

    /** The specification again, in the words that {@link RecordGrammar} reads most surely. */
    String canonical() {
        String list = fields.stream()
                .map(field -> field.name() + ": " + field.type().word())
                .collect(Collectors.joining(", "));
        String verbs = EnumSet.allOf(Operation.class).stream()
                .filter(this::can)
                .map(Operation::word)
                .collect(Collectors.joining(", "));
        return "Store " + entity + " records with fields " + list + "; " + verbs
                + (isSaved ? "; save to a JSON file" : "") + ".";
    }

    /** The name of the class of one record. */
    String className() {
        return Arrays.stream(entity.split(" ", -1))
                .map(word -> word.substring(0, 1).toUpperCase(Locale.ROOT) + word.substring(1))
                .collect(Collectors.joining());
    }

    /** The stem of the modules' names. */
    String moduleName() {
        return entity.replace(' ', '_');
    }
}
