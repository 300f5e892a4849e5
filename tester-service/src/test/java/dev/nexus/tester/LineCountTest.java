package dev.nexus.tester;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.nexus.contract.Json;
import dev.nexus.contract.LineCoverage;
import dev.nexus.contract.LineCoverage.FileCoverage;
import dev.nexus.contract.TestReport;
import dev.nexus.contract.Verdict;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class LineCountTest {

    private static final Map<String, byte[]> SIGNS = Sandboxes.files(
            "signs.py",
            """
            \"""Signs of numbers.\"""


            def sign(number):
                if number > 0:
                    return "+"
                if number == 0:
                    kind = "none"
                    return kind
                return "-"


            def never():
                return 1
            """,
            "other.py",
            "X = 1\n",
            "tests/test_signs.py",
            "from signs import sign\n\n\ndef test_it():\n    assert sign(5) == '+' and sign(-5) == '-'\n");

    private static Sandbox sandbox;

    @BeforeAll
    static void open() throws Exception {
        sandbox = Sandboxes.open(Sandboxes.SETTINGS);
    }

    @AfterAll
    static void close() {
        sandbox.close();
    }

    private static void needCoverage() throws Exception {
        Process probe = new ProcessBuilder("/usr/bin/python3", "-s", "-c", "import coverage").start();
        assumeTrue(
                probe.waitFor(30, TimeUnit.SECONDS) && probe.exitValue() == 0,
                "python3-coverage is not installed; run: apt-get install python3-coverage");
    }

    @Test
    void linesThatRanAreCountedAndOthersNamed() throws Exception {
        needCoverage();
        TestReport original = new TestReport(Verdict.PASSED, List.of(), 10, null, null);

        var coverage = new LineCount(sandbox).of(SIGNS, original);

        assertThat(coverage)
                .contains(new LineCoverage(
                        10,
                        6,
                        List.of(
                                new FileCoverage("signs.py", 9, 6, List.of("8-9", "14")),
                                new FileCoverage("other.py", 1, 0, List.of("1")))));
    }

    @Test
    void withoutThePackageThereIsNoCount() throws Exception {
        try (Sandbox without = Sandboxes.with(List.of("return importlib.util.find_spec(\"coverage\") is not None"))) {
            var run = without.run(SIGNS, new Pass.CountingLines(), Duration.ofSeconds(20), () -> {});

            assertThat(run.facts().inapplicable()).isEqualTo("there is no package coverage");
            assertThat(run.facts().counted()).isNull();
        }
    }

    @Test
    void aCodeThatEndsTheRunHasNoCount() throws Exception {
        var files = Sandboxes.files("end.py", "import os\nos._exit(0)\n", "test_it.py", "import end\n");

        var run = sandbox.run(files, new Pass.CountingLines(), Duration.ofSeconds(20), () -> {});

        assertThat(LineCount.read(run.facts().counted(), files.keySet())).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "null",
                "[]",
                "{}",
                "{\"executable\": 1, \"covered\": 2}",
                "{\"executable\": 0, \"covered\": 0}",
                "{\"executable\": -1, \"covered\": -1}",
                "{\"executable\": \"many\", \"covered\": 1}"
            })
    void whatDoesNotAddUpIsNoCount(String counted) {
        assertThat(LineCount.read(Json.tree(counted.getBytes(StandardCharsets.UTF_8)), Set.of("a.py")))
                .isEmpty();
    }

    @Test
    void ofACountOnlyTheJobsFilesAndRealLinesAreTaken() {
        String counted = """
                {"executable": 9, "covered": 8, "files": [
                  {"path": "a.py", "executable": 9, "covered": 8, "missed": ["3", "4-5", "\\u001b[31m", "x"]},
                  {"path": "../b.py", "executable": 1, "covered": 1}, {"path": "a.py", "executable": 1, "covered": 7}]}""";

        assertThat(LineCount.read(Json.tree(counted.getBytes(StandardCharsets.UTF_8)), Set.of("a.py")))
                .contains(new LineCoverage(9, 8, List.of(new FileCoverage("a.py", 9, 8, List.of("3", "4-5")))));
    }
}
