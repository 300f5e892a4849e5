"""Process 1 of a sandbox: takes a job on stdin, has a worker run it, and tells what happened in JSON lines on stdout.

It forks the worker before it reads the job, never imports anything of the job, and alone holds the real stdout. It may
have to wait for the job, with the worker ready, for as long as anybody likes. When it has it, it says which tests there are to be before any of them runs. What the worker reports is passed on if it is signed and in order,
what its tests print as output, and how it ended as the referee's own word; the judgement is made outside.
"""

import ast
import binascii
import json
import os
import select
import signal
import socket
import sys
import time

# More than a report needs; a longer one is not from our reporter.
REPORT_BYTES = 64 * 1024
CHUNK_BYTES = 32 * 1024
# What may still stand in a pipe when the worker has ended; its children could go on writing for ever.
REST_BYTES = 1024 * 1024

# Between two looks at what no limit of the kernel's binds.
LOOK_MILLIS = 50
WRITABLE = (JOB, "/tmp", "/dev/shm")

# A file that has none of these has no test that may be skipped.
SKIPPING = {
    "skip",
    "skipif",
    "xfail",
    "importorskip",
    "skipTest",
    "SkipTest",
    "skipIf",
    "skipUnless",
    "expectedFailure",
}


def write_all(fd, data):
    while data:
        data = data[os.write(fd, data) :]


def say(**line):
    write_all(1, json.dumps(line, allow_nan=False).encode() + b"\n")


def ends_well(process):
    """Whether a process that has nothing left to do ends, in a short time, with status 0."""
    poller = select.poll()
    poller.register(os.pidfd_open(process), select.POLLIN)
    return bool(poller.poll(2_000)) and os.waitpid(process, 0)[1] == 0


def named(node):
    """The last name of what a decorator or a base class is."""
    while isinstance(node, ast.Call):
        node = node.func
    return node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")


def times(decorators):
    """How often parametrized tests run at least: what is not written down as a list counts once."""
    product = 1
    for decorator in decorators:
        if named(decorator) == "parametrize" and len(getattr(decorator, "args", [])) > 1:
            values = decorator.args[1]
            if isinstance(values, (ast.List, ast.Tuple)):
                product *= max(1, sum(not isinstance(value, ast.Starred) for value in values.elts))
    return product


def tests_in(path, body, product=1, unittest=False):
    """The tests that pytest must find here, and how often each runs at least."""
    found = {}
    for node in body:
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) and node.name.startswith("test"):
            decorators = [named(decorator) for decorator in node.decorator_list]
            if not {"fixture", "property", "staticmethod", "classmethod"} & set(decorators):
                found[f"{path}::{node.name}"] = product * (1 if unittest else times(node.decorator_list))
        elif isinstance(node, ast.ClassDef):
            of_unittest = any(named(base).endswith("TestCase") for base in node.bases)
            if (node.name.startswith("Test") or of_unittest) and not is_left_out(node):
                more = product * times(node.decorator_list)
                found.update(tests_in(f"{path}::{node.name}", node.body, more, of_unittest))
    return found


def is_left_out(node):
    """pytest takes no class with a constructor, nor one that says that it is no test."""
    for member in node.body:
        if isinstance(member, ast.FunctionDef) and member.name in {"__init__", "__new__"}:
            return True
        if isinstance(member, ast.Assign) and any(named(target) == "__test__" for target in member.targets):
            return True
    return False


def expected_of(files):
    """What the test files promise, and which of them can't skip a test."""
    tests = {}
    firm = []
    for path, content in files.items():
        if not is_rewritten(path):
            continue
        try:
            tree = ast.parse(content)
            tests.update(tests_in(path, tree.body))
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            tests[path] = 1  # only pytest's own word that it cannot be read will do
            continue
        words = {getattr(node, "id", getattr(node, "attr", getattr(node, "name", ""))) for node in ast.walk(tree)}
        # pytest skips async functions, for which it needs a plugin.
        if not (words & SKIPPING or any(isinstance(node, ast.AsyncFunctionDef) for node in ast.walk(tree))):
            firm.append(path)
    return tests, firm


