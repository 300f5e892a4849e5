"""The worker of a sandbox: has pytest run the job's tests, in one process with code that nobody trusts.

What it reports is signed by a guard: an audit hook, which Python lets nobody remove, and whose key no module, frame or
object leads to. The guard lets a test pass only if the function from its file, as it stood there before anything ran,
came to its end, while pytest, unittest, the builtins and what that file binds were what they had been. Reaching for
what it stands on ends the run as tampered.
"""

import ast
import builtins
import collections
import functools
import gc
import inspect
import json.encoder
import operator
import os
import pathlib
import re
import sys
import time
import types
import unittest

import _blake2

JOB = "/job"

# The first word of a worker to its referee: everything that needs no job is done.
READY = b"+"

# Asked of the guard, through sys.audit.
COLLECTED = "nexus.collected"
REPORT = "nexus.report"
BEGIN = "nexus.begin"
PASSED = "nexus.passed"
TAMPERED = "nexus.tampered"

JUDGES = {"pytest", "_pytest", "pluggy", "unittest", "builtins"}
# Tests replace these in earnest.
REPLACEABLE = {"input", "print", "open", "__import__", "_", "exit", "quit", "breakpoint", "help"}
# What leads to any object or frame of the process, or rewrites a function while it runs.
NEVER = {
    "gc.get_objects",
    "gc.get_referrers",
    "gc.get_referents",
    "sys.settrace",
    "sys.setprofile",
    "sys._current_frames",
    "sys._current_exceptions",
    "sys.monitoring.register_callback",
}
# The same for the job's own code; Python's library has reasons of its own.
NEVER_IN_A_JOB = {"code.__new__", "ctypes.dlopen", "ctypes.dlsym", "ctypes.cdata", "ctypes.string_at"}
MEMBERS = (types.FunctionType, property, classmethod, staticmethod)
# They read and write memory past Python.
NATIVE = {"ctypes", "_ctypes", "_testcapi", "_testinternalcapi", "_interpreters", "_xxsubinterpreters", "_cffi_backend"}

PYTEST_ARGUMENTS = [
    "--rootdir=" + JOB,
    "-c/dev/null",
    "--noconftest",
    "-pno:cacheprovider",
    # It takes back at the first failure that a hanging test is to be written down.
    "-pno:faulthandler",
    # Output goes to the referee as it comes, so that it can be limited.
    "--capture=no",
    "--color=no",
    # One file that cannot be imported does not hide the results of the others.
    "--continue-on-collection-errors",
    JOB,
]


# Programs that only some runs need: to compile them takes as long as to start everything else.
PARTS = {}


def load(part):
    exec(compile(PARTS[part], f"<{part}>", "exec"), globals())


def is_test(path):
    """Whether a file belongs to the tests and not to what they test: the rule of the contract."""
    return re.search(r"^tests/|(^|/)(test_[^/]*|[^/]*_test|conftest)\.py$", path) is not None


def is_rewritten(path):
    """Whether pytest looks for tests there, and makes its assertions explain themselves."""
    name = path.rpartition("/")[2]
    return name.endswith("_test.py") or (name.startswith("test_") and name.endswith(".py"))


def set_dumpable(value):
    import ctypes

    ctypes.CDLL(None).prctl(4, value, 0, 0, 0)  # PR_SET_DUMPABLE


def content_of(path):
    with open(path, "rb") as file:
        return file.read()


def cut(text, length):
    return text if len(text) <= length else text[:length]


def places(error):
    """Lines of the job's files that an exception came through, innermost first, then those of its causes."""
    found = []
    seen = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        lines = []
        trace = error.__traceback__
        while trace is not None:
            lines.append((trace.tb_frame.f_code.co_filename, trace.tb_lineno))
            trace = trace.tb_next
        if isinstance(error, SyntaxError):
            lines.append((error.filename, error.lineno))
        if isinstance(error, ImportError):
            lines.append((error.path, None))
        for path, line in reversed(lines):
            if isinstance(path, str) and path.startswith(JOB + "/"):
                found.append((path[len(JOB) + 1 :], line))
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    return found


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


