package dev.nexus.planner;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.nexus.agent.Asking.Reading;
import dev.nexus.contract.Json;
import dev.nexus.contract.Limits;
import dev.nexus.contract.Plan;
import java.lang.reflect.RecordComponent;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

class PlanReplyTest {

    private static final String ROMAN = Resources.text("roman.plan.json");

    @Test
    void theExampleReadsAndWritesBackToTheSameTree() {
        // When
        Reading<PlanReply> reply = read(ROMAN);
        // Then
        Plan plan = ((PlanReply.Valid) value(reply)).plan();
        ObjectNode written = (ObjectNode) Json.tree(Json.write(plan));
        ((ObjectNode) written.at("/steps/0")).putArray("dependsOn"); // what is empty is not written
        assertThat((JsonNode) written).isEqualTo(roman());
    }

    @ParameterizedTest
    @MethodSource
    void theSchemaDemandsExactlyTheFieldsOfTheRecord(Class<? extends Record> type, String place) {
        // Given
        JsonNode schema = Json.MAPPER.readTree(PlanReply.FORMAT.schema()).at(place);
        // When
        List<String> fields = Arrays.stream(type.getRecordComponents())
                .map(PlanReplyTest::wireName)
                .toList();
        // Then
        assertThat(schema.get("properties").propertyNames()).containsExactlyElementsOf(fields);
        assertThat(schema.get("required").valueStream().map(JsonNode::asString)).containsExactlyElementsOf(fields);
        assertThat(schema.get("additionalProperties").asBoolean()).isFalse();
    }

    static Stream<Arguments> theSchemaDemandsExactlyTheFieldsOfTheRecord() {
        return Stream.of(
                Arguments.of(Plan.class, ""),
                Arguments.of(Plan.Module.class, "/$defs/module"),
                Arguments.of(Plan.Function.class, "/$defs/function"),
                Arguments.of(Plan.PlanStep.class, "/$defs/step"));
    }

    private static String wireName(RecordComponent component) {
        JsonProperty renamed = component.getAccessor().getAnnotation(JsonProperty.class);
        return renamed == null ? component.getName() : renamed.value();
    }

    @ParameterizedTest
    @ValueSource(strings = {"```json\n%s\n```", "```\n%s\n```", "\n```json\n%s```\n", "  %s\n\n"})
    void aFenceAroundTheWholeIsNoMatter(String form) {
        assertThat(value(read(form.formatted(ROMAN)))).isInstanceOf(PlanReply.Valid.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Here is the plan:\n%s",
                "%s\nI hope that this helps.",
                "%1$s %1$s",
                "Here it is:\n```json\n%s\n```",
                "```json\n%1$s\n```\n```json\n%1$s\n```",
                "```yaml\n%s\n```"
            })
    void anythingElseAroundItIsRefused(String form) {
        assertThat(problems(form.formatted(ROMAN)))
                .singleElement()
                .asString()
                .startsWith("the answer is not one JSON document: ");
    }

