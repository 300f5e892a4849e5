package dev.nexus.tester;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nexus.contract.TestReport;
import dev.nexus.contract.TestReport.Outcome;
import dev.nexus.contract.TestReport.Result;
import dev.nexus.contract.Verdict;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What real runs of real pytest in a real sandbox come to. */
@Timeout(60)
class SandboxVerdictTest {

    private static final String ROMAN = """
            def to_roman(number):
                if number < 1:
                    raise ValueError("give a number from 1")
                return "I" * number
            """;

    private static Sandbox sandbox;

    @BeforeAll
    static void open() throws Exception {
        sandbox = Sandboxes.open(Sandboxes.SETTINGS);
    }

    @AfterAll
    static void close() {
        sandbox.close();
    }

    @Test
    void passingTestsPass() throws Exception {
        var report = Sandboxes.run(sandbox, "roman.py", ROMAN, "tests/test_roman.py", """
                import pytest, roman
                def test_three():
                    print("three")
                    assert roman.to_roman(3) == "III"
                @pytest.mark.parametrize("number", [0, -1])
                def test_too_small(number):
                    with pytest.raises(ValueError):
                        roman.to_roman(number)
                """);

        assertThat(report.verdict()).isEqualTo(Verdict.PASSED);
        assertThat(report.tests())
                .extracting(Result::id)
                .containsExactly(
                        "tests/test_roman.py::test_three",
                        "tests/test_roman.py::test_too_small[0]",
                        "tests/test_roman.py::test_too_small[-1]");
        assertThat(report.count(Outcome.PASSED)).isEqualTo(3);
        assertThat(report.message()).isNull();
        assertThat(report.output()).isNull();
        assertThat(report.durationMillis()).isPositive();
    }

    @Test
    void whatOrdinaryTestsDoWorks() throws Exception {
        var report = Sandboxes.run(sandbox, "data/names.csv", "name\nAda\n", "test_a.py", """
                import asyncio, csv, http.server, multiprocessing, sqlite3, subprocess, sys, threading, urllib.request
                def test_own_file():
                    assert list(csv.reader(open("data/names.csv")))[1] == ["Ada"]
                def test_temporary_file(tmp_path):
                    (tmp_path / "a.txt").write_text("a")
                def test_captured(capsys):
                    print("hello")
                    assert capsys.readouterr().out == "hello\\n"
                def test_threads():
                    barrier = threading.Barrier(13)
                    threads = [threading.Thread(target=barrier.wait) for _ in range(12)]
                    for thread in threads: thread.start()
                    barrier.wait()
                def test_processes():
                    with multiprocessing.Pool(2) as pool:
                        assert pool.map(abs, [-1, -2]) == [1, 2]
                def test_program():
                    assert subprocess.run([sys.executable, "-c", "print(1)"], capture_output=True).stdout == b"1\\n"
                def test_loopback():
                    server = http.server.HTTPServer(("127.0.0.1", 0), http.server.SimpleHTTPRequestHandler)
                    threading.Thread(target=server.handle_request).start()
                    with urllib.request.urlopen("http://127.0.0.1:%d/test_a.py" % server.server_port) as answer:
                        assert answer.status == 200
                def test_database():
                    assert sqlite3.connect("a.db").execute("select 1").fetchone() == (1,)
                def test_event_loop():
                    asyncio.run(asyncio.sleep(0))
                """);

        assertThat(report.verdict()).as("%s", report).isEqualTo(Verdict.PASSED);
    }

    @Test
    void aFailureTellsWhereItComesFrom() throws Exception {
        var report = Sandboxes.run(sandbox, "lib/__init__.py", "", "lib/roman.py", ROMAN, "test_roman.py", """
                from lib.roman import to_roman
                def test_four():
                    assert to_roman(4) == "IV"
                def test_zero():
                    assert to_roman(0) == ""
                def test_one():
                    assert to_roman(1) == "I"
                """);

        assertThat(report.verdict()).isEqualTo(Verdict.FAILED);
        assertThat(report.failures()).hasSize(2);
        Result four = report.tests().get(0);
        assertThat(four.outcome()).isEqualTo(Outcome.FAILED);
        assertThat(four.message()).contains("'IIII' == 'IV'").doesNotContain("\n");
        assertThat(four.files()).containsExactly("test_roman.py");
        Result zero = report.tests().get(1);
        assertThat(zero.message()).isEqualTo("ValueError: give a number from 1");
        assertThat(zero.files()).containsExactly("lib/roman.py", "test_roman.py");
        assertThat(zero.trace()).contains("lib/roman.py:3: ValueError");
    }

