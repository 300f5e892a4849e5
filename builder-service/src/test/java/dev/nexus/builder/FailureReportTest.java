package dev.nexus.builder;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nexus.contract.Order;
import dev.nexus.contract.Plan;
import dev.nexus.contract.Since;
import dev.nexus.contract.TaskId;
import dev.nexus.contract.TestReport;
import dev.nexus.contract.Verdict;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class FailureReportTest {

    @Test
    void framesOfPythonsOwnFilesAreLeftOutAndTheirErrorStays() {
        String own = FailureReport.ownPart("""
                def test_parse():
                >       assert parse("{") == {}

                tests/test_calc.py:5:\s
                _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _
                calc.py:4: in parse
                    return json.loads(text)
                /usr/lib/python3.11/json/__init__.py:346: in loads
                    return _default_decoder.decode(s)
                /usr/lib/python3.11/json/decoder.py:337: in decode
                    obj, end = self.raw_decode(s, idx=_w(s, 0).end())
                _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _

                self = <json.decoder.JSONDecoder object at 0x7f669e823590>, s = '{', idx = 0

                    def raw_decode(self, s, idx=0):
                        try:
                >           obj, end = self.scan_once(s, idx)
                E           json.decoder.JSONDecodeError: Expecting property name enclosed in double quotes

                /usr/lib/python3.11/json/decoder.py:353: JSONDecodeError""");

        assertThat(own).isEqualTo("""
                def test_parse():
                >       assert parse("{") == {}

                tests/test_calc.py:5:
                calc.py:4: in parse
                    return json.loads(text)
                E           json.decoder.JSONDecodeError: Expecting property name enclosed in double quotes""");
    }

    @Test
    void whereAnObjectLayIsNotShownAsItIsAnotherPlaceInEveryRun() {
        String own = FailureReport.ownPart("""
                account = <account.Account object at 0x7f669e823590>, mask = 0x7f669e823590

                >       assert account.balance == 5
                E       AssertionError: assert 4 == 5
                E        +  where 4 = <account.Account object at 0x7f669e823590>.balance

                tests/test_account.py:5: AssertionError""");

        assertThat(own)
                .contains("account = <account.Account object at 0x…>, mask = 0x7f669e823590")
                .contains("where 4 = <account.Account object at 0x…>.balance");
    }

    @Test
    void anImportErrorIsShownFromTheJobsFileOn() {
        String own = FailureReport.ownPart("""
                ImportError while importing test module '/job/tests/test_imp.py'.
                Traceback:
                /usr/lib/python3.11/importlib/__init__.py:126: in import_module
                    return _bootstrap._gcd_import(name[level:], package, level)
                tests/test_imp.py:1: in <module>
                    from calc import nope
                E   ImportError: cannot import name 'nope' from 'calc' (/job/calc.py)""");

        assertThat(own).isEqualTo("""
                ImportError while importing test module '/job/tests/test_imp.py'.
                Traceback:
                tests/test_imp.py:1: in <module>
                    from calc import nope
                E   ImportError: cannot import name 'nope' from 'calc' (/job/calc.py)""");
    }

    @Test
    void aTraceOfTheJobAloneStaysAsItIs() {
        String trace = """
                def test_div():
                        x = div(1, 2)
                >       assert div(1, 0) == 3
                E       assert None == 3
                E        +  where None = div(1, 0)

                tests/test_calc.py:11: AssertionError""";

        assertThat(FailureReport.ownPart(trace)).isEqualTo(trace);
    }

    @Test
    void aLongTraceIsShownByItsEnd() {
        String own = FailureReport.ownPart("x".repeat(5_000) + "\nE   ValueError: no");

        assertThat(own).hasSize(FailureReport.TRACE_CHARS).endsWith("E   ValueError: no");
    }

    @Test
    void whenTheTracesTakeTooMuchRoomOnlyTheMessagesOfFurtherTestsAreShown() {
        List<TestReport.Result> failures = IntStream.range(0, 30)
                .mapToObj(i -> new TestReport.Result(
                        "t.py::test_" + i, TestReport.Outcome.FAILED, 1, "no " + i, "x".repeat(1_500), List.of()))
                .toList();
        Plan plan = new Plan("s", "python", List.of(), List.of());

        Map<String, Object> values = FailureReport.values(new Order.BuildOrder(
                TaskId.build("a", 1),
                1,
                new Since(0, 0, Instant.EPOCH),
                null,
                plan,
                List.of(),
                failures,
                new Order.TestRun(Verdict.FAILED, null, null, 7)));

        @SuppressWarnings("unchecked")
        List<Map<String, String>> shown = (List<Map<String, String>>) values.get("failures");
        assertThat(shown)
                .extracting(test -> test.get("message"))
                .hasSize(FailureReport.FAILURES)
                .startsWith("no 0")
                .endsWith("no 19");
        assertThat(shown)
                .extracting(test -> !test.get("trace").isEmpty())
                .filteredOn(whole -> whole)
                .hasSize(FailureReport.TRACES_CHARS / 1_500);
        assertThat(values).containsEntry("more", "17");
    }
}