class Referee:
    """Watches a worker and passes on what comes from it."""

    def __init__(self, worker, channel, output, key):
        self.worker = worker
        self.apart = False
        self.counts_lines = False
        self.channel = channel
        self.output = output
        self.key = key
        self.taken = 0
        self.too_many_files = False

    def watch(self):
        ended = os.pidfd_open(self.worker)
        is_open = {self.output: self.drain_output, self.channel.fileno(): self.drain_reports}
        poller = select.poll()
        for fd in (ended, *is_open):
            poller.register(fd, select.POLLIN)
        while True:
            ready = {fd for fd, _ in poller.poll(LOOK_MILLIS)}
            self.count_files()
            for fd, drain in list(is_open.items()):
                if not drain():
                    del is_open[fd]
                    poller.unregister(fd)
            if ended in ready:
                break
        for drain in is_open.values():
            drain()
        _, status = os.waitpid(self.worker, 0)
        return os.waitstatus_to_exitcode(status)

    def count_files(self):
        """Ends the worker once it has made too many: a tmpfs limits bytes, and an empty file has none."""
        if not self.too_many_files and sum(map(inodes_in, WRITABLE)) > FILES:
            self.too_many_files = True
            say(type="too_many_files")
            os.kill(self.worker, signal.SIGKILL)

    def drain_output(self):
        """Takes what is there; false at the end of the pipe."""
        taken = 0
        while taken < REST_BYTES:
            try:
                data = os.read(self.output, CHUNK_BYTES)
            except BlockingIOError:
                return True
            if not data:
                return False
            taken += len(data)
            say(type="output", bytes=len(data), text=data.decode(errors="replace"))
        return True

    def drain_reports(self):
        taken = 0
        while taken < REST_BYTES:
            try:
                data, control, flags, _ = self.channel.recvmsg(REPORT_BYTES, socket.CMSG_SPACE(12))
            except BlockingIOError:
                return True
            except ConnectionResetError:
                continue  # the worker ended; what it had said is still to come
            if not data:
                return False
            taken += len(data)
            # What was printed before a report was sent belongs before it.
            self.drain_output()
            self.take_report(data, sender_in(control), flags)
        return True

    def take_report(self, data, sender, flags):
        if data[:1] == b"!":
            self.tampered(data[1:].decode(errors="replace"))
            return
        if self.apart and data[:1] == b"?":
            say(type="inapplicable", why=data[1:].decode(errors="replace"))
            return
        if self.counts_lines and data[:1] == b"%":
            try:
                say(type="lines", counted=json.loads(data[1:]))
            except (ValueError, RecursionError):
                pass  # code under test has written it; there is no count then
            return
        signature, body = data[:32], data[32:]
        self.taken += 1
        try:
            if signature != signature_of(body, self.key):
                raise ValueError("it is not signed")
            if sender != self.worker:
                raise ValueError("it is from another process")
            if flags & socket.MSG_TRUNC:
                raise ValueError("it is too long")
            report = json.loads(body)
            if report.pop("seq") != self.taken:
                raise ValueError("it is out of order")
        except (ValueError, KeyError, AttributeError, RecursionError) as e:
            self.tampered(f"a report was forged: {e}")
        else:
            say(type="worker", report=report)
            if report.get("type") == "started":
                self.begin()

    def begin(self):
        """Lets the worker run the test that it has named."""
        try:
            self.channel.send(b".", socket.MSG_NOSIGNAL)
        except OSError:
            pass  # it has ended, or reads no answers; its status or its time will tell

    def tampered(self, why):
        say(type="tampered", why=why)
        os.kill(self.worker, signal.SIGKILL)


def inodes_in(folder):
    found = os.statvfs(folder)
    return found.f_files - found.f_ffree


def signature_of(body, key):
    return _blake2.blake2b(body, key=key, digest_size=16).hexdigest().encode()


def sender_in(control):
    """The process that the kernel says a message is from."""
    for level, kind, data in control:
        if level == socket.SOL_SOCKET and kind == socket.SCM_CREDENTIALS:
            return int.from_bytes(data[:4], sys.byteorder)
    return None


def take_job(worker, channel, output):
    """Says that the sandbox stands as soon as the worker is ready, and waits for the job; None if there will be no run."""
    ended = os.pidfd_open(worker)
    poller = select.poll()
    for fd in (ended, channel.fileno()):
        poller.register(fd, select.POLLIN)
    poller.poll()
    try:
        is_ready = channel.recv(1) == READY
    except (BlockingIOError, ConnectionResetError):
        is_ready = False
    if not is_ready:
        os.waitpid(worker, 0)
        try:
            write_all(1, os.read(output, CHUNK_BYTES))  # why
        except BlockingIOError:
            pass
        return None
    write_all(1, b'{"type": "ready"}\n')
    poller.unregister(channel.fileno())
    poller.register(0, select.POLLIN)
    if any(fd == ended for fd, _ in poller.poll()):
        return None  # nothing has run, so another sandbox may
    os.close(ended)
    line = sys.stdin.buffer.readline()
    return json.loads(line) if line else None


def unpack(files):
    for path, content in files.items():
        target = os.path.join(JOB, path)
        os.makedirs(os.path.dirname(target), exist_ok=True)
        with open(target, "xb") as file:
            file.write(content)


