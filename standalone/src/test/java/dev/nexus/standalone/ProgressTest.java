package dev.nexus.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nexus.contract.ErrorCode;
import dev.nexus.contract.ErrorInfo;
import dev.nexus.contract.Fidelity;
import dev.nexus.contract.JobEvent;
import dev.nexus.contract.Outcome;
import dev.nexus.contract.TaskId;
import dev.nexus.contract.TestQuality;
import dev.nexus.contract.Usage;
import dev.nexus.standalone.client.StreamedEvent;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ProgressTest {

    @Test
    void linesTellEachChangeOnce() {
        ProgressLines lines = new ProgressLines(new PrintWriter(new StringWriter()));

        assertThat(SampleJob.stream().stream().map(lines::line).flatMap(Optional::stream))
                .containsExactlyElementsOf("""
                           0.0 s  job accepted (pipeline)
                           0.2 s  plan             started
                           0.3 s  plan             asking the model
                           0.5 s  plan             done: 1 step, from the plan cache
                           0.8 s  build:roman      started
                           0.9 s  tests            started
                           1.0 s  tests            done: 1 file
                           1.1 s  build:roman      waiting for a worker (attempt 2)
                           1.2 s  build:roman      started (attempt 2)
                           1.3 s  build:roman      failed (attempt 2): the model [31manswers 429
                           1.4 s  build:roman      waiting for a worker (attempt 3)
                           1.5 s  build:roman      started (attempt 3)
                           1.6 s  build:roman      done: 1 file
                           1.8 s  test             started
                           1.9 s  test             done: 1 passed, 1 failed
                           2.1 s  build:roman:r1   started
                           2.2 s  build:roman:r1   done: 1 file, 1 changed
                           2.4 s  test:r1          started
                           2.5 s  test:r1          done: 2 passed
                           2.6 s  job completed
                        """.lines().toList());
    }

    @Test
    void theBoardShowsWhereEachTaskIsWhoHasItAndHowLong() {
        ProgressBoard board = new ProgressBoard(new PrintWriter(new StringWriter()), screen(100, 24));

        SampleJob.stream().stream().limit(14).forEach(board::take);

        assertThat(board.lines().stream().map(line -> line.replaceAll(" +", " ")))
                .containsExactly(
                        "job accepted (pipeline), 1.3 s",
                        " ✓ plan done: 1 step, from the plan cache @1 0.3 s",
                        " ✗ build:roman failed (attempt 2): the model [31manswers 429 @2 0.1 s",
                        " ✓ tests done: 1 file @1 0.1 s");
    }

    @Test
    void aNarrowBoardLeavesOutWhoHasItAndThenHowLong() {
        ProgressBoard medium = new ProgressBoard(new PrintWriter(new StringWriter()), screen(60, 24));
        ProgressBoard narrow = new ProgressBoard(new PrintWriter(new StringWriter()), screen(40, 24));

        SampleJob.stream().stream().limit(6).forEach(event -> {
            medium.take(event);
            narrow.take(event);
        });

        assertThat(medium.lines().getLast()).isEqualTo("  ✓ plan             done: 1 step, from the pla…      0.3 s");
        assertThat(narrow.lines().getLast()).isEqualTo("  ✓ plan         done: 1 step, from th…");
    }

    @Test
    void noLineIsWiderThanTheScreenWhateverIsWrittenInIt() {
        String text = "建筑一个银行账户 👩‍👩‍👧 e\u0301 ".repeat(10);
        for (int columns = 20; columns <= 200; columns++) {
            ProgressBoard board = new ProgressBoard(new PrintWriter(new StringWriter()), screen(columns, 24));
            board.take(event(new JobEvent.TaskStarted(TaskId.build("b", 0), 1, "builder-银行")));
            board.take(event(new JobEvent.TaskProgress(TaskId.build("b", 0), 1, text)));
            int most = columns;

            assertThat(board.lines())
                    .allSatisfy(line -> assertThat(Columns.width(line)).isLessThan(most));
        }
    }

    @Test
    void theBoardIsDrawnOverItself() {
        FakeTerminal terminal = new FakeTerminal(60, 10);
        ProgressBoard board = new ProgressBoard(terminal.writer(), screen(60, 10));

        SampleJob.stream().forEach(board::show);

        assertThat(terminal.lines()).hasSize(7).first().asString().isEqualTo("job completed, 2.6 s");
        assertThat(terminal.lines())
                .filteredOn(line -> line.contains("build:roman "))
                .hasSize(1);
    }

    @Test
    void whatIsPrintedMeanwhileStandsBetweenTwoDrawings() {
        FakeTerminal terminal = new FakeTerminal(60, 20);
        ProgressBoard board = new ProgressBoard(terminal.writer(), screen(60, 20));
        SampleJob.stream().stream().limit(2).forEach(board::show);

        board.leave();
        terminal.writer().println("a plan");
        board.show(SampleJob.stream().get(2));

        assertThat(terminal.lines().get(2)).isEqualTo("a plan");
        assertThat(terminal.lines()).hasSize(5);
    }

    @Test
    void aWindowThatBecomesNarrowerIsDrawnOverAsFarAsItsLinesNowReach() {
        FakeTerminal terminal = new FakeTerminal(80, 20);
        int[] columns = {80};
        Canvas canvas = new Canvas(terminal.writer(), new Screen(() -> new WindowSize(columns[0], 20), false, true));
        canvas.draw(List.of("x".repeat(70), "y".repeat(10)));

        terminal.narrowTo(40);
        columns[0] = 40;
        canvas.draw(List.of("z".repeat(39)));

        assertThat(terminal.lines()).containsExactly("z".repeat(39));
    }

    @Test
    void theBoardOfALargeJobStaysSmallAndShowsWhatGoesOn() {
        ProgressBoard board = new ProgressBoard(new PrintWriter(new StringWriter()), screen(60, 12));

        for (int i = 1; i <= 20; i++) {
            board.take(event(new JobEvent.TaskScheduled(TaskId.build("s" + i, 0), 1)));
            if (i > 3) {
                board.take(event(new JobEvent.TaskCompleted(
                        TaskId.build("s" + i, 0),
                        1,
                        "w",
                        new Outcome.Written(List.of()),
                        Usage.NONE,
                        Fidelity.IMPLEMENTATION)));
            }
        }

        assertThat(board.lines()).hasSize(10).contains("  … 12 more tasks");
        assertThat(board.lines()).anyMatch(line -> line.contains("build:s1 "));
        assertThat(board.lines()).anyMatch(line -> line.contains("build:s20 "));
        assertThat(board.lines()).noneMatch(line -> line.contains("build:s4 "));
    }

    @Test
    void coloursAreForTerminalsThatWantThem() {
        assertThat(Screen.isColoured(Map.of())).isTrue();
        assertThat(Screen.isColoured(Map.of("NO_COLOR", ""))).isTrue();
        assertThat(Screen.isColoured(Map.of("NO_COLOR", "1"))).isFalse();
        assertThat(new Ink(true).good("x")).isEqualTo("\033[32mx\033[0m");
        assertThat(Ink.NONE.good("x")).isEqualTo("x");
    }

    @Test
    void aTerminalWithoutUnicodeGetsMarksThatItHas() {
        var ascii = new Screen(() -> new WindowSize(60, 24), false, false);
        ProgressBoard board = new ProgressBoard(new PrintWriter(new StringWriter()), ascii);

        SampleJob.stream().stream().limit(6).forEach(board::take);

        assertThat(board.lines().getLast()).startsWith("  + plan ");
    }

    @Test
    void whatSteersATerminalIsNotPassedOn() {
        assertThat(EventText.printable("a\u001b[2Jb\u009b31mc\u202ed\u2028e")).isEqualTo("a [2Jb 31mc d e");
    }

    @Test
    void aScaffoldIsSaidLoudly() {
        JobEvent done = new JobEvent.TaskCompleted(
                TaskId.tests(), 1, "w", new Outcome.Written(List.of()), Usage.NONE, Fidelity.SCAFFOLD);

        assertThat(EventText.of(done)).isEqualTo("done: 0 files, SCAFFOLD only");
    }

    @Test
    void whatCostSomethingSaysHowMuch() {
        Usage usage = new Usage(1, 0, 10, 5, new BigDecimal("0.012500"));
        JobEvent done = new JobEvent.TaskCompleted(
                TaskId.tests(), 1, "w", new Outcome.Written(List.of()), usage, Fidelity.IMPLEMENTATION);
        JobEvent failed = new JobEvent.TaskFailed(
                TaskId.tests(), 2, "w", new ErrorInfo(ErrorCode.TRUNCATED, "cut off", true), usage, null);

        assertThat(EventText.of(done)).isEqualTo("done: 0 files, 0.0125 USD");
        assertThat(EventText.of(failed)).isEqualTo("failed (attempt 2), 0.0125 USD: cut off");
    }

    @Test
    void writtenTestsAreToldWithTheirQuality() {
        var quality = new TestQuality(14, 13, List.of("tests/test_a.py::test_import"));
        JobEvent done = new JobEvent.TaskCompleted(
                TaskId.tests(),
                1,
                "w",
                new Outcome.Written(List.of(), List.of(), quality, List.of()),
                Usage.NONE,
                Fidelity.IMPLEMENTATION);

        assertThat(EventText.of(done))
                .isEqualTo("done: 0 files, 13 of 14 tests are meaningful; vacuous: tests/test_a.py::test_import");
    }

    private static StreamedEvent event(JobEvent event) {
        return new StreamedEvent(1, FakeGateway.START, event, "{}");
    }

    private static Screen screen(int columns, int rows) {
        return new Screen(() -> new WindowSize(columns, rows), false, true);
    }
}
