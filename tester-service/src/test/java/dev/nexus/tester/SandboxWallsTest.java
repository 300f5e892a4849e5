package dev.nexus.tester;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nexus.contract.TestReport;
import dev.nexus.contract.Verdict;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a job finds in its sandbox, and what it does not; how it tries to get out is in {@link AttackTest}. */
@Timeout(60)
class SandboxWallsTest {

    private static Sandbox sandbox;

    @BeforeAll
    static void open() throws Exception {
        sandbox = Sandboxes.open(Sandboxes.SETTINGS);
    }

    @AfterAll
    static void close() {
        sandbox.close();
    }

    private static void assertHolds(String test) throws Exception {
        TestReport report = Sandboxes.run(sandbox, "test_a.py", "import os\n" + test);
        assertThat(report.verdict()).as("%s", report).isEqualTo(Verdict.PASSED);
    }

    @Test
    void itBelongsToNobody() throws Exception {
        assertHolds("""
                def test_a():
                    assert os.getuid() != 0 and os.getgid() != 0 and 0 not in os.getgroups()
                    status = open("/proc/self/status").read()
                    assert "CapEff:\\t0000000000000000" in status
                    assert "CapBnd:\\t0000000000000000" in status
                    assert "NoNewPrivs:\\t1" in status
                    assert "Seccomp:\\t2" in status
                """);
    }

    @Test
    void nothingElseIsInIt() throws Exception {
        assertHolds("""
                def test_a():
                    assert os.listdir("/job") == ["test_a.py"]
                    assert os.listdir("/tmp") == os.listdir("/dev/shm") == []
                    assert {int(name) for name in os.listdir("/proc") if name.isdigit()} <= {1, os.getpid()}
                """);
    }

    @Test
    void theEnvironmentIsItsOwn() throws Exception {
        assertThat(System.getenv()).as("there is something that could be seen").hasSizeGreaterThan(2);

        assertHolds("""
                def test_a():
                    known = {"HOME", "LANG", "MALLOC_ARENA_MAX", "PATH", "PWD",
                             "PYTHONDONTWRITEBYTECODE", "PYTHONHASHSEED"}
                    assert set(name for name in os.environ if not name.startswith("PYTEST_")) <= known
                """);
    }

    @Test
    void noDescriptorIsInherited() throws Exception {
        assertHolds("""
                def test_a():
                    kinds = {os.readlink("/proc/self/fd/" + fd).split(":")[0]
                             for fd in os.listdir("/proc/self/fd") if os.path.exists("/proc/self/fd/" + fd)}
                    assert kinds <= {"/dev/null", "pipe", "socket"}, kinds
                """);
    }

    @Test
    void settingsOfTheJobChangeNothing() throws Exception {
        TestReport report = Sandboxes.run(
                sandbox,
                "conftest.py",
                """
                import pytest
                @pytest.hookimpl(hookwrapper=True)
                def pytest_runtest_makereport(item, call):
                    outcome = yield
                    outcome.get_result().outcome = "passed"
                """,
                "tests/conftest.py",
                "def pytest_collection_modifyitems(items): del items[:]",
                "pytest.ini",
                "[pytest]\naddopts = --collect-only\n",
                "pyproject.toml",
                "[tool.pytest.ini_options]\naddopts = '-k nothing'\n",
                "setup.cfg",
                "[tool:pytest]\naddopts = --maxfail=0 -p no:python\n",
                "sitecustomize.py",
                "import os\nos._exit(0)\n",
                "tests/test_a.py",
                "def test_a(): assert False\ndef test_b(): pass");

        assertThat(report.verdict()).isEqualTo(Verdict.FAILED);
        assertThat(report.tests()).hasSize(2);
    }

    @Test
    void tooManyFilesAreNamedAsSuch() throws Exception {
        TestReport report = Sandboxes.run(sandbox, "test_a.py", """
                def test_a():
                    for number in range(20_000):
                        open(f"/tmp/{number}", "w").close()
                """);

        assertThat(report.verdict()).isEqualTo(Verdict.MEMORY_LIMIT);
        assertThat(report.message())
                .startsWith("the tests made more than 2000 files and folders, which is what nexus.tester.files allows");
    }
}
