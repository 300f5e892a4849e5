package dev.nexus.tester;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.nexus.contract.Isolation;
import dev.nexus.contract.Isolation.Result;
import dev.nexus.contract.TestReport;
import dev.nexus.contract.Verdict;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Tests and code in two processes: what the code does to its tests in one process it can't do there, and code that means
 * no harm does there what it does here.
 */
@Timeout(120)
class SecondPassTest {

    private static final Path SAMPLES = Path.of("../common/src/main/resources/offline");
    private static final Path FORGERIES = Path.of("src/test/resources/forgeries-within");
    /** Without it, the code is imported into the process of the tests as ever. */
    private static final List<String> SEPARATION = List.of("sys.meta_path.insert(0, CodeFinder(");

    /** They change files of the job, which both processes see, or answer as they should. */
    private static final Set<String> THROUGH_FILES = Set.of(
            "compiled_test_file.py",
            "conftest.py",
            "parametrize.py",
            "report_of_a_child.py",
            "settings.py",
            "test_file_by_another_program.py",
            "test_file_on_disk.py",
            "test_file_on_disk_for_a_while.py");

    private static Sandbox sandbox;

    @BeforeAll
    static void open() throws Exception {
        sandbox = Sandboxes.open(Sandboxes.SETTINGS);
    }

    @AfterAll
    static void close() {
        sandbox.close();
    }

    private static SecondPass unhurried() {
        return new SecondPass(sandbox, Sandboxes.SETTINGS.timeLimit(), Sandboxes.SETTINGS.timeLimit());
    }

    private static Isolation isolationOf(Map<String, byte[]> files) throws Exception {
        return isolationIn(sandbox, files);
    }

    private static Isolation isolationIn(Sandbox any, Map<String, byte[]> files) throws Exception {
        TestReport first = any.run(files, () -> {});
        assertThat(first.verdict()).as("%s", first).isEqualTo(Verdict.PASSED);
        return SecondPass.judge(first, any.run(files, new Pass.Apart(), Sandboxes.SETTINGS.timeLimit(), () -> {}));
    }

    private static Isolation isolationOf(String code, String tests) throws Exception {
        return isolationOf(Sandboxes.files("subject.py", code, "tests/test_it.py", tests));
    }

    static List<Path> forgeries() throws IOException {
        try (Stream<Path> files = Files.list(FORGERIES)) {
            return files.filter(Files::isRegularFile).sorted().toList();
        }
    }

    private static Map<String, byte[]> job(Path forgery) throws IOException {
        return Sandboxes.files(
                "roman.py",
                Files.readString(forgery),
                "tests/test_romans.py",
                Files.readString(FORGERIES.resolve("tests/test_romans.py")));
    }

    @ParameterizedTest
    @MethodSource("forgeries")
    void aForgeryThatPassesInOneProcessFailsInTwo(Path forgery) throws Exception {
        TestReport first = sandbox.run(job(forgery), () -> {});

        Isolation isolation = unhurried().compare(job(forgery), first);

        assertThat(first.verdict()).isEqualTo(Verdict.PASSED);
        assertThat(isolation.result()).as("%s", isolation).isEqualTo(Result.DIFFERS);
        assertThat(isolation.test()).startsWith("tests/test_romans.py::Romans::test_");
        assertThat(isolation.message()).contains("AssertionError", "?");
    }

    @ParameterizedTest
    @MethodSource("forgeries")
    void withoutTheSeparationItPassesAgain(Path forgery) throws Exception {
        try (Sandbox weak = Sandboxes.with(SEPARATION)) {
            assertThat(isolationIn(weak, job(forgery)).result()).isEqualTo(Result.SAME);
        }
    }

    static Stream<ForgeryTest.Forgery> forgeriesWithinTheProcess() throws IOException {
        return ForgeryTest.forgeriesWithAControl().stream()
                .filter(forgery -> !THROUGH_FILES.contains(forgery.toString()));
    }

