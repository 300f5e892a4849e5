package dev.nexus.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.nexus.agent.Asking.Answer;
import dev.nexus.agent.Asking.Reading;
import dev.nexus.contract.ErrorCode;
import dev.nexus.contract.Fidelity;
import dev.nexus.contract.ModelCall.Message;
import dev.nexus.contract.Usage;
import dev.nexus.model.ModelReply;
import dev.nexus.model.ModelReply.Stop;
import dev.nexus.model.ModelRequest;
import dev.nexus.model.OutputFormat;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class AskingTest {

    private static final Asking.Wanted WANTED =
            new Asking.Wanted("whole number", "write fewer digits", "Answer with digits only.");
    private static final ModelRequest REQUEST = new ModelRequest(
            "v1", "You count.", List.of(new Message("user", "How many?")), new OutputFormat.Files("ab"), 100);

    private final List<String> read = new ArrayList<>();

    @Test
    void aUsableAnswerIsReadAndKeepsItsFidelity() throws Exception {
        // Given
        var task = new ScriptedTask().then(new ModelReply("scripted", "42", Stop.END, Usage.NONE, Fidelity.SCAFFOLD));
        // When
        Answer<Integer> answer = ask(task);
        // Then
        assertThat(answer).isEqualTo(new Answer<>(42, Fidelity.SCAFFOLD));
        assertThat(task.asked()).containsExactly(REQUEST);
        assertThat(task.progress()).isEmpty();
    }

    @Test
    void anUnusableAnswerIsAskedAgainWithItsProblems() throws Exception {
        // Given
        var task = new ScriptedTask("4x2y", "42");
        // When
        Answer<Integer> answer = ask(task);
        // Then
        assertThat(answer.value()).isEqualTo(42);
        assertThat(task.asked()).containsExactly(REQUEST, REQUEST.askedAgain("4x2y", """
                                That is no whole number:
                                - 'x' is no digit
                                - 'y' is no digit
                                Answer with digits only."""));
        assertThat(task.progress()).containsExactly("the answer was no whole number: asking again (2 of 3)");
    }

    @Test
    void theSecondComplaintFollowsTheFirst() throws Exception {
        // Given
        var task = new ScriptedTask("first", "second", "42");
        // When
        Answer<Integer> answer = ask(task);
        // Then
        assertThat(answer.value()).isEqualTo(42);
        assertThat(task.asked().get(2).messages())
                .hasSize(5)
                .startsWith(task.asked().get(1).messages().toArray(Message[]::new))
                .contains(new Message("assistant", "second"));
        assertThat(task.progress())
                .containsExactly(
                        "the answer was no whole number: asking again (2 of 3)",
                        "the answer was no whole number: asking again (3 of 3)");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "   ", "x", "Sorry"})
    void afterThreeUnusableAnswersTheTaskFailsWithTheLastOneKept(String bad) {
        // Given
        var task = new ScriptedTask("a", "b", bad, "42");
        // When, Then
        assertThatExceptionOfType(TaskFailure.class).isThrownBy(() -> ask(task)).satisfies(failure -> {
            assertThat(failure.error().code()).isEqualTo(ErrorCode.INVALID_MODEL_OUTPUT);
            assertThat(failure.error().retryable()).isFalse();
            assertThat(failure.detail()).isEqualTo(bad);
        });
        assertThat(task.asked()).hasSize(3);
    }

    @Test
    void theFailureNamesTheFirstProblemOfTheLastAnswer() {
        // Given
        var task = new ScriptedTask("a", "b", "4x2y");
        // When, Then
        assertThatExceptionOfType(TaskFailure.class)
                .isThrownBy(() -> ask(task))
                .withMessage("the model gave no whole number in 3 answers; the last one: 'x' is no digit");
    }

    @Test
    void anAnswerThatWasCutOffIsAskedAgainUnread() throws Exception {
        // Given
        var task = new ScriptedTask().then("4", Stop.LENGTH).then("42", Stop.END);
        // When
        Answer<Integer> answer = ask(task);
        // Then
        assertThat(answer.value()).isEqualTo(42);
        assertThat(read).containsExactly("42");
        assertThat(complaint(task))
                .contains("\n- the answer was cut off at the limit of its length; write fewer digits\n");
    }

    @ParameterizedTest
    @CsvSource({"REFUSAL, MODEL_REFUSED", "CONTENT_FILTER, CONTENT_FILTERED"})
    void whatWasRefusedOrWithheldEndsTheTaskAtOnceUnread(Stop stop, ErrorCode code) {
        // Given
        var task = new ScriptedTask().then("7", stop).then("42", Stop.END);
        // When, Then
        assertThatExceptionOfType(TaskFailure.class).isThrownBy(() -> ask(task)).satisfies(failure -> {
            assertThat(failure.error().code()).isEqualTo(code);
            assertThat(failure.error().retryable()).isFalse();
            assertThat(failure.error().message()).contains("scripted").contains("whole number");
            assertThat(failure.detail()).isEqualTo("7");
        });
        assertThat(task.asked()).hasSize(1);
        assertThat(read).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(
            value = Stop.class,
            names = {"END", "LENGTH"})
    void theLastOfUnusableAnswersTellsWhyTheTaskFails(Stop last) {
        // Given
        var task = new ScriptedTask().then("4", Stop.LENGTH).then("x", Stop.END).then("x", last);
        // When, Then
        assertThatExceptionOfType(TaskFailure.class)
                .isThrownBy(() -> ask(task))
                .satisfies(failure -> assertThat(failure.error().code())
                        .isEqualTo(
                                last == Stop.LENGTH ? ErrorCode.MODEL_OUTPUT_LIMIT : ErrorCode.INVALID_MODEL_OUTPUT));
        assertThat(task.asked()).hasSize(3);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "\n\t\n"})
    void anEmptyAnswerIsAskedAgainUnread(String empty) throws Exception {
        // Given
        var task = new ScriptedTask(empty, "42");
        // When
        Answer<Integer> answer = ask(task);
        // Then
        assertThat(answer.value()).isEqualTo(42);
        assertThat(read).containsExactly("42");
        assertThat(complaint(task)).contains("\n- the answer is empty; a whole number is wanted\n");
    }

    @ParameterizedTest
    @EnumSource(
            value = Stop.class,
            names = {"END", "LENGTH"})
    void noMessageIsEverEmpty(Stop stop) throws Exception {
        // Given
        var task = new ScriptedTask().then("", stop).then("42", Stop.END);
        // When
        ask(task);
        // Then
        assertThat(task.asked().get(1).messages())
                .hasSize(3)
                .noneMatch(message -> message.text().isBlank());
    }

    @Test
    void asManyProblemsAreToldAsAllowed() throws Exception {
        // Given
        var task = new ScriptedTask("x".repeat(20), "42");
        // When
        ask(task);
        // Then
        assertThat(complaint(task).lines().filter(line -> line.startsWith("- 'x'")))
                .hasSize(20);
        assertThat(complaint(task)).doesNotContain("more");
    }

    @Test
    void noMoreProblemsAreToldThanAnyoneReads() throws Exception {
        // Given
        String answer = "x".repeat(1000);
        var task = new ScriptedTask(answer, "42");
        // When
        ask(task);
        // Then
        assertThat(complaint(task).lines().filter(line -> line.startsWith("- 'x'")))
                .hasSize(20);
        assertThat(complaint(task)).contains("\n- and 980 more\n");
    }

    @Test
    void aModelThatGivesNoAnswerEndsTheTask() {
        // Given
        var task = new ScriptedTask("bad");
        // When, Then
        assertThatExceptionOfType(TaskFailure.class)
                .isThrownBy(() -> ask(task))
                .satisfies(failure -> assertThat(failure.error().code()).isEqualTo(ErrorCode.MODEL_UNAVAILABLE));
        assertThat(task.asked()).hasSize(2);
    }

    @Test
    void whatIsUnusableHasAProblem() {
        assertThatIllegalArgumentException().isThrownBy(() -> new Reading.Unusable<>(List.of()));
    }

    private Answer<Integer> ask(ScriptedTask task) throws TaskFailure, InterruptedException {
        return Asking.ask(task, REQUEST, WANTED, this::number);
    }

    private Reading<Integer> number(String text) {
        read.add(text);
        List<String> problems = text.chars()
                .filter(c -> !Character.isDigit(c))
                .mapToObj(c -> "'" + (char) c + "' is no digit")
                .toList();
        return problems.isEmpty() ? new Reading.Usable<>(Integer.valueOf(text)) : new Reading.Unusable<>(problems);
    }

    private static String complaint(ScriptedTask task) {
        return task.asked().get(1).messages().getLast().text();
    }
}
