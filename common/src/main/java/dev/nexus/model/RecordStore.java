package dev.nexus.model;

import com.samskivert.mustache.Template;
import dev.nexus.contract.Fidelity;
import dev.nexus.contract.Plan;
import dev.nexus.model.RecordSpec.Field;
import dev.nexus.model.RecordSpec.Operation;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A store of records in Python, written from templates: a class for the records, one for the store, and its tests. */
final class RecordStore implements Project {

    private static final Template STORE = OfflineResource.template("record-store/store.py.mustache");
    private static final Template STORAGE = OfflineResource.template("record-store/storage.py.mustache");
    private static final Template TESTS = OfflineResource.template("record-store/test_store.py.mustache");

    private final RecordSpec spec;
    private final String record;
    private final String store;
    private final String storage;
    private final Map<String, Object> values;

    /** A field as the templates write it. */
    private record Column(String name, String type, String check, String first, String second, String wrong) {}

    RecordStore(RecordSpec spec) {
        this.spec = spec;
        this.record = spec.className();
        this.store = spec.moduleName() + "_store";
        this.storage = spec.moduleName() + "_storage";
        this.values = values();
    }

    @Override
    public Plan plan() {
        List<Plan.Module> modules = new ArrayList<>();
        List<Plan.PlanStep> steps = new ArrayList<>();
        modules.add(new Plan.Module(store, functions()));
        steps.add(new Plan.PlanStep("store", "The records and their store", List.of(store + ".py"), List.of()));
        if (spec.isSaved()) {
            modules.add(
                    new Plan.Module(
                            storage,
                            List.of(
                                    function(
                                            "save(store: " + record + "Store, path: str) -> None",
                                            "Write all records to a JSON file."),
                                    function(
                                            "load(path: str) -> " + record + "Store",
                                            "A store with the records of a JSON file; ValueError if it holds anything else."))));
            steps.add(
                    new Plan.PlanStep("storage", "Saving to a JSON file", List.of(storage + ".py"), List.of("store")));
        }
        return new Plan(spec.canonical(), "python", modules, steps);
    }

    @Override
    public String file(String path, List<String> failures) {
        return (path.equals(storage + ".py") ? STORAGE : STORE).execute(values);
    }

    @Override
    public Map<String, String> tests() {
        return Map.of("tests/test_" + store + ".py", TESTS.execute(values));
    }

    @Override
    public Fidelity fidelity() {
        return Fidelity.IMPLEMENTATION;
    }

    private List<Plan.Function> functions() {
        String owner = record + "Store.";
        List<String> parameters = new ArrayList<>(List.of("self"));
        spec.fields().forEach(field -> parameters.add(field.name() + ": " + python(field.type())));
        List<String> attributes = new ArrayList<>(List.of("id: int"));
        attributes.addAll(parameters.subList(1, parameters.size()));
        List<Plan.Function> functions = new ArrayList<>();
        functions.add(function(
                "class " + record + "(" + String.join(", ", attributes) + ")", "One record; it cannot be changed."));
        functions.add(
                function("class " + record + "Store()", "Keeps the records in memory, in the order of their ids."));
        functions.add(function(
                owner + "add(" + String.join(", ", parameters) + ") -> " + record,
                "Keep a new record and give it the next id, from 1 on; TypeError or ValueError for a wrong value."));
        functions.add(function(owner + "get(self, id: int) -> " + record, "The record; KeyError if there is none."));
        if (spec.isSaved()) {
            functions.add(function(
                    owner + "restore(self, record: " + record + ") -> None",
                    "Put back a record with the id that it had; ValueError unless ids ascend, and add's errors."));
            functions.add(function(owner + "as_dicts(self) -> list[dict]", "All records as dictionaries, by id."));
        }
        if (spec.can(Operation.LIST)) {
            functions.add(function(owner + "list_all(self) -> list[" + record + "]", "All records, by id."));
        }
        if (spec.can(Operation.FIND)) {
            functions.add(function(
                    owner + "find(self, **criteria) -> list[" + record + "]",
                    "The records whose fields have these values; the case of text does not count."));
        }
        if (spec.can(Operation.UPDATE)) {
            functions.add(function(
                    owner + "update(self, id: int, **changes) -> " + record,
                    "Change fields of a record; KeyError if there is none, and add's errors for wrong values."));
        }
        if (spec.can(Operation.DELETE)) {
            functions.add(function(
                    owner + "delete(self, id: int) -> " + record,
                    "Drop and return a record; KeyError if there is none."));
        }
        if (spec.can(Operation.COUNT)) {
            functions.add(function(owner + "count(self) -> int", "How many records there are."));
        }
        if (spec.can(Operation.SORT)) {
            functions.add(function(
                    owner + "sorted_by(self, field: str, descending: bool = False) -> list[" + record + "]",
                    "All records in the order of a field; ValueError if there is no such field."));
        }
        return functions;
    }

    private static Plan.Function function(String signature, String description) {
        String name = signature.replaceFirst("^class ", "").replaceFirst("\\(.*", "");
        return new Plan.Function(name, signature, description);
    }

    private Map<String, Object> values() {
        Map<String, Object> values = new HashMap<>();
        List<Column> columns = spec.fields().stream().map(RecordStore::column).toList();
        values.put("entity", spec.entity());
        values.put("record", record);
        values.put("store", store);
        values.put("storage", storage);
        values.put("columns", columns);
        values.put("first", columns.getFirst());
        values.put("needsInts", has(RecordSpec.Type.INT) || spec.isSaved());
        values.put("hasTexts", has(RecordSpec.Type.STR));
        values.put("hasBools", has(RecordSpec.Type.BOOL));
        values.put(
                "hasNamedFields", spec.can(Operation.FIND) || spec.can(Operation.UPDATE) || spec.can(Operation.SORT));
        values.put("hasFloats", has(RecordSpec.Type.FLOAT));
        values.put("hasDates", has(RecordSpec.Type.DATE));
        values.put("hasTextFirst", spec.fields().getFirst().type() == RecordSpec.Type.STR);
        values.put("isSaved", spec.isSaved());
        for (Operation operation : Operation.values()) {
            values.put("can" + operation.word(), spec.can(operation));
        }
        return values;
    }

    private boolean has(RecordSpec.Type type) {
        return spec.fields().stream().anyMatch(field -> field.type() == type);
    }

    private static Column column(Field field) {
        String name = field.name();
        return switch (field.type()) {
            case INT -> new Column(name, "int", "_whole_number", "7", "42", "\"seven\"");
            case STR -> new Column(name, "str", "_text", "\"alpha\"", "\"beta\"", "7");
            case FLOAT -> new Column(name, "float", "_number", "1.5", "2.25", "\"much\"");
            case BOOL -> new Column(name, "bool", "_truth", "False", "True", "\"yes\"");
            case DATE ->
                new Column(
                        name,
                        python(RecordSpec.Type.DATE),
                        "_date",
                        "datetime.date(2024, 1, 31)",
                        "datetime.date(2025, 2, 28)",
                        "\"2024-01-31\"");
        };
    }

    private static String python(RecordSpec.Type type) {
        return type == RecordSpec.Type.DATE ? "datetime.date" : type.word();
    }
}