    @Test
    void aFileThatCannotBeImportedIsAnErrorAndHidesNoOther() throws Exception {
        var report = Sandboxes.run(
                sandbox,
                "test_a.py",
                "import there_is_no_such_module\ndef test_a(): pass",
                "test_b.py",
                "def test_b(): pass");

        assertThat(report.verdict()).isEqualTo(Verdict.ERROR);
        assertThat(report.failures()).singleElement().satisfies(result -> {
            assertThat(result.id()).isEqualTo("test_a.py");
            assertThat(result.outcome()).isEqualTo(Outcome.ERROR);
            assertThat(result.message()).contains("No module named 'there_is_no_such_module'");
            assertThat(result.files()).containsExactly("test_a.py");
        });
        assertThat(report.count(Outcome.PASSED)).isEqualTo(1);
    }

    @Test
    void aSyntaxErrorNamesTheFileThatHasIt() throws Exception {
        var report =
                Sandboxes.run(sandbox, "roman.py", "def broken(:\n", "test_a.py", "import roman\ndef test_a(): pass");

        assertThat(report.verdict()).isEqualTo(Verdict.ERROR);
        assertThat(report.failures()).singleElement().satisfies(result -> {
            assertThat(result.message()).contains("SyntaxError");
            assertThat(result.files()).first().isEqualTo("roman.py");
        });
    }

    @Test
    void aMissingFixtureIsAnError() throws Exception {
        var report = Sandboxes.run(sandbox, "test_a.py", "def test_a(no_such_fixture): pass");

        assertThat(report.verdict()).isEqualTo(Verdict.ERROR);
        assertThat(report.tests().getFirst().message()).isEqualTo("fixture 'no_such_fixture' not found");
    }

    @Test
    void everythingSkippedIsNoPass() throws Exception {
        var report = Sandboxes.run(
                sandbox,
                "test_a.py",
                """
                import pytest
                @pytest.mark.skip(reason="another day")
                def test_a(): pass
                @pytest.mark.xfail
                def test_b(): assert False
                """,
                "test_b.py",
                "import pytest\npytest.skip('not here', allow_module_level=True)\ndef test_c(): pass");

        assertThat(report.verdict()).isEqualTo(Verdict.NO_TESTS);
        assertThat(report.count(Outcome.SKIPPED)).isEqualTo(3);
        assertThat(report.message()).isEqualTo("every test was skipped");
    }

