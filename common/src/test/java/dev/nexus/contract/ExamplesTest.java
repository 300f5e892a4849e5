package dev.nexus.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import dev.nexus.contract.ContractFiles.Example;
import dev.nexus.contract.ContractFiles.Family;
import dev.nexus.contract.ContractFiles.RecordType;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.node.ObjectNode;

/** Binds the records, which our code uses, to the schemas, which outsiders use: an example of each fits both. */
class ExamplesTest {

    @Test
    void everyKindOfValueHasASchema() {
        var typed = new ClassFileImporter()
                .withImportOption(new ImportOption.DoNotIncludeTests()).importPackages("dev.nexus.contract").stream()
                        .filter(type -> type.isAnnotatedWith(JsonTypeInfo.class))
                        .<Class<?>>map(type -> type.reflect());

        assertThat(typed)
                .filteredOn(type -> type != Outcome.class) // a part of an event
                .containsExactlyInAnyOrderElementsOf(ContractFiles.FAMILIES.stream()
                        .<Class<?>>map(Family::type)
                        .toList());
    }

    @ParameterizedTest
    @MethodSource("records")
    void everyRecordHasAnExample(RecordType record) {
        List<Example> examples = record.family().examples();

        assertThat(examples).extracting(Example::name).contains(record.wire());
    }

    @ParameterizedTest
    @MethodSource("examples")
    void everyExampleHasARecord(Example example) {
        Stream<RecordType> records = example.family().records();

        assertThat(records).extracting(RecordType::wire).contains(example.type());
    }

    @Test
    void everyOutcomeHasAnExample() {
        Stream<String> outcomes = ContractFiles.examples()
                .map(example -> example.tree().at("/outcome/type").asString(""));

        assertThat(outcomes)
                .containsAll(ContractFiles.leaves(Outcome.class)
                        .map(type -> new RecordType(ContractFiles.FAMILIES.getFirst(), type).wire())
                        .toList());
    }

    @ParameterizedTest
    @MethodSource("examples")
    void anExampleFitsItsSchema(Example example) {
        var problems = example.family().problemsWith(example.tree());

        assertThat(problems).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("examples")
    void anExampleReadsIntoTheRecordThatItIsNamedAfter(Example example) {
        Object record = Json.read(example.bytes(), example.family().type());

        assertThat(new RecordType(example.family(), record.getClass()).wire()).isEqualTo(example.type());
    }

    @ParameterizedTest
    @MethodSource("examples")
    void anExampleThatWasReadIsWrittenAsItWas(Example example) {
        Object record = Json.read(example.bytes(), example.family().type());

        byte[] written = Json.write(record);

        assertThat(Json.tree(written)).isEqualTo(example.tree());
    }

    @ParameterizedTest
    @MethodSource("examples")
    void aFieldOfANewerVersionIsSkipped(Example example) {
        ObjectNode newer = (ObjectNode) example.tree();
        newer.putObject("fromTheFuture").putArray("type").add(1);

        Object record = Json.read(Json.write(newer), example.family().type());

        assertThat(record).isEqualTo(Json.read(example.bytes(), example.family().type()));
    }

    @ParameterizedTest
    @MethodSource("examples")
    void onlyTheSchemaOfWhatOutsidersWriteIsClosed(Example example) {
        ObjectNode newer = (ObjectNode) example.tree();
        newer.putObject("fromTheFuture").putArray("type").add(1);

        boolean fits = example.family().problemsWith(newer).isEmpty();

        assertThat(fits).isEqualTo(example.family().type() != JobRequest.class);
    }

    @Test
    void anEventOfANewerVersionIsUnrecognisedAndFitsTheSchema() {
        byte[] newer = "{\"type\": \"task.reviewed\", \"task\": 7, \"stars\": [5]}".getBytes(StandardCharsets.UTF_8);

        JobEvent event = Json.readEvent(newer);

        assertThat(event).isEqualTo(new JobEvent.Unrecognised("task.reviewed"));
        assertThat(ContractFiles.problemsWith("job-event.json", Json.tree(newer)))
                .isEmpty();
    }

    @ParameterizedTest
    @MethodSource("requiredFields")
    void theSchemaRefusesWhatLacksARequiredField(Example example, String field) {
        ObjectNode incomplete = ((ObjectNode) example.tree()).without(field);

        var problems = example.family().problemsWith(incomplete);

        assertThat(problems).isNotEmpty();
    }

    @ParameterizedTest
    @MethodSource("requiredFields")
    void theReaderRefusesWhatLacksARequiredField(Example example, String field) {
        byte[] incomplete = Json.write(((ObjectNode) example.tree()).without(field));

        assertThatThrownBy(() -> Json.read(incomplete, example.family().type())).isInstanceOf(JacksonException.class);
    }

    @ParameterizedTest
    @MethodSource("fields")
    void theSchemaRefusesAFieldOfTheWrongKind(Example example, String field) {
        ObjectNode wrong = (ObjectNode) example.tree();
        if (wrong.get(field).isContainer()) {
            wrong.put(field, "text");
        } else {
            wrong.putObject(field);
        }

        var problems = example.family().problemsWith(wrong);

        assertThat(problems).isNotEmpty();
    }

    static Stream<RecordType> records() {
        return ContractFiles.records();
    }

    static Stream<Example> examples() {
        return ContractFiles.examples();
    }

    static Stream<Arguments> fields() {
        return examples()
                .flatMap(example -> example.tree().propertyNames().stream().map(field -> arguments(example, field)));
    }

    /** The fields whose components are neither nullable nor have a default. */
    static Stream<Arguments> requiredFields() {
        return examples().flatMap(example -> {
            Class<?> type = Json.read(example.bytes(), example.family().type()).getClass();
            return Arrays.stream(type.getRecordComponents())
                    .filter(part -> !part.getAnnotatedType().isAnnotationPresent(Nullable.class))
                    .filter(part ->
                            !List.of(List.class, Map.class, JobOptions.class).contains(part.getType()))
                    .map(part -> arguments(example, part.getName()));
        });
    }
}
