package dev.nexus.model;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nexus.contract.Fidelity;
import dev.nexus.contract.Plan;
import dev.nexus.contract.PlanRules;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Which specifications the offline model takes for something that it has. */
class OfflineRecognitionTest {

    @ParameterizedTest
    @MethodSource("paraphrases")
    void differentWordsMeanTheSameSample(String sample, String spec) {
        Plan plan = Offline.plan(spec);

        assertThat(plan.summary()).isEqualTo(SampleProject.load(sample).plan().summary());
    }

    @ParameterizedTest
    @MethodSource("otherSubjects")
    void otherSubjectsGetAScaffold(String spec) {
        ModelReply reply = Offline.ask(AgentPrompts.plan(spec));

        assertThat(reply.fidelity()).isEqualTo(Fidelity.SCAFFOLD);
        Plan plan = Offline.plan(spec);
        assertThat(plan.summary()).startsWith("Scaffold only: ");
        assertThat(PlanRules.problemsWith(plan)).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("recordStores")
    void recordStoresAreReadFromManyWordings(
            String entity, String fields, String operations, String saved, String spec) {
        RecordSpec store = RecordGrammar.read(Spec.of(spec)).orElseThrow(() -> new AssertionError("not read"));

        assertThat(store.canonical())
                .isEqualTo("Store " + entity + " records with fields " + fields + "; " + operations
                        + (saved.equals("yes") ? "; save to a JSON file" : "") + ".");
    }

    @ParameterizedTest
    @MethodSource("recordStores")
    void theSummaryOfARecordStoresPlanIsItsSpecification(
            String entity, String fields, String operations, String saved, String spec) {
        RecordSpec store = RecordGrammar.read(Spec.of(spec)).orElseThrow();

        assertThat(RecordGrammar.read(Spec.of(store.canonical()))).contains(store);
    }

    static Stream<Object[]> paraphrases() {
        return lines("paraphrases.txt").stream().map(line -> columns(line, 2));
    }

    static Stream<String> otherSubjects() {
        return lines("other-subjects.txt").stream();
    }

    static Stream<Object[]> recordStores() {
        return lines("record-stores.txt").stream().map(line -> columns(line, 5));
    }

    private static Object[] columns(String line, int count) {
        return line.split(" \\| ", count);
    }

    private static List<String> lines(String resource) {
        try (InputStream in = OfflineRecognitionTest.class.getResourceAsStream("/" + resource)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> !line.startsWith("#"))
                    .toList();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