    /** What the guard stops in one process finds no guard in two, and no tests either. */
    @ParameterizedTest
    @MethodSource("forgeriesWithinTheProcess")
    void aForgeryThatTheGuardWouldMissDoesNotPassInTwoProcesses(ForgeryTest.Forgery forgery) throws Exception {
        try (Sandbox weak = Sandboxes.with(forgery.without())) {
            Sandbox.Run run = weak.run(forgery.job(), new Pass.Apart(), Sandboxes.SETTINGS.timeLimit(), () -> {});

            assertThat(run.facts().inapplicable() == null && run.report().verdict() == Verdict.PASSED)
                    .as("%s", run)
                    .isFalse();
        }
    }

    @Test
    void theOfflineProjectsRaiseNoFalseAlarm() throws Exception {
        Set<String> same = new TreeSet<>();
        try (Stream<Path> samples = Files.list(SAMPLES)) {
            for (Path sample : samples.filter(s -> Files.isDirectory(s.resolve("files")))
                    .sorted()
                    .toList()) {
                Map<String, byte[]> files = project(sample);
                TestReport first = sandbox.run(files, () -> {});
                if (first.verdict() != Verdict.PASSED) {
                    continue; // one is wrong for good
                }
                Isolation isolation = SecondPass.judge(
                        first, sandbox.run(files, new Pass.Apart(), Sandboxes.SETTINGS.timeLimit(), () -> {}));

                assertThat(isolation.result()).as("%s: %s", sample, isolation).isNotEqualTo(Result.DIFFERS);
                if (isolation.result() == Result.SAME) {
                    same.add(sample.getFileName().toString());
                }
            }
        }

        assertThat(same)
                .contains(
                        "bank-account",
                        "caesar-cipher",
                        "fibonacci",
                        "lru-cache",
                        "matrix",
                        "palindromes",
                        "password-strength",
                        "prime-sieve",
                        "roman-numerals",
                        "stack-and-queue",
                        "temperature");
    }

    private static Map<String, byte[]> project(Path sample) throws IOException {
        Map<String, byte[]> files = new LinkedHashMap<>();
        for (Path root : List.of(sample.resolve("files"), sample)) {
            Path from = root.equals(sample) ? sample.resolve("tests") : root;
            try (Stream<Path> all = Files.walk(from)) {
                for (Path file : all.filter(Files::isRegularFile).sorted().toList()) {
                    files.put(root.relativize(file).toString(), Files.readAllBytes(file));
                }
            }
        }
        return files;
    }

    @Test
    void dataCrossesAsWhatItIs() throws Exception {
        String tests = """
                import math
                from datetime import date, timedelta
                from decimal import Decimal
                from fractions import Fraction
                from pathlib import Path

                import pytest

                from code_ import same

                VALUES = [None, True, 0, -1, 2**200, 0.1, -0.0, math.inf, 1j, "", "\\udc80é\\n", b"\\0\\xff", bytearray(b"x"),
                          [], [[1], {2: [3]}], (), (1, (2,)), {}, {(1, 2): {3}}, set(), frozenset({1, "a"}), range(3),
                          Decimal("1.10"), Fraction(1, 3), date(2024, 2, 29), timedelta(1, 2, 3), Path("a/b")]


                @pytest.mark.parametrize("value", VALUES)
                def test_it(value):
                    assert same(value) == value
                    assert type(same(value)) is type(value)
                    assert repr(same(value)) == repr(value)


                def test_what_is_no_number_stays_none():
                    assert math.isnan(same(math.nan))


                def test_a_list_that_is_given_back_is_the_same():
                    items = [1]
                    assert same(items) is items
                """;
        assertThat(isolationOf(Sandboxes.files("code_.py", "def same(x):\n    return x\n", "test_it.py", tests)))
                .isEqualTo(new Isolation(Result.SAME, null, null));
    }

    @Test
    void whatACallDoesToItsArgumentsIsSeen() throws Exception {
        String code = """
                def change(items, table, names, inner):
                    items.reverse()
                    items.append(inner)
                    table["new"] = items
                    names.discard("a")
                    inner.clear()
                    return items
                """;
        String tests = """
                from changes import change


                def test_it():
                    first, inner = [2], [1]
                    items, table, names = [[3], first, inner], {}, {"a", "b"}
                    assert change(items, table, names, inner) is items
                    assert items == [[], [2], [3], []]
                    assert items[0] is inner and items[1] is first and items[3] is inner
                    assert table["new"] is items
                    assert names == {"b"}
                """;
        assertThat(isolationOf(Sandboxes.files("changes.py", code, "test_it.py", tests))
                        .result())
                .isEqualTo(Result.SAME);
    }