def arguments_of(item):
    """What a test is parametrized with, not counting what a fixture makes of it."""
    if not hasattr(item, "callspec"):
        return {}
    fixtures = item._fixtureinfo.name2fixturedefs
    direct = {name for name, found in fixtures.items() if found[-1].func.__name__ == "get_direct_param_fixture_func"}
    return {name: value for name, value in item.callspec.params.items() if name in direct}


def checked(test, function):
    """The test, with its beginning and its good end told to the guard."""
    audit = sys.audit
    if inspect.iscoroutinefunction(function):

        async def run(*args, **kwargs):
            __tracebackhide__ = True
            it = function
            audit(BEGIN, test, it, kwargs)
            result = await it(*args, **kwargs)
            audit(PASSED, test, it, kwargs)
            return result

    else:

        def run(*args, **kwargs):
            __tracebackhide__ = True
            it = function
            audit(BEGIN, test, it, kwargs)
            result = it(*args, **kwargs)
            audit(PASSED, test, it, kwargs)
            return result

    return functools.wraps(function)(run)


def canary():
    """Fails, unless asserting or raising has lost its meaning."""
    import pytest

    try:
        with pytest.raises(ValueError):
            pass
    except pytest.fail.Exception:
        pass
    else:
        return
    assert sorted([2, 1]) == [2, 1], "as planted"


class Reporter:
    """The pytest plugin that tells the referee how each test went."""

    def __init__(self, pytest):
        self.pytest = pytest
        self.canary_name = None
        self.skips = (pytest.skip.Exception, pytest.xfail.Exception, unittest.SkipTest)
        self.streams = (sys.stdout, sys.stderr)
        self.phases = []
        self.places = []
        self.memory = False
        self.at_end = None

    def send(self, **report):
        for stream in self.streams:
            try:
                stream.flush()
            except (OSError, ValueError):
                pass  # a test closed it
        sys.audit(REPORT, report)

    def send_result(self, kind, test, outcome, seconds, explained):
        result = {"type": kind, "test": cut(test, 1000), "outcome": outcome, "millis": round(seconds * 1000)}
        if explained is not None:
            result["message"] = cut(message_of(explained), 1000)
            if not explained.skipped:
                result["trace"] = explained.longreprtext[-6000:]
        result["files"] = list(dict.fromkeys(path for path, _ in self.places))[:20]
        result["lines"] = list(dict.fromkeys(f"{path}:{line}" for path, line in self.places if line))[:20]
        result["memory"] = self.memory
        self.places = []
        self.memory = False
        self.send(**result)

    def pytest_exception_interact(self, node, call, report):
        self.places = self.places or places(call.excinfo.value)
        self.memory = self.memory or isinstance(call.excinfo.value, MemoryError)

    def pytest_collectreport(self, report):
        if not report.passed:
            if report.skipped and isinstance(report.longrepr, tuple):
                self.skipped_in(str(report.longrepr[0]), report.nodeid)
            outcome = "skipped" if report.skipped else "error"
            self.send_result("collection", report.nodeid or "collection", outcome, 0, report)

    def pytest_collection_finish(self, session):
        sys.audit(COLLECTED, {item.nodeid: arguments_of(item) for item in session.items})
        self.send(type="collected", count=len(session.items))
        session.items.append(self.pytest.Function.from_parent(session, name=self.canary_name, callobj=canary))

    def pytest_runtest_logstart(self, nodeid, location):
        self.send(type="started", test=cut(nodeid, 1000))

    def pytest_runtest_call(self, item):
        if hasattr(item, "obj"):
            item.obj = checked(item.nodeid, item.obj)
            case = getattr(item, "_testcase", None) or getattr(item, "instance", None)
            if isinstance(case, unittest.TestCase):
                setattr(case, item.name, item.obj)

    def pytest_runtest_makereport(self, item, call):
        if call.excinfo is not None and isinstance(call.excinfo.value, self.skips):
            found = places(call.excinfo.value)
            if found:
                self.skipped_in(JOB + "/" + found[0][0], item.nodeid)

    def skipped_in(self, path, test):
        if path.startswith(JOB + "/") and not is_test(path[len(JOB) + 1 :]):
            sys.audit(TAMPERED, path[len(JOB) + 1 :] + " skipped " + test)

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

    def pytest_sessionfinish(self):
        """An object that equals everything passes every comparison; an honest class does not make one."""
        if self.at_end is not None:
            self.at_end()
        for module in list(sys.modules.values()):
            path = str(getattr(module, "__file__", None) or "")
            if path.startswith(JOB + "/") and not is_test(path[len(JOB) + 1 :]):
                for name, kind in list(vars(module).items()):
                    if isinstance(kind, type) and equals_everything(kind):
                        sys.audit(TAMPERED, f"{name} in {path[len(JOB) + 1 :]} equals everything")


