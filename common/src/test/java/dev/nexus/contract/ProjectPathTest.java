package dev.nexus.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.text.Normalizer;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ProjectPathTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a.py",
                "src/app.py",
                "__init__.py",
                "_private/x.txt",
                "a-b+c d/e_f.g.md",
                "7/7.json",
                "data.csv",
                "pyproject.toml",
                "setup.cfg",
                "x.ini",
                "x.yaml",
                "x.yml",
                "schema.sql",
                "index.html",
                "style.css",
                "größe/名前.py",
                "1/2/3/4/5/6/7/8.py",
                "common.py",
                "console/console.py",
                "com10.py",
                "nullable.txt",
                "a..b.py",
                "tests/test_app.py"
            })
    void aPlainPathIsTaken(String path) {
        assertThat(ProjectPath.problemWith(path)).isNull();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "''                     | is empty",
                "/etc/passwd.txt        | is not relative",
                "//server/a.py          | is not relative",
                "C:/a.py                | is not relative",
                "c:a.py                 | is not relative",
                "a\\b.py                | is not relative",
                "..\\a.py               | is not relative",
                "../a.py                | leaves its place with '..'",
                "a/../b.py              | leaves its place with '..'",
                "a/..                   | leaves its place with '..'",
                "./a.py                 | leaves its place with '.'",
                "a/./b.py               | leaves its place with '.'",
                "1/2/3/4/5/6/7/8/9.py   | is deeper than 8 levels",
                ".env                   | names a hidden file",
                ".git/config.txt        | names a hidden file",
                "a/.b/c.py              | names a hidden file",
                "..a.py                 | names a hidden file",
                "a//b.py                | has a part that is not a portable file name",
                "a/                     | has a part that is not a portable file name",
                "-rf.py                 | has a part that is not a portable file name",
                "~/a.py                 | has a part that is not a portable file name",
                "ab:c.py                | has a part that is not a portable file name",
                "a*.py                  | has a part that is not a portable file name",
                "a?.py                  | has a part that is not a portable file name",
                "$HOME/a.py             | has a part that is not a portable file name",
                "a;b.py                 | has a part that is not a portable file name",
                "con.py                 | has a part that is not a portable file name",
                "NUL.txt                | has a part that is not a portable file name",
                "aux/a.py               | has a part that is not a portable file name",
                "a/Lpt1.tar.md          | has a part that is not a portable file name",
                "com0.py                | has a part that is not a portable file name",
                "a./b.py                | has a part that is not a portable file name",
                "'a /b.py'              | has a part that is not a portable file name",
                "a.py.                  | has a part that is not a portable file name",
                "'a.py '                | has a part that is not a portable file name",
                "'a\u0000.py'           | has a part that is not a portable file name",
                "'a\u202E.py'           | has a part that is not a portable file name",
                "'a\u200B.py'           | has a part that is not a portable file name",
                "Makefile               | has no allowed ending",
                "run.sh                 | has no allowed ending",
                "a.PY                   | has no allowed ending",
                "a.pyc                  | has no allowed ending",
                "a.py/b                 | has no allowed ending",
                "a.py.exe               | has no allowed ending"
            })
    void aPathThatCouldDoHarmIsRefused(String path, String problem) {
        assertThat(ProjectPath.problemWith(path)).startsWith(problem);
    }

    @ParameterizedTest
    @ValueSource(strings = {"a\n.py", "a.py\n", "a\r.py", "a\t.py", "\u00A0a.py"})
    void whitespaceOtherThanASpaceIsRefused(String path) {
        assertThat(ProjectPath.problemWith(path)).isNotNull();
    }

    @Test
    void aPathIsInOneForm() {
        String decomposed = Normalizer.normalize("größe.py", Normalizer.Form.NFD);

        assertThat(ProjectPath.problemWith(decomposed)).isEqualTo("is not in Unicode form NFC; normalise it");
    }

    @Test
    void aPathHasAsManyCharactersAsAllowed() {
        String longest = "a".repeat(ProjectPath.CHARS - 3) + ".py";

        assertThat(ProjectPath.problemWith(longest)).isNull();
        assertThat(ProjectPath.problemWith("a" + longest)).isEqualTo("is longer than 200 characters; shorten it");
    }

    @Test
    void aRefusalNamesTheEndings() {
        assertThat(ProjectPath.problemWith("a.exe"))
                .isEqualTo("has no allowed ending; use one of cfg, css, csv, html, ini, json, md, py, sql, toml, txt,"
                        + " yaml, yml");
    }

    @Test
    void noPathThatIsTakenLeavesItsFolder() {
        Random random = new Random(17);
        List<String> pieces =
                List.of("a", "é", "..", ".", "/", "/", "\\", "~", ":", "%2e", "\u0000", "\uFF0E", " ", "con", ".py");
        Path folder = Path.of("/job").toAbsolutePath();
        List<String> taken = Stream.generate(() -> random.ints(random.nextInt(1, 8), 0, pieces.size())
                        .mapToObj(pieces::get)
                        .collect(Collectors.joining()))
                .limit(100_000)
                .map(path -> path + ".py")
                .filter(path -> ProjectPath.problemWith(path) == null)
                .distinct()
                .toList();

        Stream<Path> places = taken.stream().map(folder::resolve);

        assertThat(places)
                .hasSizeGreaterThan(100)
                .allMatch(place -> place.normalize().equals(place) && place.startsWith(folder));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "tests/data.json",
                "tests/a/b.py",
                "test_a.py",
                "a/test_b.py",
                "a/b_test.py",
                "conftest.py",
                "Tests/Test_A.py",
                "a/conftest.py"
            })
    void whatPytestTakesIsATest(String path) {
        assertThat(ProjectPath.isTest(path)).isTrue();
    }

    @ParameterizedTest
    @MethodSource("noTests")
    void theRestIsNoTest(String path) {
        assertThat(ProjectPath.isTest(path)).isFalse();
    }

    static List<String> noTests() {
        return List.of(
                "a.py",
                "test.py",
                "testing.py",
                "a/tests.py",
                "mytests/a.py",
                "a/tests/b.py",
                "test_a.md",
                "test_a/b.py");
    }

    @ParameterizedTest
    @CsvSource({
        "a.py, a.py/b.py, a.py",
        "a.py/b.py, a.py, a.py",
        "a.py, a.py/b/c.py, a.py",
        "lib/a.py, lib/a.py/b.py, lib/a.py",
        "A.py, a.py/b.py, A.py",
        "a.py, A.PY/b.py, a.py",
        "Ä.py, ä.py/a.py, Ä.py"
    })
    void aFileThatIsAFolderOfAnotherIsFound(String one, String other, String folder) {
        assertThat(ProjectPath.foldersAmong(List.of("x.py", one, other))).containsExactly(folder);
    }

    @Test
    void everyFileThatIsAFolderIsFoundInTheGivenOrder() {
        assertThat(ProjectPath.foldersAmong(List.of("b.py/c.py/d.py", "b.py/c.py", "x/a.py", "b.py")))
                .containsExactly("b.py/c.py", "b.py");
    }

    @ParameterizedTest
    @CsvSource({"a.py, a/b.py", "a.py, b.py", "a.py, aa.py/b.py", "a.py, b/a.py/c.py", "a/b.py, a/c.py", "a.py, a.py"})
    void filesThatCanLieBesideEachOtherAreNoFolders(String one, String other) {
        assertThat(ProjectPath.foldersAmong(List.of(one, other))).isEmpty();
    }
}