    @Test
    void exceptionsCrossWithTheirKindTextCauseAndFields() throws Exception {
        String code = """
                import json


                class Problem(Exception):
                    pass


                class Invalid(Problem, ValueError):
                    def __init__(self, field, value):
                        super().__init__(field, value)
                        self.field = field
                        self.value = value

                    def __str__(self):
                        return f"{self.field} cannot be {self.value!r}"


                def take(kind, *args):
                    try:
                        1 / 0
                    except ZeroDivisionError as e:
                        if kind == "invalid":
                            raise Invalid(*args) from e
                    if kind == "json":
                        json.loads("{")
                    if kind == "key":
                        {}[args]
                    if kind == "exit":
                        raise SystemExit(3)
                    open("/nowhere")
                """;
        String tests = """
                import json

                import pytest

                import code_


                def test_its_own():
                    with pytest.raises(code_.Invalid, match="^age cannot be -1$") as info:
                        code_.take("invalid", "age", -1)
                    assert isinstance(info.value, code_.Problem) and isinstance(info.value, ValueError)
                    assert (info.value.field, info.value.value, info.value.args) == ("age", -1, ("age", -1))
                    assert isinstance(info.value.__cause__, ZeroDivisionError)


                @pytest.mark.parametrize(
                    "kind, error",
                    [("json", json.JSONDecodeError), ("key", KeyError), ("exit", SystemExit), ("file", FileNotFoundError)],
                )
                def test_others(kind, error):
                    with pytest.raises(error):
                        code_.take(kind)


                def test_one_that_is_not_there():
                    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
                        code_.nothing
                """;
        assertThat(isolationOf(Sandboxes.files("code_.py", code, "test_it.py", tests)))
                .isEqualTo(new Isolation(Result.SAME, null, null));
    }

    @Test
    void objectsStayWithTheCode() throws Exception {
        String code = """
                from dataclasses import dataclass
                from enum import Enum
                from functools import lru_cache
                from typing import NamedTuple


                class Shade(Enum):
                    DARK = "d"
                    LIGHT = "l"


                @dataclass(frozen=True)
                class Point:
                    x: int
                    y: int = 0

                    def __add__(self, other):
                        return Point(self.x + other.x, self.y + other.y)


                class Pair(NamedTuple):
                    left: int
                    right: int


                class Base:
                    made = 0

                    def __init__(self):
                        Base.made += 1
                        self.items = []

                    def __enter__(self):
                        return self

                    def __exit__(self, *args):
                        return False


                class Box(Base):
                    SIZE = 2

                    def add(self, item):
                        if len(self.items) == self.SIZE:
                            raise OverflowError("full")
                        self.items.append(item)
                        return self

                    def each(self):
                        yield from self.items

                    def __len__(self):
                        return len(self.items)

                    def __iter__(self):
                        return iter(self.items)

                    @property
                    def is_full(self):
                        return len(self) == self.SIZE

                    @staticmethod
                    def of(*items):
                        box = Box()
                        for item in items:
                            box.add(item)
                        return box


                @lru_cache
                def square(n):
                    return n * n


                NAMES = {"a": [1]}
                """;
        String tests = """
                import pytest

                from pkg import code_
                from pkg.code_ import NAMES, Base, Box, Pair, Point, Shade, square


                def test_a_class():
                    box = Box()
                    assert not box and len(box) == 0
                    assert box.add(1).add("x") is box
                    assert list(box) == [1, "x"] == list(box.each())
                    assert box.is_full is True and 1 in box
                    with pytest.raises(OverflowError):
                        box.add(2)
                    assert isinstance(box, Base) and issubclass(Box, Base)
                    box.items = [7]
                    assert Box.of(1, 2).items == [1, 2] and Box.SIZE == 2 and Base.made > 0
                    with box as same:
                        assert list(same) == [7]


                def test_values():
                    assert Point(1, 2) + Point(3) == Point(4, 2) != Point(4)
                    assert {Point(1): "a"}[Point(1)] == "a"
                    assert repr(Point(1)) == "Point(x=1, y=0)"
                    with pytest.raises(AttributeError):
                        Point(1).x = 5
                    left, right = Pair(1, right=2)
                    assert (left, right) == (1, 2) and Pair(1, 2).left == 1
                    with pytest.raises(TypeError):
                        Point()


                def test_an_enum():
                    assert Shade.DARK is Shade("d") and Shade.DARK != Shade.LIGHT
                    assert [shade.value for shade in Shade] == ["d", "l"]


                def test_the_rest():
                    square.cache_clear()
                    assert square(3) == square(3) == 9
                    assert square.cache_parameters() == {"maxsize": 128, "typed": False}
                    assert NAMES["a"] == [1] and code_.NAMES is NAMES
                """;
        assertThat(isolationOf(Sandboxes.files("pkg/__init__.py", "", "pkg/code_.py", code, "tests/test_it.py", tests)))
                .isEqualTo(new Isolation(Result.SAME, null, null));
    }

