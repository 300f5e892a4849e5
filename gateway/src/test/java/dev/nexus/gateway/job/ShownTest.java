package dev.nexus.gateway.job;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nexus.contract.TestReport;
import dev.nexus.contract.TestReport.Outcome;
import dev.nexus.contract.TestReport.Result;
import dev.nexus.contract.Verdict;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ShownTest {

    @ParameterizedTest
    @CsvSource(delimiter = '|', nullValues = "-", textBlock = """
            t.py::a                                      | t.py::a                    | -
            t.py::a t.py::b t.py::c                      | t.py::a t.py::b t.py::c    | -
            t.py::a[1]                                   | t.py::a[1]                 | -
            t.py::a[1] t.py::a[2]                        | t.py::a[1]                 | 1
            t.py::a[1] t.py::a[2] t.py::a[3]             | t.py::a[1] t.py::a[2]      | 1
            t.py::a[1] t.py::a[2] t.py::a[3] t.py::a[4]  | t.py::a[1] t.py::a[2]      | 2
            t.py::a[1] t.py::b[1] t.py::a[2] t.py::b[2]  | t.py::a[1] t.py::b[1]      | 2
            t.py::A::a[[] t.py::A::a[]] t.py::B::a[x::y] | t.py::A::a[[] t.py::B::a[x::y] | 1
            t[1].py::a t[1].py::b                        | t[1].py::a t[1].py::b      | -
            """)
    void ofTheFailingCasesOfATestHalfAreShown(String failed, String shown, Integer heldBack) {
        List<Result> failures =
                Arrays.stream(failed.split(" ")).map(ShownTest::failed).toList();

        Shown half = Shown.of(new TestReport(Verdict.FAILED, failures, 1, null, null));

        assertThat(half.failures()).extracting(Result::id).containsExactly(shown.split(" "));
        assertThat(half.run().heldBack()).isEqualTo(heldBack);
    }

    private static Result failed(String id) {
        return new Result(id, Outcome.FAILED, 1, "assert 1 == 2", null, List.of());
    }
}
