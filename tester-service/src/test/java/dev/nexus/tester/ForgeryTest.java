package dev.nexus.tester;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nexus.contract.TestReport;
import dev.nexus.contract.Verdict;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every way we know in which code could forge a verdict on itself: one file of {@code forgeries} each. None is taken for
 * a pass; and each is, once the lines that protect against it are taken out of the referee and its worker.
 */
@Timeout(60)
class ForgeryTest {

    private static final Path FOLDER = Path.of("src/test/resources/forgeries");
    private static final String HONEST_BUT_WRONG = "def to_roman(number):\n    return 'XI' if number == 11 else 'IV'\n";

    private static Sandbox sandbox;

    @BeforeAll
    static void open() throws Exception {
        sandbox = Sandboxes.open(Sandboxes.SETTINGS);
    }

    @AfterAll
    static void close() {
        sandbox.close();
    }

    /**
     * A file of code that does not do what its tests want.
     *
     * @param verdicts that it may get
     * @param without parts of the lines that protect against it; empty if there is no single protection to take away
     * @param path of the file in the job
     */
    record Forgery(String name, String code, List<Verdict> verdicts, List<String> without, String path) {

        static Forgery read(Path file) {
            try {
                String code = Files.readString(file);
                List<Verdict> verdicts = said(code, "verdict")
                        .flatMap(line -> Stream.of(line.split(" ")))
                        .map(word -> Verdict.valueOf(word.toUpperCase(Locale.ROOT)))
                        .toList();
                return new Forgery(
                        file.getFileName().toString(),
                        code,
                        verdicts.isEmpty() ? List.of(Verdict.TAMPERED) : verdicts,
                        said(code, "without").toList(),
                        said(code, "file").findFirst().orElse("roman.py"));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        private static Stream<String> said(String code, String what) {
            String start = "# " + what + ": ";
            return code.lines().filter(line -> line.startsWith(start)).map(line -> line.substring(start.length()));
        }

        Map<String, byte[]> job() throws IOException {
            return Sandboxes.files(
                    "roman.py",
                    path.equals("roman.py") ? code : HONEST_BUT_WRONG,
                    path.equals("roman.py") ? "readme.txt" : path,
                    path.equals("roman.py") ? "" : code,
                    "tests/test_roman.py",
                    Files.readString(FOLDER.resolve("tests/test_roman.py")),
                    "tests/test_zeta.py",
                    Files.readString(FOLDER.resolve("tests/test_zeta.py")));
        }

        @Override
        public String toString() {
            return name;
        }
    }

    static List<Forgery> forgeries() throws IOException {
        try (Stream<Path> files = Files.list(FOLDER)) {
            return files.filter(file -> file.toString().endsWith(".py"))
                    .sorted()
                    .map(Forgery::read)
                    .toList();
        }
    }

    static List<Forgery> forgeriesWithAControl() throws IOException {
        return forgeries().stream()
                .filter(forgery -> !forgery.without().isEmpty())
                .toList();
    }

    @ParameterizedTest
    @MethodSource("forgeries")
    void aForgeryIsNoPass(Forgery forgery) throws Exception {
        TestReport report = sandbox.run(forgery.job(), () -> {});

        assertThat(report.verdict()).as("%s", report).isIn(forgery.verdicts());
    }

    @ParameterizedTest
    @MethodSource("forgeriesWithAControl")
    void withoutItsProtectionAForgeryIsTakenForAPass(Forgery forgery) throws Exception {
        try (Sandbox weak = Sandboxes.with(forgery.without())) {
            TestReport report = weak.run(forgery.job(), () -> {});

            assertThat(report.verdict()).as("%s", report).isEqualTo(Verdict.PASSED);
        }
    }

    /** The source without the lines that contain one of {@code parts}: what they would begin never happens. */
    static String without(List<String> parts, String source) {
        List<String> lines = new ArrayList<>(source.lines().toList());
        for (String part : parts) {
            assertThat(lines).anyMatch(line -> line.contains(part));
            lines.replaceAll(line -> line.contains(part) ? nothing(line) : line);
        }
        return String.join("\n", lines) + "\n";
    }

    private static String nothing(String line) {
        String text = line.strip();
        String indent = line.substring(0, line.indexOf(text));
        if (text.endsWith(":")) {
            return indent + (text.startsWith("elif") ? "elif" : "if") + " False:";
        }
        return text.endsWith(",") ? "" : indent + "pass";
    }
}