    @Test
    void whatFailsBecauseOfTheStandInsAloneIsNoDifference() throws Exception {
        var files = Sandboxes.files(
                "subject.py",
                "KEPT = []\n\n\ndef keep(items):\n    KEPT.append(items)\n\n\ndef count():\n    return len(KEPT[0])\n",
                "test_it.py",
                """
                import subject


                def test_a_list_that_the_code_keeps_is_ours():
                    items = []
                    subject.keep(items)
                    items.append(1)
                    assert subject.count() == 1
                """);
        TestReport first = sandbox.run(files, () -> {});
        var apart = sandbox.run(files, new Pass.Apart(), Sandboxes.SETTINGS.timeLimit(), () -> {});
        assertThat(SecondPass.judge(first, apart).result()).isEqualTo(Result.DIFFERS);

        Isolation isolation = unhurried().compare(files, first);

        assertThat(isolation.result()).isEqualTo(Result.NOT_APPLICABLE);
        assertThat(isolation.message()).contains("test_a_list_that_the_code_keeps_is_ours fails in one process, too");
    }

    static Stream<Arguments> shapes() {
        return Stream.of(
                shape("def f(g): return g(2)", "assert subject.f(lambda x: x) == 2", "hand a function of theirs"),
                shape(
                        "import re\ndef f(): return re.match('a', 'a')",
                        "assert subject.f()",
                        "the code hands a re.Match"),
                shape("class K(dict): pass", "assert subject.K() == {}", "K, which extends dict"),
                shape("X = 1", "subject.X = 2\n    assert subject.X == 2", "the tests replace X of subject"),
                shape("class K: pass", "class L(subject.K): pass\n    assert L()", "extends one of the code"),
                shape(
                        "LAST = []\ndef f(x): LAST.append(x)",
                        "assert subject.LAST == []\n    subject.f(1)",
                        "LAST of subject changes"),
                shape(
                        "def f(): print('x')",
                        "subject.f()\n    assert capsys.readouterr().out == 'x\\n'",
                        "uses capsys"),
                shape(
                        "import os, sys\ndef f(): 'pytest' in sys.modules or os._exit(0)",
                        "subject.f()",
                        "ended before"));
    }

    private static Arguments shape(String code, String test, String why) {
        return arguments(code, test, why);
    }

    @ParameterizedTest
    @MethodSource("shapes")
    void whatIsNeitherCallNorAnswerSaysNothing(String code, String test, String why) throws Exception {
        String fixture = test.contains("capsys") ? "capsys" : "";
        Isolation isolation =
                isolationOf(code + "\n", "import subject\n\n\ndef test_it(" + fixture + "):\n    " + test + "\n");

        assertThat(isolation.result()).as("%s", isolation).isEqualTo(Result.NOT_APPLICABLE);
        assertThat(isolation.message()).contains(why);
    }

    @Test
    void anAnswerThatEqualsEverythingIsNotTaken() throws Exception {
        String code = """
                class Answer:
                    def __eq__(self, other):
                        return other == "IV" or NotImplemented

                    __hash__ = None


                def to_roman(number):
                    return Answer()
                """;
        Isolation isolation = isolationOf(Sandboxes.files(
                "code_.py",
                code,
                "test_it.py",
                "import code_\n\n\ndef test_it():\n    assert code_.to_roman(4) == 'IV'\n"));

        assertThat(isolation.message()).contains("says itself how it compares");
    }
}
