package dev.nexus.gateway.http;

import dev.nexus.contract.TestReport;
import dev.nexus.contract.TestReport.Outcome;
import dev.nexus.contract.TestReport.Result;
import dev.nexus.contract.Verdict;
import java.io.ByteArrayOutputStream;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import javax.xml.stream.XMLOutputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamWriter;
import org.jspecify.annotations.Nullable;

/** A test report as JUnit XML, which CI servers read: a suite for each test file, with pytest's names for its tests. */
final class JUnitXml {

    /** Stands for the run as a whole, where it did not pass and no test says why: else a server would take it for passed. */
    private static final String RUN = "test run";

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final XMLStreamWriter xml;

    private JUnitXml() throws XMLStreamException {
        xml = XMLOutputFactory.newDefaultFactory().createXMLStreamWriter(bytes, StandardCharsets.UTF_8.name());
    }

    static byte[] of(TestReport report) {
        try {
            JUnitXml document = new JUnitXml();
            document.write(report);
            return document.bytes.toByteArray();
        } catch (XMLStreamException e) {
            throw new IllegalStateException("XML could not be written to memory", e);
        }
    }

    private void write(TestReport report) throws XMLStreamException {
        boolean explained = report.verdict() == Verdict.PASSED
                || ((report.verdict() == Verdict.FAILED || report.verdict() == Verdict.ERROR)
                        && !report.failures().isEmpty());
        Map<String, List<Result>> files = report.tests().stream()
                .collect(Collectors.groupingBy(JUnitXml::fileOf, LinkedHashMap::new, Collectors.toList()));
        xml.writeStartDocument("UTF-8", "1.0");
        startSuite("testsuites", "nexus", report.tests(), explained ? 0 : 1, report.durationMillis());
        for (Map.Entry<String, List<Result>> file : files.entrySet()) {
            long took =
                    file.getValue().stream().mapToLong(Result::durationMillis).sum();
            startSuite("testsuite", file.getKey(), file.getValue(), 0, took);
            for (Result test : file.getValue()) {
                write(test);
            }
            xml.writeEndElement();
        }
        if (!explained) {
            writeRun(report);
        }
        xml.writeEndElement();
        xml.writeEndDocument();
        xml.close();
    }

    private void startSuite(String element, String name, List<Result> tests, int moreErrors, long took)
            throws XMLStreamException {
        xml.writeStartElement(element);
        attribute("name", name);
        attribute("tests", Long.toString(tests.size() + moreErrors));
        attribute("failures", Long.toString(count(Outcome.FAILED, tests)));
        attribute("errors", Long.toString(count(Outcome.ERROR, tests) + moreErrors));
        attribute("skipped", Long.toString(count(Outcome.SKIPPED, tests)));
        attribute("time", seconds(took));
    }

    private void write(Result test) throws XMLStreamException {
        String file = fileOf(test);
        String inFile = test.id().length() > file.length() ? test.id().substring(file.length() + 2) : test.id();
        int parameters = inFile.indexOf('[');
        int method = inFile.lastIndexOf("::", parameters < 0 ? inFile.length() : parameters);
        String module = file.replaceFirst("\\.py$", "").replace('/', '.');
        xml.writeStartElement("testcase");
        attribute(
                "classname",
                method < 0 ? module : module + "." + inFile.substring(0, method).replace("::", "."));
        attribute("name", method < 0 ? inFile : inFile.substring(method + 2));
        attribute("file", file);
        attribute("time", seconds(test.durationMillis()));
        switch (test.outcome()) {
            case PASSED -> {}
            case FAILED -> problem("failure", "failed", test.message(), test.trace());
            case ERROR -> problem("error", "error", test.message(), test.trace());
            case SKIPPED -> problem("skipped", "skipped", test.message(), null);
        }
        printed(test.output());
        xml.writeEndElement();
    }

    private void writeRun(TestReport report) throws XMLStreamException {
        startSuite("testsuite", RUN, List.of(), 1, report.durationMillis());
        xml.writeStartElement("testcase");
        attribute("classname", "nexus");
        attribute("name", RUN);
        attribute("time", seconds(report.durationMillis()));
        String verdict = report.verdict().wire();
        problem("error", verdict, report.message() == null ? verdict : report.message(), null);
        printed(report.output());
        xml.writeEndElement();
        xml.writeEndElement();
    }

    private void problem(String element, String type, @Nullable String message, @Nullable String trace)
            throws XMLStreamException {
        xml.writeStartElement(element);
        attribute("type", type);
        attribute("message", message == null ? "" : message);
        xml.writeCharacters(taken(trace == null ? "" : trace));
        xml.writeEndElement();
    }

    private void printed(@Nullable String output) throws XMLStreamException {
        if (output != null) {
            xml.writeStartElement("system-out");
            xml.writeCharacters(taken(output));
            xml.writeEndElement();
        }
    }

    private void attribute(String name, String value) throws XMLStreamException {
        xml.writeAttribute(name, taken(value));
    }

    /** Without what XML 1.0 has no way to hold, and without the other control characters; line ends and tabs stay. */
    private static String taken(String text) {
        return text.codePoints()
                .filter(c -> c == '\n' || c == '\t' || !Character.isISOControl(c))
                .filter(c -> (c < Character.MIN_SURROGATE || c > Character.MAX_SURROGATE) && c != 0xFFFE && c != 0xFFFF)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
    }

    private static String fileOf(Result test) {
        int end = test.id().indexOf("::");
        return end < 0 ? test.id() : test.id().substring(0, end);
    }

    private static long count(Outcome outcome, List<Result> tests) {
        return tests.stream().filter(test -> test.outcome() == outcome).count();
    }

    private static String seconds(long millis) {
        return BigDecimal.valueOf(millis, 3).toPlainString();
    }
}
