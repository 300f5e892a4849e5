"""Process 1 of a sandbox: takes a job on stdin, has pytest run it, and tells what happened in JSON lines on stdout.

It forks the worker before it reads the job, never imports anything of the job, and alone holds the real stdout. What
the worker reports is passed on as the worker's word, what its tests print as output, and how it ended as the referee's
own word; the judgement is made outside.
"""

import binascii
import ctypes
import json
import os
import select
import signal
import sys
import time

JOB = "/job"
PR_SET_DUMPABLE = 4

# More than a worker's report needs; a longer one is not from our reporter.
REPORT_BYTES = 64 * 1024
CHUNK_BYTES = 32 * 1024
# What may still stand in a pipe when the worker has ended; its children could go on writing for ever.
REST_BYTES = 1024 * 1024

PYTEST_ARGUMENTS = [
    "--rootdir=" + JOB,
    "-c/dev/null",
    "--noconftest",
    "-pno:cacheprovider",
    # Output goes to the referee as it comes, so that it can be limited.
    "--capture=no",
    "--color=no",
    # One file that cannot be imported does not hide the results of the others.
    "--continue-on-collection-errors",
    JOB,
]


def set_dumpable(value):
    ctypes.CDLL(None).prctl(PR_SET_DUMPABLE, value, 0, 0, 0)


def write_all(fd, data):
    while data:
        data = data[os.write(fd, data) :]


def cut(text, length):
    return text if len(text) <= length else text[:length]


def job_files(error):
    """The job's files that an exception came through, innermost first, then those of its causes."""
    files = {}
    seen = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        paths = []
        trace = error.__traceback__
        while trace is not None:
            paths.append(trace.tb_frame.f_code.co_filename)
            trace = trace.tb_next
        if isinstance(error, SyntaxError):
            paths.append(error.filename)
        if isinstance(error, ImportError):
            paths.append(error.path)
        for path in reversed(paths):
            if isinstance(path, str) and path.startswith(JOB + "/"):
                files[path[len(JOB) + 1 :]] = True
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    return list(files)[:20]


def message_of(report):
    """Why a test did not pass, or was skipped, in pytest's own words."""
    cause = report.longrepr
    if isinstance(cause, tuple):
        return cause[2]
    crash = getattr(cause, "reprcrash", None)
    if crash is not None:
        return crash.message
    lines = [line for line in report.longreprtext.splitlines() if line.strip()]
    errors = [line[1:].strip() for line in lines if line.startswith("E ")]
    named = [line for line in errors if line.split(":")[0].endswith(("Error", "Exception"))]
    return (named or errors or lines[-1:] or [""])[0]


class Reporter:
    """The pytest plugin that tells the referee how each test went."""

    def __init__(self, fd):
        self.fd = fd
        self.pid = os.getpid()
        self.streams = (sys.stdout, sys.stderr)
        self.phases = []
        self.files = []
        self.memory = False

    def send(self, **report):
        if os.getpid() != self.pid:
            return  # a test forked, and the child came back into pytest
        for stream in self.streams:
            try:
                stream.flush()
            except (OSError, ValueError):
                pass  # a test closed it
        write_all(self.fd, json.dumps(report).encode() + b"\n")

    def send_result(self, kind, test, outcome, seconds, explained):
        result = {"type": kind, "test": cut(test, 1000), "outcome": outcome, "millis": round(seconds * 1000)}
        if explained is not None:
            result["message"] = cut(message_of(explained), 1000)
            if not explained.skipped:
                result["trace"] = explained.longreprtext[-6000:]
        result["files"] = self.files
        result["memory"] = self.memory
        self.files = []
        self.memory = False
        self.send(**result)

    def pytest_exception_interact(self, node, call, report):
        self.files = self.files or job_files(call.excinfo.value)
        self.memory = self.memory or isinstance(call.excinfo.value, MemoryError)

    def pytest_collectreport(self, report):
        if not report.passed:
            outcome = "skipped" if report.skipped else "error"
            self.send_result("collection", report.nodeid or "collection", outcome, 0, report)

    def pytest_collection_finish(self, session):
        self.send(type="collected", count=len(session.items))

    def pytest_runtest_logstart(self, nodeid, location):
        self.send(type="started", test=cut(nodeid, 1000))

    def pytest_runtest_logreport(self, report):
        self.phases.append(report)

    def pytest_runtest_logfinish(self, nodeid, location):
        phases, self.phases = self.phases, []
        broken = next((phase for phase in phases if phase.failed), None)
        skipped = next((phase for phase in phases if phase.skipped), None)
        if broken is not None:
            outcome = "failed" if broken.when == "call" else "error"
        elif skipped is not None:
            outcome = "skipped"
        else:
            outcome = "passed" if any(phase.when == "call" for phase in phases) else "error"
        seconds = sum(phase.duration for phase in phases)
        self.send_result("result", nodeid, outcome, seconds, broken or skipped)

    def pytest_internalerror(self, excrepr, excinfo):
        self.send(type="broken", memory=isinstance(excinfo.value, MemoryError))


