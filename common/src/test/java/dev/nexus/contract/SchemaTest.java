package dev.nexus.contract;

import static java.util.stream.Collectors.toMap;
import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.StringNode;

/** The schemas say what the code does: the same limits, names and forms, and they refuse what is wrong. */
class SchemaTest {

    private static final Set<String> LIMITS = Set.of("maxLength", "maxItems", "maxProperties", "maximum", "x-maxBytes");

    /** Names that stand in the schemas and in the code. */
    enum Names {
        SERVICE("service", Stream.of(Service.values()).map(Service::wire)),
        JOB_KIND("jobKind", Stream.of(JobKind.values()).map(JobKind::wire)),
        FIDELITY("fidelity", Stream.of(Fidelity.values()).map(Fidelity::wire)),
        VERDICT("verdict", Stream.of(Verdict.values()).map(Verdict::wire)),
        TEST_OUTCOME(
                "testResult/properties/outcome",
                Stream.of(TestReport.Outcome.values()).map(TestReport.Outcome::wire)),
        ISOLATION(
                "isolation/properties/result",
                Stream.of(Isolation.Result.values()).map(Isolation.Result::wire)),
        ERROR_CODE("errorCode/anyOf/0", Stream.of(ErrorCode.values()).map(ErrorCode::wire));

        private final String place;
        private final String inTheCode;

        Names(String place, Stream<String> inTheCode) {
            this.place = "/$defs/" + place + "/enum";
            this.inTheCode = String.join(" ", inTheCode.toList());
        }
    }

    @ParameterizedTest
    @MethodSource("files")
    void everySchemaIsOne(String file) {
        var metaSchema = SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
                .getSchema(SchemaLocation.of("https://json-schema.org/draft/2020-12/schema"));

        var problems = metaSchema.validate(ContractFiles.schema(file));

        assertThat(problems).isEmpty();
    }

    @Test
    void everyLimitIsThatOfTheCode() {
        Map<String, Long> stated = new HashMap<>();
        for (String file : ContractFiles.schemas()) {
            collectLimits(file + "#", ContractFiles.schema(file), stated);
        }

        assertThat(stated)
                .containsExactlyInAnyOrderEntriesOf(Map.ofEntries(
                        limit("common.json#/$defs/spec/maxLength", Limits.SPEC_BYTES),
                        limit("common.json#/$defs/spec/x-maxBytes", Limits.SPEC_BYTES),
                        limit("common.json#/$defs/path/maxLength", ProjectPath.CHARS),
                        limit("common.json#/$defs/options/properties/maxRepairs/maximum", Limits.REPAIRS),
                        limit("job-request.json#/$defs/modelName/maxLength", Limits.MODEL_CHARS),
                        limit("job-request.json#/$defs/prompt/maxLength", Limits.PROMPT_BYTES),
                        limit("job-request.json#/$defs/prompt/x-maxBytes", Limits.PROMPT_BYTES),
                        limit("common.json#/$defs/options/properties/budgetUsd/maximum", Limits.BUDGET_USD),
                        limit("common.json#/$defs/options/properties/webhooks/maxItems", Limits.JOB_WEBHOOKS),
                        limit("common.json#/$defs/metadata/maxProperties", Limits.METADATA_ENTRIES),
                        limit("common.json#/$defs/metadata/propertyNames/maxLength", Limits.METADATA_KEY_CHARS),
                        limit(
                                "common.json#/$defs/metadata/additionalProperties/maxLength",
                                Limits.METADATA_VALUE_CHARS),
                        limit("common.json#/$defs/plan/properties/steps/maxItems", Limits.PLAN_STEPS),
                        limit("common.json#/$defs/testQuality/properties/vacuous/maxItems", Limits.VACUOUS_TOLD),
                        limit("common.json#/$defs/step/properties/files/maxItems", Limits.FILES),
                        limit("control-command.json#/$defs/reason/maxLength", Limits.REASON_CHARS),
                        limit("job-request.json#/x-maxBytes", Limits.REQUEST_BYTES),
                        limit("job-request.json#/$defs/pipeline/properties/files/maxItems", Limits.FILES),
                        limit("job-request.json#/$defs/pipeline/properties/files/x-maxBytes", Limits.CHANGED_BYTES),
                        limit("job-request.json#/$defs/test/properties/files/maxItems", Limits.FILES),
                        limit("job-request.json#/$defs/test/properties/files/x-maxBytes", Limits.FILES_BYTES),
                        limit("job-request.json#/$defs/sourceFile/properties/content/maxLength", Limits.FILE_BYTES),
                        limit("job-request.json#/$defs/sourceFile/properties/content/x-maxBytes", Limits.FILE_BYTES),
                        limit(
                                "job-event.json#/$defs/task.progress/properties/message/maxLength",
                                Limits.PROGRESS_CHARS)));
    }