def equals_everything(kind):
    equals = vars(kind).get("__eq__")
    if not isinstance(equals, types.FunctionType):
        return False
    base = next(base for base in kind.__mro__ if base.__module__ == "builtins")
    try:
        return equals(base.__new__(kind), object()) is True
    except Exception:
        return False  # an honest one looks for what the other object does not have


def codes_in(code):
    yield code
    for constant in code.co_consts:
        if isinstance(constant, types.CodeType):
            yield from codes_in(constant)


def is_judge(module):
    return module.partition(".")[0] in JUDGES


def judges():
    """What pytest, unittest and the builtins consist of: for each place, how to look there, names, and what they name."""
    parts = [(sys.modules.get, *zip(*((name, module) for name, module in sys.modules.items() if is_judge(name))))]
    for name, module in list(sys.modules.items()):
        if not is_judge(name):
            continue
        replaceable = REPLACEABLE if module is builtins else ()
        named = {key: value for key, value in vars(module).items() if callable(value) and key not in replaceable}
        parts.append((vars(module).get, tuple(named), tuple(named.values())))
        for value in named.values():
            if isinstance(value, type) and is_judge(value.__module__) and value.__module__ != "builtins":
                members = {key: m for key, m in vars(value).items() if isinstance(m, MEMBERS)}
                parts.append((vars(value).get, tuple(members), tuple(members.values())))
    return parts


class Judge(types.ModuleType):
    """A module that nobody replaces a part of, not even for a while."""

    def __setattr__(self, name, value):
        if sys.modules.get(f"{self.__name__}.{name}") is not value:  # Python puts modules into their packages
            sys.audit(TAMPERED, f"{name} of {self.__name__} was replaced")
        super().__setattr__(name, value)

    def __delattr__(self, name):
        sys.audit(TAMPERED, f"{name} of {self.__name__} was deleted")


def reporters():
    """The code that has a part in a report: pytest's own, and this."""
    codes = set()
    for thing in gc.get_objects():
        if isinstance(thing, types.FunctionType) and isinstance(thing.__module__, str):
            if thing.__module__.partition(".")[0] in {"pytest", "_pytest", "pluggy", "__main__"}:
                codes.update(codes_in(thing.__code__))
    frame = sys._getframe()
    while frame is not None:
        codes.add(frame.f_code)
        frame = frame.f_back
    return {id(code): code for code in codes}


class TestFile:
    """What a test file says before anything of it runs: its code as pytest will run it, and what it binds for good."""

    def __init__(self, path, source, compiled, real):
        self.path = path
        self.codes = set(codes_in(compiled))
        self.by_test = collections.defaultdict(set)
        self.index(path, compiled)
        self.names = set()
        self.constants = {}
        self.functions = set()
        self.imports = {}
        self.bind(ast.parse(source), real)

    def index(self, name, code):
        self.by_test[name].add(code)
        for constant in code.co_consts:
            if isinstance(constant, types.CodeType):
                self.index(name + "::" + constant.co_name, constant)

    def bind(self, tree, real):
        bound = collections.Counter()
        for node in ast.walk(tree):
            if isinstance(node, ast.Name) and isinstance(node.ctx, (ast.Store, ast.Del)):
                bound[node.id] += 1
            elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
                bound[node.name] += 1
            elif isinstance(node, ast.alias):
                bound[(node.asname or node.name).partition(".")[0]] += 1
            elif isinstance(node, (ast.Global, ast.Nonlocal)):
                bound.update(node.names)
            elif isinstance(node, ast.ExceptHandler) and node.name:
                bound[node.name] += 1
        self.names.update(bound)
        for node in tree.body:
            if isinstance(node, ast.FunctionDef) and not node.decorator_list and bound[node.name] == 1:
                self.functions.add(node.name)
            elif isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name) and len(node.targets) == 1:
                value = literal(node.value)
                if bound[node.targets[0].id] == 1 and type(value) in {int, float, str, bytes, bool, tuple}:
                    self.constants[node.targets[0].id] = value
            elif isinstance(node, ast.Import):
                for alias in node.names:
                    if alias.name in {"pytest", "unittest"} and bound[alias.asname or alias.name] == 1:
                        self.imports[alias.asname or alias.name] = real[alias.name]
            elif isinstance(node, ast.ImportFrom) and node.module in {"pytest", "unittest"}:
                for alias in node.names:
                    if hasattr(real[node.module], alias.name) and bound[alias.asname or alias.name] == 1:
                        self.imports[alias.asname or alias.name] = getattr(real[node.module], alias.name)