    @Test
    void aKeyGivenTwiceIsRefused() {
        assertThat(problems(ROMAN.replaceFirst("\\{", "{\"language\": \"rust\",")))
                .singleElement()
                .asString()
                .contains("language");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " \n", "```json\n```"})
    void anEmptyAnswerIsRefused(String text) {
        assertThat(problems(text)).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"I can't do that.", "[]", "null", "{}", "{\"summary\": \"cut of"})
    void whatIsNoPlanIsRefused(String text) {
        assertThat(problems(text)).isNotEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "'', summary",
        "'', language",
        "'', interface",
        "'', steps",
        "/interface/0, name",
        "/interface/0, functions",
        "/interface/0/functions/1, name",
        "/interface/0/functions/1, signature",
        "/interface/0/functions/1, description",
        "/steps/1, id",
        "/steps/1, title",
        "/steps/1, files",
        "/steps/1, dependsOn"
    })
    void aMissingFieldIsNamedWithItsPlace(String place, String field) {
        // Given
        ObjectNode plan = roman();
        ((ObjectNode) plan.at(place)).remove(field);
        // When
        List<String> problems = problems(plan.toString());
        // Then
        assertThat(problems).singleElement().asString().startsWith(place + ":").contains("'" + field + "'");
    }

    @Test
    void aFieldThatTheSchemaDoesNotKnowIsNamed() {
        assertThat(problems(edited(plan -> plan.put("author", "me"))))
                .singleElement()
                .asString()
                .contains("'author'");
    }

    @ParameterizedTest
    @MethodSource
    void aBrokenRuleIsNamedWithItsPlace(String place, Consumer<ObjectNode> edit) {
        assertThat(problems(edited(edit))).anyMatch(problem -> problem.startsWith(place));
    }

    static Stream<Arguments> aBrokenRuleIsNamedWithItsPlace() {
        return Stream.of(
                rule("/summary", plan -> plan.put("summary", " ")),
                rule("/language", plan -> plan.put("language", "Python")),
                rule("/language", plan -> plan.put("language", "python 3.11")),
                rule("/interface/0/name", plan -> at(plan, "/interface/0").put("name", "")),
                rule("/steps is empty", plan -> plan.putArray("steps")),
                rule("/steps has more than", plan -> {
                    for (int i = 0; i < Limits.PLAN_STEPS; i++) {
                        addStep(plan, "s" + i, "s" + i + ".py");
                    }
                }),
                rule("/steps name more than", plan -> {
                    for (int i = 0; i < Limits.FILES; i++) {
                        files(plan, 0).add("m" + i + ".py");
                    }
                }),
                rule("/steps/0/id must", plan -> at(plan, "/steps/0").put("id", "Upper Case")),
                rule("/steps/0/id must", plan -> at(plan, "/steps/0").put("id", "r1")),
                rule("/steps/1/id is used", plan -> at(plan, "/steps/1").put("id", "numerals")),
                rule("/steps/1/files is empty", plan -> files(plan, 1).removeAll()),
                rule("/steps/1/files", plan -> files(plan, 1).add("../up.py")),
                rule("/steps/1/files", plan -> files(plan, 1).add("/etc/passwd.txt")),
                rule("/steps/1/files", plan -> files(plan, 1).add(".hidden.py")),
                rule("/steps/1/files", plan -> files(plan, 1).add("ROMAN/numerals.py")),
                rule("/steps: 'roman/numerals.py'", plan -> files(plan, 1).add("roman/numerals.py/more.py")),
                rule(
                        "/steps/1/dependsOn",
                        plan -> at(plan, "/steps/1").putArray("dependsOn").add("nowhere")),
                rule(
                        "/steps depend",
                        plan -> at(plan, "/steps/0").putArray("dependsOn").add("command-line")),
                rule(
                        "/steps/1/files: 'tests/test_roman.py'",
                        plan -> files(plan, 1).add("tests/test_roman.py")),
                rule("/steps/1/files: 'tests/data.csv'", plan -> files(plan, 1).add("tests/data.csv")),
                rule(
                        "/steps/1/files: 'roman/conftest.py'",
                        plan -> files(plan, 1).add("roman/conftest.py")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"contest.py", "latest.py", "roman/tests_of_strength.py", "contests/data.csv"})
    void aNameThatOnlySoundsLikeATestIsNoProblem(String path) {
        assertThat(value(read(edited(plan -> files(plan, 1).add(path))))).isInstanceOf(PlanReply.Valid.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"rust", "c++", "c#", "objective-c", ".net"})
    void anotherLanguageIsNoFaultOfThePlan(String language) {
        // Given
        String plan = edited(tree -> tree.put("language", language).putArray("steps"));
        // When
        Reading<PlanReply> reply = read(plan);
        // Then
        assertThat(reply).isEqualTo(new Reading.Usable<>(new PlanReply.OtherLanguage(language)));
    }

    @Test
    void theProblemsAreInEnglishEverywhere() {
        // Given
        Locale before = Locale.getDefault();
        Locale.setDefault(Locale.GERMANY);
        try {
            // When
            List<String> problems = problems("[]");
            // Then
            assertThat(problems).containsExactly(": array found, object expected");
        } finally {
            Locale.setDefault(before);
        }
    }

    private static Arguments rule(String place, Consumer<ObjectNode> edit) {
        return Arguments.of(place, edit);
    }

    private static ObjectNode at(ObjectNode plan, String place) {
        return (ObjectNode) plan.at(place);
    }

    private static ArrayNode files(ObjectNode plan, int step) {
        return (ArrayNode) plan.at("/steps/" + step + "/files");
    }

    private static void addStep(ObjectNode plan, String id, String file) {
        ObjectNode step =
                ((ArrayNode) plan.get("steps")).addObject().put("id", id).put("title", id);
        step.putArray("files").add(file);
        step.putArray("dependsOn");
    }

    private static ObjectNode roman() {
        return (ObjectNode) Json.tree(ROMAN.getBytes(StandardCharsets.UTF_8));
    }

    private static String edited(Consumer<ObjectNode> edit) {
        ObjectNode plan = roman();
        edit.accept(plan);
        return plan.toString();
    }

    private static List<String> problems(String text) {
        return switch (read(text)) {
            case Reading.Usable<PlanReply>(var value) -> throw new AssertionError("is taken: " + value);
            case Reading.Unusable<PlanReply>(var problems) -> problems;
        };
    }

    private static PlanReply value(Reading<PlanReply> reading) {
        return switch (reading) {
            case Reading.Usable<PlanReply>(var value) -> value;
            case Reading.Unusable<PlanReply>(var problems) -> throw new AssertionError(problems);
        };
    }

    private static Reading<PlanReply> read(String text) {
        return PlanReply.read(text);
    }
}