    @Test
    void theDefaultsAreThoseOfTheCode() {
        JsonNode options = ContractFiles.schema("common.json").at("/$defs/options/properties");

        assertThat(options.at("/maxRepairs/default").intValue()).isEqualTo(JobOptions.DEFAULTS.repairs());
        assertThat(options.at("/noCache/default").booleanValue()).isEqualTo(!JobOptions.DEFAULTS.mayUseCache());
    }

    @ParameterizedTest
    @EnumSource
    void everyNameIsThatOfTheCode(Names names) {
        JsonNode stated = ContractFiles.schema("common.json").at(names.place);

        assertThat(stated.valueStream().map(JsonNode::stringValue))
                .containsExactlyInAnyOrder(names.inTheCode.split(" ", -1));
    }

    @Test
    void anUnknownEventIsOneOfNoKnownType() {
        JsonNode known = ContractFiles.schema("job-event.json").at("/$defs/unknown/properties/type/not/enum");

        assertThat(known.valueStream().map(JsonNode::stringValue))
                .containsExactlyInAnyOrderElementsOf(ContractFiles.records()
                        .filter(record -> record.family().type() == JobEvent.class)
                        .map(ContractFiles.RecordType::wire)
                        .toList());
    }

    @Test
    void aCodeOfANewerVersionFitsAndIsReadAsAnInternalError() {
        byte[] newer = "{\"code\": \"out_of_budget\", \"message\": \"m\", \"retryable\": false}"
                .getBytes(StandardCharsets.UTF_8);

        ErrorInfo error = Json.read(newer, ErrorInfo.class);

        assertThat(error.code()).isEqualTo(ErrorCode.INTERNAL_ERROR);
        assertThat(ContractFiles.problemsWith("common.json#/$defs/error", Json.tree(newer)))
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            job-request     | a job-event's type           | {"type": "job.cancelled"}
            job-request     | no type                      | {"spec": "a stack"}
            job-request     | blank specification          | {"type": "plan", "spec": " \\n\\t"}
            job-request     | NUL                          | {"type": "plan", "spec": "a\\u0000b"}
            job-request     | null for a specification     | {"type": "plan", "spec": null}
            job-request     | too many repairs             | {"type": "plan", "spec": "a", "options": {"maxRepairs": 6}}
            job-request     | half a repair                | {"type": "plan", "spec": "a", "options": {"maxRepairs": 0.5}}
            job-request     | a deadline in words          | {"type": "plan", "spec": "a", "options": {"deadline": "10 min"}}
            job-request     | a deadline in nothing        | {"type": "plan", "spec": "a", "options": {"deadline": "PT"}}
            job-request     | a budget of nothing          | {"type": "plan", "spec": "a", "options": {"budgetUsd": 0}}
            job-request     | a budget in words            | {"type": "plan", "spec": "a", "options": {"budgetUsd": "1 USD"}}
            job-request     | a budget beyond measure      | {"type": "plan", "spec": "a", "options": {"budgetUsd": 1000000.01}}
            job-request     | a budget with seven digits   | {"type": "plan", "spec": "a", "options": {"budgetUsd": 0.0000001}}
            job-request     | unknown option               | {"type": "plan", "spec": "a", "options": {"retries": 1}}
            job-request     | metadata with an empty key   | {"type": "plan", "spec": "a", "metadata": {"": "b"}}
            job-request     | metadata with a number       | {"type": "plan", "spec": "a", "metadata": {"b": 1}}
            job-request     | neither plan nor job         | {"type": "build"}
            job-request     | plan and job                 | {"type": "build", "job": "0198c5a2-7c00-7000-8000-000000000001", "plan": {"summary": "s", "language": "python", "steps": [{"id": "a", "title": "t", "files": ["a.py"]}]}}
            job-request     | a job's id in upper case     | {"type": "build", "job": "0198C5A2-7C00-7000-8000-000000000001"}
            job-request     | another language             | {"type": "build", "plan": {"summary": "s", "language": "rust", "steps": [{"id": "a", "title": "t", "files": ["a.py"]}]}}
            job-request     | a plan without steps         | {"type": "build", "plan": {"summary": "s", "language": "python", "steps": []}}
            job-request     | a step named like a round    | {"type": "build", "plan": {"summary": "s", "language": "python", "steps": [{"id": "r1", "title": "t", "files": ["a.py"]}]}}
            job-request     | a step that writes a test    | {"type": "build", "plan": {"summary": "s", "language": "python", "steps": [{"id": "a", "title": "t", "files": ["test_a.py"]}]}}
            job-request     | no files                     | {"type": "test", "files": []}
            job-request     | neither test nor spec        | {"type": "test", "files": [{"path": "a.py", "content": ""}]}
            job-request     | a path that leaves the job   | {"type": "test", "files": [{"path": "../test_a.py", "content": ""}]}
            job-request     | a file that is no text       | {"type": "test", "files": [{"path": "test_a.py", "content": 1}]}
            order           | no since: a direct order     | {"type": "plan", "task": "plan", "attempt": 1, "spec": "a", "mayUseCache": true}
            order           | attempt 0                    | {"type": "plan", "task": "plan", "attempt": 0, "since": {"partition": 0, "offset": 0, "time": "2026-03-02T09:15:27Z"}, "spec": "a", "mayUseCache": true}
            order           | another service's task       | {"type": "plan", "task": "test", "attempt": 1, "since": {"partition": 0, "offset": 0, "time": "2026-03-02T09:15:27Z"}, "spec": "a", "mayUseCache": true}
            order           | tests are not test           | {"type": "test", "task": "tests", "attempt": 1, "since": {"partition": 0, "offset": 0, "time": "2026-03-02T09:15:27Z"}, "files": []}
            job-event       | no object                    | ["job.cancelled"]
            job-event       | an empty type                | {"type": ""}
            job-event       | a known type, not its shape  | {"type": "task.started", "task": "plan", "attempt": 1}
            job-event       | no task id                   | {"type": "task.scheduled", "task": "review", "attempt": 1}
            job-event       | a round for a step           | {"type": "task.scheduled", "task": "build:r1", "attempt": 1}
            job-event       | an error without a message   | {"type": "job.failed", "error": {"code": "conflict", "retryable": true}, "fidelity": "scaffold"}
            job-event       | unknown fidelity             | {"type": "job.completed", "fidelity": "partial"}
            job-event       | unknown verdict              | {"type": "job.completed", "fidelity": "scaffold", "verdict": "maybe"}
            control-command | unknown command              | {"type": "pause"}
            control-command | a reason that is no text     | {"type": "cancel", "reason": 1}
            heartbeat       | unknown service              | {"type": "worker.heartbeat", "worker": "w", "service": "reviewer", "version": "1", "slots": 1}
            heartbeat       | fewer than no slots          | {"type": "worker.heartbeat", "worker": "w", "service": "gateway", "version": "1", "slots": -1}
            """)
    void theSchemaRefuses(String family, String why, String json) {
        var problems = ContractFiles.problemsWith(family + ".json", Json.tree(json.getBytes(StandardCharsets.UTF_8)));

        assertThat(problems).as(why).isNotEmpty();
    }

    @Test
    void schemaAndCodeTakeTheSamePaths() {
        assertAgreement(
                "path",
                path -> ProjectPath.problemWith(path) == null,
                List.of(
                        "a", "B", "7", "_", "-", "+", " ", ".", "..", "/", "/", "\\", ":", "con", "NUL", "lpt1", "*",
                        "!", ",", "@", "[", "]", "^", "`", "{", "~", "\u0000", "\u001f", "\u007f", "\t", ".py", ".py",
                        ".py", ".txt", ".exe", ".PY"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"größe.py", "名前/ファイル.txt", "\u0928\u093f.py", "²/½.md", "ǅ_ß.json"})
    void theSchemaTakesPathsOfEveryScript(String path) {
        assertThat(ProjectPath.problemWith(path)).isNull();
        assertThat(fits("path", path)).isTrue();
    }

    /** Python's and Go's validators have neither look-ahead nor character properties. */
    @ParameterizedTest
    @MethodSource("files")
    void thePatternsAreInTheSyntaxThatAllLanguagesShare(String file) {
        var patterns = ContractFiles.schema(file).findValuesAsString("pattern");

        assertThat(patterns).noneMatch(pattern -> pattern.contains("(?") || pattern.matches(".*\\\\[pPuk].*"));
    }

    @Test
    void schemaAndCodeTakeTheSameDepths() {
        for (int depth = 1; depth <= ProjectPath.DEPTH + 1; depth++) {
            String path = "a/".repeat(depth - 1) + "a.py";

            boolean fits = fits("path", path);

            assertThat(fits).as(path).isEqualTo(ProjectPath.problemWith(path) == null);
        }
    }

    @Test
    void schemaAndCodeTakeTheSameTaskIds() {
        assertAgreement(
                "taskId",
                text -> isRead(TaskId::parse, text),
                List.of(
                        "plan", "build", "build:", "tests", "test", "a", "r", ":r", ":r1", ":r12", ":", "0", "1", "-",
                        "_", "A", "é"));
    }

    @Test
    void schemaAndCodeTakeTheSameStepIds() {
        assertAgreement(
                "stepId", TaskId::isStep, List.of("r", "0", "1", "12", "-", "_", "a", "z9", "A", ".", " ", "é"));
    }

    @Test
    void schemaAndCodeTakeTheSameJobIds() {
        assertAgreement(
                "jobId",
                text -> isRead(JobId::new, text),
                List.of("0198c5a2-7c00-7000-8000-000000000001", "0198c5a2", "-7c00", "-", "0", "A", "g", "{"));
    }

    static List<String> files() {
        return ContractFiles.schemas();
    }

    /** Texts made of these pieces are taken by both or by neither; and some are taken, and some are not. */
    private static void assertAgreement(String definition, Predicate<String> code, List<String> pieces) {
        Random random = new Random(20);
        Set<String> texts = Stream.generate(() -> random.ints(random.nextInt(1, 6), 0, pieces.size())
                        .mapToObj(pieces::get)
                        .reduce("", String::concat))
                .limit(3000)
                .collect(toSet());

        Map<String, Boolean> bySchema = texts.stream().collect(toMap(text -> text, text -> fits(definition, text)));

        assertThat(bySchema).isEqualTo(texts.stream().collect(toMap(text -> text, code::test)));
        assertThat(bySchema).containsValues(true, false);
    }

    private static boolean fits(String definition, String text) {
        return ContractFiles.problemsWith("common.json#/$defs/" + definition, StringNode.valueOf(text))
                .isEmpty();
    }

    private static boolean isRead(Function<String, ?> reader, String text) {
        try {
            return reader.apply(text) != null;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private static Map.Entry<String, Long> limit(String place, long value) {
        return Map.entry(place, value);
    }

    private static void collectLimits(String place, JsonNode node, Map<String, Long> found) {
        node.propertyStream().forEach(entry -> {
            String at = place + "/" + entry.getKey();
            if (LIMITS.contains(entry.getKey()) && entry.getValue().isIntegralNumber()) {
                found.put(at, entry.getValue().longValue());
            }
            collectLimits(at, entry.getValue(), found);
        });
        for (int i = 0; node.isArray() && i < node.size(); i++) {
            collectLimits(place + "/" + i, node.get(i), found);
        }
    }
}