def changed_test(files):
    """A test file that is not what it was."""
    for path, content in files.items():
        if is_test(path):
            try:
                with open(os.path.join(JOB, path), "rb") as file:
                    if file.read(len(content) + 1) != content:
                        return path
            except OSError:
                return path
    return None


def install_filter():
    """From now on the kernel looks at each system call of this process and all that come from it."""
    import ctypes

    class Program(ctypes.Structure):
        _fields_ = [("length", ctypes.c_ushort), ("steps", ctypes.c_void_p)]

    code = binascii.a2b_base64(SYSCALL_FILTER)
    steps = ctypes.create_string_buffer(code, len(code))
    program = Program(len(code) // 8, ctypes.addressof(steps))
    zero = ctypes.c_ulong(0)
    libc = ctypes.CDLL(None, use_errno=True)
    for option, value, more in (
        (38, ctypes.c_ulong(1), zero),  # PR_SET_NO_NEW_PRIVS
        (22, ctypes.c_ulong(2), ctypes.byref(program)),  # PR_SET_SECCOMP, SECCOMP_MODE_FILTER
    ):
        if libc.prctl(option, value, more, zero, zero) != 0:
            sys.exit("the kernel takes no filter of system calls: " + os.strerror(ctypes.get_errno()))


def main():
    install_filter()
    # Nothing of the job may be imported here, and Python looks into the current folder first.
    sys.path[:] = [folder for folder in sys.path if folder]
    # Otherwise the worker could write to our stdout through /proc/1/fd, or to our memory, and programs that the job
    # starts to the worker's.
    set_dumpable(0)
    # Process 1 is safe from every signal of the worker's but those it has a handler for.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    os.closerange(3, os.sysconf("SC_OPEN_MAX"))

    go_in, go_out = os.pipe()
    # Not a pipe, whose other end anyone who holds one end could open through /proc.
    reports_in, reports_out = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    reports_in.setsockopt(socket.SOL_SOCKET, socket.SO_PASSCRED, 1)
    of_tests, of_code = socket.socketpair(socket.AF_UNIX, socket.SOCK_STREAM)
    output_in, output_out = os.pipe()
    worker = os.fork()
    if worker == 0:
        work(go_in, reports_out.fileno(), of_tests.fileno(), output_out)
    os.close(go_in)
    reports_out.close()
    of_tests.close()
    os.set_blocking(output_in, False)
    reports_in.setblocking(False)

    job = take_job(worker, reports_in, output_in)
    if job is None:
        os._exit(1)
    started = time.monotonic()
    files = {path: binascii.a2b_base64(content) for path, content in job["files"].items()}
    if "mutant" in job:
        load("mutants")
        found = mutated(files, **job["mutant"])
        say(type="mutant", **found)
        if "place" not in found:
            os._exit(0)  # there are not so many
    orders = {}
    if "lines" in job:
        load("lines")
        if not can_count_lines():
            say(type="inapplicable", why="there is no package coverage")
            os._exit(0)
        orders["lines"] = [path for path in files if path.endswith(".py") and not is_test(path)]
    lender = None
    if "apart" in job:
        load("proxies")
        orders["apart"] = job["apart"]
        doubt = shape_doubt(files)
        if doubt is not None:
            say(type="doubtful", why=doubt)
        orders["modules"] = modules_of(files)
    unpack(files)
    if job.get("apart"):
        # Before there is a key that it could find.
        lender = os.fork()
        if lender == 0:
            lend_code(of_code.fileno(), output_out, orders["modules"])
    of_code.close()
    os.close(output_out)
    key = os.urandom(32)
    referee = Referee(worker, reports_in, output_in, key)
    referee.apart = "apart" in job
    referee.counts_lines = "lines" in job
    tests, firm = expected_of(files)
    canary = "test_" + os.urandom(8).hex()
    say(type="expected", tests=tests, firm=firm, canary="::" + canary)
    orders |= {
        "key": key.hex(),
        "canary": canary,
        "tests": [os.path.join(JOB, path) for path in files if is_test(path) and path.endswith(".py")],
        "dumpAt": started + job["dumpAfterSeconds"],
        "failures": job.get("failures", 0),
    }
    try:
        write_all(go_out, json.dumps(orders).encode())
        os.close(go_out)
    except BrokenPipeError:
        pass  # the worker is gone; its status will tell
    status = referee.watch()
    if lender is not None and not ends_well(lender):
        say(type="inapplicable", why="the code's process did not come to a good end")
    changed = changed_test(files)
    if changed is not None:
        say(type="tampered", why=f"{changed} was changed while the tests ran")
    say(type="end", status=status)
    # Everything else in the sandbox ends with process 1.
    os._exit(0)


main()
