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
    void theBoardShowsWhereEachTaskIs() {
        ProgressBoard board = new ProgressBoard(new PrintWriter(new StringWriter()), 60);

        SampleJob.stream().stream().limit(14).forEach(board::take);

        assertThat(board.lines())
                .containsExactly(
                        "job accepted (pipeline), 1.3 s",
                        "  ✓ plan             done: 1 step, from the plan cache",
                        "  ✗ build:roman      failed (attempt 2): the model [31mans…",
                        "  ✓ tests            done: 1 file");
    }

    @Test
    void theBoardIsDrawnOverItself() {
        StringWriter screen = new StringWriter();
        ProgressBoard board = new ProgressBoard(new PrintWriter(screen), 60);

        SampleJob.stream().stream().limit(2).forEach(board::show);

        String end = System.lineSeparator();
        assertThat(screen)
                .hasToString("job accepted (pipeline), 0.0 s" + end
                        + "\033[1A\r\033[J"
                        + "job accepted (pipeline), 0.1 s" + end
                        + "  · plan             waiting for a worker" + end);
    }

    @Test
    void theBoardOfALargeJobStaysSmall() {
        ProgressBoard board = new ProgressBoard(new PrintWriter(new StringWriter()), 60);

        for (int i = 1; i <= 20; i++) {
            board.take(event(new JobEvent.TaskScheduled(TaskId.build("s" + i, 0), 1)));
        }

        assertThat(board.lines())
                .hasSize(16)
                .contains("  … 6 earlier tasks")
                .last()
                .asString()
                .contains("build:s20");
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
        return new StreamedEvent(1, FakeGateway.START, event);
    }
}
