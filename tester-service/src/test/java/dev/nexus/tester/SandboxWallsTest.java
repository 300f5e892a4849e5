package dev.nexus.tester;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nexus.contract.TestReport;
import dev.nexus.contract.Verdict;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Jobs that try to leave the sandbox: each Python test here passes only where the attempt is refused. */
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
        TestReport report = Sandboxes.run(sandbox, "test_a.py", "import os, pytest, socket\n" + test);
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
                """);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/etc/passwd",
                "/etc/shadow",
                "/etc",
                "/root",
                "/home",
                "/var",
                "/run",
                "/sys",
                "/proc/1/environ",
                "/proc/1/mem",
                "/proc/1/fd",
                "/proc/1/root/etc/passwd",
                "/proc/1/cwd/../etc/passwd"
            })
    void fileIsOutOfReach(String path) throws Exception {
        assertHolds("""
                def test_a():
                    with pytest.raises(OSError):
                        os.listdir("%1$s") if os.path.isdir("%1$s") else open("%1$s").read()
                """.formatted(path));
    }

    @Test
    void filesOfThisMachineAreNotThere(@TempDir Path folder) throws Exception {
        Path secret = Files.writeString(folder.resolve("secret.txt"), "secret");

        assertHolds("""
                def test_a():
                    assert not os.path.exists("%s")
                    assert os.listdir("/job") == ["test_a.py"]
                """.formatted(secret));
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

    @ParameterizedTest
    @ValueSource(strings = {"/", "/usr", "/usr/bin", "/usr/lib/python3", "/dev", "/proc", "/proc/sys/kernel"})
    void folderCannotBeWritten(String folder) throws Exception {
        assertHolds("""
                def test_a():
                    with pytest.raises(OSError):
                        open(os.path.join("%s", "probe"), "w")
                """.formatted(folder));
    }

    @ParameterizedTest
    @ValueSource(strings = {"/job", "/tmp", "/dev/shm"})
    void workAreaIsWritableAndSmall(String folder) throws Exception {
        assertHolds("""
                def test_a():
                    with pytest.raises(OSError) as refused:
                        for number in range(1000):
                            with open("%s/" + str(number), "wb") as file:
                                file.write(bytes(1_000_000))
                    assert refused.value.errno == 28
                """.formatted(folder));
    }

    @Test
    void aFileHasALimitOfItsOwn() throws Exception {
        assertHolds("""
                def test_a():
                    with pytest.raises(OSError) as refused:
                        with open("/tmp/large", "wb") as file:
                            file.write(bytes(9_000_000))
                    assert refused.value.errno == 27
                """);
    }

    @Test
    void descriptorsHaveALimit() throws Exception {
        assertHolds("""
                def test_a():
                    kept = []
                    with pytest.raises(OSError):
                        for _ in range(1000):
                            kept.append(open("/dev/null"))
                """);
    }

    @Test
    void thereIsNoNetwork() throws Exception {
        assertHolds("""
                def test_outside():
                    with pytest.raises(OSError) as refused:
                        socket.create_connection(("1.1.1.1", 53), timeout=5)
                    assert refused.value.errno == 101
                def test_names():
                    with pytest.raises(OSError):
                        socket.getaddrinfo("example.org", 80)
                def test_interfaces():
                    assert [line.split(":")[0].strip() for line in list(open("/proc/net/dev"))[2:]] == ["lo"]
                """);
    }

    @Test
    void servicesOfThisMachineAreOutOfReach() throws Exception {
        try (var server = new ServerSocket(0)) {
            assertHolds("""
                    def test_a():
                        with pytest.raises(ConnectionRefusedError):
                            socket.create_connection(("127.0.0.1", %d), timeout=5)
                    """.formatted(server.getLocalPort()));
        }
    }

    @Test
    void otherProcessesAreNotThere() throws Exception {
        assertHolds("""
                def test_a():
                    assert {int(name) for name in os.listdir("/proc") if name.isdigit()} <= {1, os.getpid()}
                """);
    }

    @Test
    void theRefereeIsOutOfReach() throws Exception {
        assertHolds("""
                import ctypes, signal
                def test_its_streams():
                    for fd in range(8):
                        with pytest.raises(OSError):
                            os.open("/proc/1/fd/%d" % fd, os.O_WRONLY)
                def test_its_memory():
                    with pytest.raises(OSError):
                        os.open("/proc/1/mem", os.O_RDWR)
                def test_ptrace():
                    assert ctypes.CDLL(None).ptrace(16, 1, 0, 0) == -1
                def test_signals():
                    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGKILL, signal.SIGSTOP, signal.SIGSEGV):
                        os.kill(1, number)
                """);
    }

    @Test
    void newNamespacesAreRefused() throws Exception {
        assertHolds("""
                import ctypes
                @pytest.mark.parametrize("flag", [0x10000000, 0x00020000, 0x40000000, 0x20000000])
                def test_a(flag):
                    assert ctypes.CDLL(None).unshare(flag) == -1
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
}