def literal(node):
    try:
        value = ast.literal_eval(node)
        hash(value)  # a tuple may hold a list, which tests may change
        return value
    except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
        return None


def stand_guard(channel, key, canary_name, files, parts, trusted):
    """From now on, what is reported is true as far as it is good news."""
    all, map, zip, next, same = builtins.all, builtins.map, builtins.zip, builtins.next, operator.is_
    write, read, leave, getpid, getframe = os.write, os.read, os._exit, os.getpid, sys._getframe
    blake, encode = _blake2.blake2b, json.encoder.c_make_encoder(
        None, type, json.encoder.encode_basestring_ascii, None, ": ", ", ", False, False, False
    )
    gettrace, function_type, method_type = sys.gettrace, types.FunctionType, types.MethodType
    builtin_names = frozenset(dir(builtins))
    job, never, never_in_a_job, native = JOB + "/", frozenset(NEVER), frozenset(NEVER_IN_A_JOB), frozenset(NATIVE)
    watched = never | never_in_a_job | {COLLECTED, REPORT, BEGIN, PASSED, TAMPERED, "import", "object.__setattr__"}
    wrappers = {code for code in codes_in(checked.__code__) if code.co_name == "run"}
    worker = getpid()
    passed = set()
    begun = None
    sent = 0
    by_path = {job + file.path: file for file in files}
    by_test = {}
    by_name = {canary_name: {canary.__code__}}
    for file in files:
        for test, codes in file.by_test.items():
            by_test[test] = codes
            by_name.setdefault(test.rpartition("::")[2], set()).update(codes)
    arguments = None
    current = None

    def tampered(why):
        try:
            write(channel, b"!" + why.encode(errors="replace")[:500])
        finally:
            leave(70)

    def check_judges():
        for look, names, values in parts:
            if not all(map(same, map(look, names), values)):
                name = next(name for name, value in zip(names, values) if look(name) is not value)
                tampered(f"{name}, which the verdict rests on, was replaced")

    def check_function(test, function):
        layer = function.__func__ if type(function) is method_type else function
        base = test.partition("[")[0]
        codes = by_test.get(base) or by_name.get(base.rpartition("::")[2], ())
        while layer.__code__ not in codes:
            wrapped = layer.__dict__.get("__wrapped__")
            # Decorators wrap tests, those of unittest.mock and of test files; what is under test does not.
            if type(wrapped) is not function_type or is_foreign(layer.__code__):
                tampered(f"{test} is not the function that stands in its file")
            layer = wrapped
        check_file(by_path.get(layer.__code__.co_filename), layer.__globals__)
        if type(function) is method_type:
            check_class(type(function.__self__))

    def check_file(file, bound):
        if file is None:
            return
        for name in bound.keys() & builtin_names - file.names:
            if not name.startswith("__"):
                tampered(f"{name} was put into {file.path}")
        for name, value in file.constants.items():
            if type(bound.get(name)) is not type(value) or bound[name] != value:
                tampered(f"{name} of {file.path} was changed")
        for name in file.functions:
            if getattr(bound.get(name), "__code__", None) not in file.codes:
                tampered(f"{name} of {file.path} was replaced")
        for name, value in file.imports.items():
            if bound.get(name) is not value:
                tampered(f"{name} of {file.path} was replaced")

    def check_class(kind):
        for base in kind.__mro__:
            own = {name: member.__code__ for name, member in vars(base).items() if type(member) is function_type}
            if any(code.co_filename in by_path for code in own.values()):
                for name, code in own.items():
                    if is_foreign(code) and not name.startswith("__"):
                        tampered(f"{name} of {kind.__name__} was replaced")

    def check_arguments(test, given):
        for name, value in arguments.get(test, {}).items():
            if given.get(name) is not value:
                tampered(f"{test} was called with another {name}")

    def is_of_job(code):
        return code.co_filename.startswith((job, "<"))

    def is_foreign(code):
        file = by_path.get(code.co_filename)
        return is_of_job(code) and (file is None or code not in file.codes)

    def asker():
        frame = getframe(2)
        while frame.f_back is not None and "importlib" in frame.f_code.co_filename:
            frame = frame.f_back
        return frame.f_code

    def may_look(code):
        """The tests themselves, and doctest, which sets the trace function that was set before."""
        name = code.co_filename
        return name in by_path and not is_foreign(code) or name.endswith("/doctest.py") and not name.startswith(job)

    def check_stack():
        frame = getframe(3)  # below this, report, and hook
        while frame is not None:
            if id(frame.f_code) not in trusted:
                tampered(f"{frame.f_code.co_name} made up a report")
            last, frame = frame, frame.f_back
        if last.f_code.co_name != "<module>":
            tampered("a report was made up behind pytest's back")

    def report(what):
        nonlocal sent, current
        check_stack()
        if what.get("outcome") == "passed" and what.get("test") not in passed:
            tampered(f"{what.get('test')} was to count as passed, and did not come to its end")
        sent += 1
        body = "".join(encode({**what, "seq": sent}, 0)).encode()
        write(channel, blake(body, key=key, digest_size=16).hexdigest().encode() + body)
        if what.get("type") == "started":
            current = what["test"]
            read(channel, 1)  # what is printed from here on is this test's

    def hook(event, args):
        nonlocal begun, arguments
        if event not in watched:
            return
        if event == "import":
            if args[0] in native and is_foreign(asker()):
                tampered(f"the code under test imports {args[0]}, which writes past Python into memory")
        elif event == "object.__setattr__":
            if args[1] in ("__code__", "__defaults__", "__kwdefaults__") and is_foreign(asker()):
                tampered(f"{args[1]} of {getattr(args[0], '__name__', 'a function')} was rewritten")
        elif event in never:
            if not may_look(asker()):
                tampered(f"{event} leads to what judges the tests")
        elif event in never_in_a_job:
            if is_foreign(asker()):
                tampered(f"{event} was used by the code under test")
        elif event == TAMPERED:
            tampered(*args)
        elif getpid() != worker:
            return  # a test forked, and the child came back into pytest
        elif event == REPORT:
            report(*args)
        elif event == COLLECTED:
            if arguments is not None:
                tampered("the tests were collected twice")
            arguments = args[0]
        else:
            test, function, given = args
            if getframe(1).f_code not in wrappers or test[:1000] != current:
                tampered(f"{getframe(1).f_code.co_name} said that {test} had passed")
            check_judges()
            check_function(test, function)
            check_arguments(test, given)
            if gettrace() is not None:
                tampered(f"{test} was traced")
            if event == BEGIN:
                begun = function
            elif begun is function:
                passed.add(test[:1000])

    sys.addaudithook(hook)
    for name in ("pytest", "unittest"):
        sys.modules[name].__class__ = Judge