    @Test
    void noTestsAreNoPass() throws Exception {
        var report = Sandboxes.run(sandbox, "roman.py", ROMAN);

        assertThat(report.verdict()).isEqualTo(Verdict.NO_TESTS);
        assertThat(report.message()).startsWith("there is no test");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "import os\ndef test_a(): os._exit(0)",
                "import os\nos._exit(0)\ndef test_a(): pass",
                "import os\ndef test_a(): os.kill(os.getpid(), 9)",
                "import os\ndef test_a(): os.killpg(0, 9)",
                "import ctypes\ndef test_a(): ctypes.string_at(0)",
                "import pytest\ndef test_a(): pytest.exit('enough', returncode=0)\ndef test_b(): assert False",
            })
    void aRunThatIsBrokenOffHasCrashed(String test) throws Exception {
        var report = Sandboxes.run(sandbox, "test_a.py", "def test_first(): pass\n", "test_b.py", test);

        assertThat(report.verdict()).isEqualTo(Verdict.CRASHED);
        assertThat(report.message()).isNotBlank();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "import sys\ndef test_a(): sys.exit(0)",
                "import sys\nsys.exit(0)\ndef test_a(): pass",
                "def test_a(): raise KeyboardInterrupt",
                "import os, signal\ndef test_a(): os.kill(os.getpid(), signal.SIGINT)",
            })
    void leavingEarlyIsNoPass(String test) throws Exception {
        var report = Sandboxes.run(sandbox, "test_a.py", test);

        assertThat(report.verdict()).isIn(Verdict.FAILED, Verdict.ERROR, Verdict.CRASHED);
    }

    @Test
    void aChildThatComesBackIntoPytestReportsNothing() throws Exception {
        var report = Sandboxes.run(
                sandbox, "test_a.py", "import os\ndef test_a():\n    pid = os.fork()\n    if pid: os.waitpid(pid, 0)");

        assertThat(report.verdict()).isEqualTo(Verdict.PASSED);
        assertThat(report.tests()).hasSize(1);
    }

    @Test
    void anEndlessLoopIsATimeoutAndShowsWhereItHangs() throws Exception {
        TestReport report;
        try (Sandbox impatient = new Sandbox(Sandboxes.settings(Duration.ofSeconds(3)))) {
            report = Sandboxes.run(
                    impatient,
                    "roman.py",
                    "def spin():\n    while True: pass\n",
                    "test_a.py",
                    "import roman\ndef test_a(): pass\ndef test_b(): roman.spin()");
        }

        assertThat(report.verdict()).isEqualTo(Verdict.TIMEOUT);
        assertThat(report.message()).isEqualTo("the tests did not end within 3 s, while test_a.py::test_b was running");
        assertThat(report.count(Outcome.PASSED)).isEqualTo(1);
        assertThat(report.failures()).singleElement().satisfies(result -> {
            assertThat(result.files()).containsExactly("roman.py", "test_a.py");
            assertThat(result.trace()).contains("in spin");
        });
        assertThat(report.durationMillis()).isLessThan(10_000);
    }

    @Test
    void aSleepThatIgnoresSignalsIsATimeout() throws Exception {
        TestReport report;
        try (Sandbox impatient = new Sandbox(Sandboxes.settings(Duration.ofSeconds(1)))) {
            report = Sandboxes.run(impatient, "test_a.py", """
                    import signal, time
                    def test_a():
                        for number in range(1, 32):
                            try: signal.signal(number, signal.SIG_IGN)
                            except OSError: pass
                        time.sleep(1000)
                    """);
        }

        assertThat(report.verdict()).isEqualTo(Verdict.TIMEOUT);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "def test_a(): bytearray(1 << 40)",
                "def test_a():\n    kept = []\n    while True: kept.append('x' * 1_000_000)",
                "kept = []\ndef test_a():\n    while True: kept.append([0] * 100)",
                "kept = 'x' * (1 << 40)\ndef test_a(): pass",
            })
    void tooMuchMemoryIsTheMemoryLimit(String test) throws Exception {
        var report = Sandboxes.run(sandbox, "test_a.py", test);

        assertThat(report.verdict()).isEqualTo(Verdict.MEMORY_LIMIT);
        assertThat(report.message()).contains("256 MB");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "def test_a():\n    while True: print('x' * 1000)",
                "import os\nwhile True: os.write(1, b'x' * 1000)",
                "import subprocess\ndef test_a(): subprocess.run(['yes'])",
            })
    void tooMuchOutputIsTheOutputLimit(String test) throws Exception {
        var report = Sandboxes.run(sandbox, "test_a.py", test);

        assertThat(report.verdict()).isEqualTo(Verdict.OUTPUT_LIMIT);
        assertThat(report.output()).hasSizeLessThanOrEqualTo(RunLog.OUTPUT_CHARS);
    }

    @Test
    void aForkBombEndsWithItsTest() throws Exception {
        var report = Sandboxes.run(sandbox, "test_a.py", """
                import os, pytest, time
                def test_a():
                    with pytest.raises(BlockingIOError):
                        for _ in range(1000):
                            if os.fork() == 0:
                                time.sleep(1000)
                """);

        assertThat(report.verdict()).isEqualTo(Verdict.PASSED);
    }

    @Test
    void oddTextArrivesHarmless() throws Exception {
        var report = Sandboxes.run(sandbox, "test_a.py", """
                def test_a():
                    assert False, "\\x1b[31mred\\x1b[0m \\x00 \\ud800 \\u202e é"
                """);

        assertThat(report.verdict()).isEqualTo(Verdict.FAILED);
        assertThat(report.tests().getFirst().message())
                .contains("AssertionError: red")
                .contains("é");
        assertThat(report.tests().getFirst().message().chars()).allMatch(c -> c >= ' ' && c < 0x2000);
    }

    @Test
    void longTextArrivesCut() throws Exception {
        var report = Sandboxes.run(sandbox, "test_a.py", "def test_a(): raise ValueError('x' * 100_000)");

        assertThat(report.tests().getFirst().message()).hasSize(RunLog.MESSAGE_CHARS);
        assertThat(report.tests().getFirst().trace()).hasSizeLessThanOrEqualTo(RunLog.TRACE_CHARS);
    }

    @Test
    void filesThatDoNotFitTogetherAreNoPass() throws Exception {
        var report = Sandboxes.run(sandbox, "a.py", "", "a.py/test_b.py", "def test_b(): pass");

        assertThat(report.verdict()).isEqualTo(Verdict.CRASHED);
        assertThat(report.message()).contains("a.py");
    }
}