def work(go, reports, output):
    """The worker: gets pytest ready, waits for the job to be there, runs it. Does not return."""
    status = 70
    try:
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        os.dup2(output, 1)
        os.dup2(output, 2)
        low, high = sorted((go, reports))
        os.closerange(3, low)
        os.closerange(low + 1, high)
        os.closerange(high + 1, os.sysconf("SC_OPEN_MAX"))
        set_dumpable(1)

        os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
        import faulthandler

        import pytest

        class QuietReporter(Reporter):
            @pytest.hookimpl(trylast=True)
            def pytest_configure(self, config):
                terminal = config.pluginmanager.get_plugin("terminalreporter")
                if terminal is not None:
                    config.pluginmanager.unregister(terminal)

        dump_at = os.read(go, 32)
        os.close(go)
        if not dump_at:
            os._exit(status)
        faulthandler.dump_traceback_later(max(0.1, float(dump_at) - time.monotonic()), file=sys.stderr)
        sys.path.insert(0, JOB)
        reporter = QuietReporter(reports)
        status = int(pytest.main(PYTEST_ARGUMENTS, plugins=[reporter]))
        reporter.send(type="finished", status=status)
    except BaseException:
        import traceback

        traceback.print_exc()
        sys.stderr.flush()
    finally:
        os._exit(status)


class Referee:
    """Watches a worker and passes on what comes from it."""

    def __init__(self, worker, reports, output):
        self.worker = worker
        self.reports = reports
        self.output = output
        self.begun = b""

    def say(self, **line):
        write_all(1, json.dumps(line, allow_nan=False).encode() + b"\n")

    def watch(self):
        ended = os.pidfd_open(self.worker)
        open_pipes = {self.output, self.reports}
        poller = select.poll()
        for fd in (ended, self.output, self.reports):
            poller.register(fd, select.POLLIN)
        while True:
            ready = {fd for fd, _ in poller.poll()}
            # Output first: what was printed before a report was sent belongs before it.
            for fd in (self.output, self.reports):
                if fd in open_pipes and not self.drain(fd):
                    open_pipes.remove(fd)
                    poller.unregister(fd)
            if ended in ready:
                break
        for fd in open_pipes:
            self.drain(fd)
        _, status = os.waitpid(self.worker, 0)
        self.say(type="end", status=os.waitstatus_to_exitcode(status))

    def drain(self, fd):
        """Takes what is there; false at the end of the pipe."""
        taken = 0
        while taken < REST_BYTES:
            try:
                data = os.read(fd, CHUNK_BYTES)
            except BlockingIOError:
                return True
            if not data:
                return False
            taken += len(data)
            if fd == self.output:
                self.say(type="output", bytes=len(data), text=data.decode(errors="replace"))
            else:
                self.take_reports(data)
        return True

    def take_reports(self, data):
        *lines, self.begun = (self.begun + data).split(b"\n")
        if len(self.begun) > REPORT_BYTES:
            self.begun = b""
            self.say(type="garbled")
        for line in lines:
            try:
                self.say(type="worker", report=json.loads(line))
            except (ValueError, RecursionError):
                self.say(type="garbled")


def unpack(files):
    for path, content in files.items():
        target = os.path.join(JOB, path)
        os.makedirs(os.path.dirname(target), exist_ok=True)
        with open(target, "xb") as file:
            file.write(binascii.a2b_base64(content))


def main():
    started = time.monotonic()
    # Nothing of the job may be imported here, and Python looks into the current folder first.
    sys.path[:] = [folder for folder in sys.path if folder]
    # Otherwise the worker could write to our stdout through /proc/1/fd, or to our memory.
    set_dumpable(0)
    # Process 1 is safe from every signal of the worker's but those it has a handler for.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    os.closerange(3, os.sysconf("SC_OPEN_MAX"))

    go_in, go_out = os.pipe()
    reports_in, reports_out = os.pipe()
    output_in, output_out = os.pipe()
    worker = os.fork()
    if worker == 0:
        work(go_in, reports_out, output_out)
    for fd in (go_in, reports_out, output_out):
        os.close(fd)
    for fd in (reports_in, output_in):
        os.set_blocking(fd, False)

    referee = Referee(worker, reports_in, output_in)
    referee.say(type="ready")
    job = json.load(sys.stdin.buffer)
    unpack(job["files"])
    try:
        os.write(go_out, str(started + job["dumpAfterSeconds"]).encode())
        os.close(go_out)
    except BrokenPipeError:
        pass  # the worker is gone; its status will tell
    referee.watch()
    # Everything else in the sandbox ends with process 1.
    os._exit(0)


main()