def keep_compiled():
    """Has pytest take the code of test files from what this returns, where it is there, and never from a .pyc file."""
    from _pytest.assertion import rewrite

    compile_now = rewrite._rewrite_test
    kept = {}

    def rewrite_test(path, config):
        return (None, kept[str(path)]) if str(path) in kept else compile_now(path, config)

    rewrite._rewrite_test = rewrite_test
    rewrite._read_pyc = lambda *args: None
    return kept, compile_now


class Start:
    """The pytest plugin that puts everything in its place before the first line of the job runs."""

    def __init__(self, pytest, channel):
        self.channel = channel
        self.real = {"pytest": pytest, "unittest": unittest}
        self.kept, self.compile_now = keep_compiled()
        self.trusted = None

    def take(self, orders):
        self.orders = orders

    def trust(self):
        """To be called when pytest has imported all that it is going to, and nothing of the job is there."""
        self.trusted = reporters()

    def pytest_configure(self, config):
        terminal = config.pluginmanager.get_plugin("terminalreporter")
        if terminal is not None:
            config.pluginmanager.unregister(terminal)
        # A test file may name plugins, and the job may hold them.
        config.pluginmanager.consider_module = lambda module: None
        files = []
        for path in self.orders["tests"]:
            try:
                source = content_of(path)
                if is_rewritten(path):
                    compiled = self.compile_now(pathlib.Path(path), config)[1]
                    self.kept[path] = compiled
                else:
                    compiled = compile(source, path, "exec", dont_inherit=True)
                files.append(TestFile(path[len(JOB) + 1 :], source, compiled, self.real))
            except (SyntaxError, ValueError, RecursionError, MemoryError):
                pass  # pytest is going to say so
        key = bytes.fromhex(self.orders.pop("key"))
        stand_guard(self.channel, key, self.orders["canary"], files, judges(), self.trusted)


