package dev.nexus.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nexus.contract.TestReport;
import dev.nexus.contract.TestReport.Outcome;
import dev.nexus.contract.TestReport.Result;
import dev.nexus.contract.Verdict;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.w3c.dom.Element;
import org.w3c.dom.Node;
import org.xml.sax.SAXException;

class JUnitXmlTest {

    private static final Result PASSED = result("tests/test_roman.py::test_one", Outcome.PASSED, null, null);

    @Test
    void aReportIsWrittenAsSuitesOfCases() {
        TestReport report = new TestReport(
                Verdict.FAILED,
                List.of(
                        PASSED,
                        result("tests/test_roman.py::TestBack::test_four[a::b]", Outcome.FAILED, "no \"IV\"", "E  <x>"),
                        result("tests/test_more.py", Outcome.ERROR, "ImportError: no", "trace"),
                        result("tests/test_roman.py::test_large", Outcome.SKIPPED, "too large", null)),
                731,
                null,
                null);

        String xml = new String(JUnitXml.of(report), StandardCharsets.UTF_8);

        assertThat(xml.replaceAll("><", ">\n<")).isEqualTo("""
                <?xml version="1.0" encoding="UTF-8"?>
                <testsuites name="nexus" tests="4" failures="1" errors="1" skipped="1" time="0.731">
                <testsuite name="tests/test_roman.py" tests="3" failures="1" errors="0" skipped="1" time="0.042">
                <testcase classname="tests.test_roman" name="test_one" file="tests/test_roman.py" time="0.014">
                </testcase>
                <testcase classname="tests.test_roman.TestBack" name="test_four[a::b]" file="tests/test_roman.py" time="0.014">
                <failure type="failed" message="no &quot;IV&quot;">E  &lt;x&gt;</failure>
                </testcase>
                <testcase classname="tests.test_roman" name="test_large" file="tests/test_roman.py" time="0.014">
                <skipped type="skipped" message="too large">
                </skipped>
                </testcase>
                </testsuite>
                <testsuite name="tests/test_more.py" tests="1" failures="0" errors="1" skipped="0" time="0.014">
                <testcase classname="tests.test_more" name="tests/test_more.py" file="tests/test_more.py" time="0.014">
                <error type="error" message="ImportError: no">trace</error>
                </testcase>
                </testsuite>
                </testsuites>""");
    }

    @ParameterizedTest
    @EnumSource(value = Verdict.class, names = "PASSED", mode = EnumSource.Mode.EXCLUDE)
    void aRunThatDidNotPassShowsAnErrorEvenIfEveryTestInItDid(Verdict verdict) {
        TestReport report = new TestReport(verdict, List.of(PASSED), 60_000, "the tests did not end", "printed");

        Element suites = parsed(report);

        assertThat(suites.getAttribute("tests")).isEqualTo("2");
        assertThat(suites.getAttribute("errors")).isEqualTo("1");
        Element error = (Element) suites.getElementsByTagName("error").item(0);
        assertThat(error.getAttribute("type")).isEqualTo(verdict.wire());
        assertThat(error.getAttribute("message")).isEqualTo("the tests did not end");
        assertThat(suites.getElementsByTagName("system-out").item(0).getTextContent())
                .isEqualTo("printed");
    }

    @Test
    void whatATestPrintedStandsWithIt() {
        Result loud = new Result(
                "tests/test_a.py::test_x", Outcome.PASSED, 14, null, null, List.of(), List.of(), "heard\u0007\n");

        Element suites = parsed(new TestReport(Verdict.PASSED, List.of(PASSED, loud), 60, null, null));

        assertThat(suites.getElementsByTagName("system-out").getLength()).isEqualTo(1);
        Element output = (Element) suites.getElementsByTagName("system-out").item(0);
        assertThat(output.getTextContent()).isEqualTo("heard\n");
        assertThat(((Element) output.getParentNode()).getAttribute("name")).isEqualTo("test_x");
    }

    @Test
    void aRunThatPassedShowsNoError() {
        Element suites = parsed(new TestReport(Verdict.PASSED, List.of(PASSED), 60, null, "printed"));

        assertThat(suites.getElementsByTagName("error").getLength()).isZero();
        assertThat(suites.getAttribute("tests")).isEqualTo("1");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"]]>", "<!--", "<![CDATA[", "&amp;", "</testsuites>", "\"'><", "ü🐍", "a b\tc", "&#0;", "%s ${x}"
            })
    void hostileTextStaysText(String hostile) {
        Result test = result("tests/test_a.py::test_x[" + hostile + "]", Outcome.FAILED, hostile, hostile);

        Element suites = parsed(new TestReport(Verdict.FAILED, List.of(test), 1, null, null));

        Element shown = (Element) suites.getElementsByTagName("testcase").item(0);
        Node failure = shown.getElementsByTagName("failure").item(0);
        assertThat(suites.getElementsByTagName("*").getLength()).isEqualTo(3);
        assertThat(shown.getAttribute("name")).isEqualTo("test_x[" + hostile.replace('\t', ' ') + "]");
        assertThat(failure.getTextContent()).isEqualTo(hostile);
    }

    @Test
    void controlCharactersAndHalfPairsAreStripped() {
        String odd = "a\u0000b\u001b[31mc\u0007\r\nd\ud83de\udc00f\ufffeg\uffffh\u009bi\u007fj";
        Result test = result("tests/test_a.py::test_x", Outcome.FAILED, odd, odd);

        Element suites = parsed(new TestReport(Verdict.FAILED, List.of(test), 1, null, null));

        assertThat(suites.getElementsByTagName("failure").item(0).getTextContent())
                .isEqualTo("ab[31mc\ndefghij");
    }

    static LongStream seeds() {
        return LongStream.range(0, 200);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void whateverTestsAreCalledAndSayTheDocumentIsWellFormedAndHasThemAll(long seed) {
        Random random = new Random(seed);
        List<Result> tests = new ArrayList<>();
        for (int i = random.nextInt(20); i > 0; i--) {
            Outcome outcome = List.of(Outcome.values()).get(random.nextInt(4));
            tests.add(result(text(random), outcome, text(random), random.nextBoolean() ? text(random) : null));
        }
        Verdict verdict = tests.stream().anyMatch(Result::isFailure) ? Verdict.FAILED : Verdict.PASSED;

        Element suites = parsed(new TestReport(verdict, tests, 1, text(random), text(random)));

        assertThat(suites.getElementsByTagName("testcase").getLength()).isEqualTo(tests.size());
        assertThat(suites.getAttribute("tests")).isEqualTo("" + tests.size());
    }

    private static String text(Random random) {
        List<String> pieces =
                List.of("::", "[", "]", ".py", "tests/", "<", "&", "]]>", "\u0000", "\ud800", "🐍", "\n", "ü", "\"");
        StringBuilder text = new StringBuilder();
        for (int i = random.nextInt(8); i >= 0; i--) {
            text.append(pieces.get(random.nextInt(pieces.size())));
        }
        return text.toString();
    }

    private static Result result(String id, Outcome outcome, @Nullable String message, @Nullable String trace) {
        return new Result(id, outcome, 14, message, trace, List.of());
    }

    private static Element parsed(TestReport report) {
        try {
            return DocumentBuilderFactory.newInstance()
                    .newDocumentBuilder()
                    .parse(new ByteArrayInputStream(JUnitXml.of(report)))
                    .getDocumentElement();
        } catch (SAXException | IOException | ParserConfigurationException e) {
            throw new AssertionError(new String(JUnitXml.of(report), StandardCharsets.UTF_8), e);
        }
    }
}