def rehearse(pytest):
    """Has pytest import and compile, before anybody waits for it, what it needs for its first test and first failure."""
    import pdb  # noqa: F401, pytest does so when it is configured
    from _pytest.assertion import rewrite

    source = b"def test_a():\n    assert [1] == [2]\n"
    tree = ast.parse(source)
    rewrite.rewrite_asserts(tree, source, "rehearsal")
    compile(tree, "rehearsal", "exec", dont_inherit=True)
    try:
        canary()
    except AssertionError:
        str(pytest.ExceptionInfo.from_current().getrepr(style="long"))


def work(go, channel, code, output):
    """The worker: gets pytest ready, waits for the job to be there, runs it. Does not return.

    `code` leads to the code under test, if that is to be in a process of its own.
    """
    status = 70
    try:
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        os.dup2(output, 1)
        os.dup2(output, 2)
        last = 2
        for fd in (*sorted((go, channel, code)), os.sysconf("SC_OPEN_MAX")):
            os.closerange(last + 1, fd)
            last = fd

        gc.disable()  # there is no garbage to speak of, only much that stays
        os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
        import faulthandler

        import pytest
        from _pytest.config import _prepareconfig

        # After the terminal's own, which makes what is taken away here.
        Start.pytest_configure = pytest.hookimpl(trylast=True)(Start.pytest_configure)
        start = Start(pytest, channel)
        reporter = Reporter(pytest)
        configured = functools.cache(lambda: _prepareconfig(PYTEST_ARGUMENTS, [start, reporter]))
        configured()  # while there are no settings of the job that it could read
        rehearse(pytest)
        start.trust()
        for name in list(sys.modules):
            if name.partition(".")[0] in NATIVE:
                del sys.modules[name]
        sys.modules["__main__"] = types.ModuleType("__main__")

        gc.freeze()
        gc.enable()

        os.write(channel, READY)
        orders = b""
        while part := os.read(go, 65536):
            orders += part
        os.close(go)
        if not orders:
            os._exit(status)
        start.take(json.loads(orders))
        del orders
        dump_at = start.orders["dumpAt"]
        faulthandler.enable(sys.stderr)
        faulthandler.dump_traceback_later(max(0.1, dump_at - time.monotonic()), file=sys.stderr)
        sys.path.insert(0, JOB)
        if "lines" in start.orders:
            load("lines")
            os._exit(count_lines(pytest, channel, start.orders["lines"]))
        reporter.canary_name = start.orders["canary"]
        if "modules" in start.orders:
            tests = {path[len(JOB) + 1 :]: content_of(path) for path in start.orders["tests"]}
            load("proxies")
            modules = start.orders["modules"]
            line = Line(code) if start.orders["apart"] else Together(modules)
            reporter.at_end = borrow_code(line, channel, modules, tests)
        else:
            os.close(code)
        config = configured()
        config.option.maxfail = start.orders["failures"]
        status = int(config.hook.pytest_cmdline_main(config=config))
        config._ensure_unconfigure()
        reporter.send(type="finished", status=status)
    except BaseException:
        import traceback

        traceback.print_exc()
        sys.stderr.flush()
    finally:
        os._exit(status)
