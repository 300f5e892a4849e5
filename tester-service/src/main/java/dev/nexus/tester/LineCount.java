package dev.nexus.tester;

import dev.nexus.contract.Json;
import dev.nexus.contract.LineCoverage;
import dev.nexus.contract.LineCoverage.FileCoverage;
import dev.nexus.contract.TestReport;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/** Runs tests that passed once more, to see which lines of the code under them they run. */
final class LineCount {

    private static final int FILES = 100;
    private static final int RANGES = 50;
    private static final Pattern RANGE = Pattern.compile("[0-9]{1,7}(-[0-9]{1,7})?");
    /** Longer runs are not worth a second one for this. */
    private static final Duration LONGEST = Duration.ofSeconds(1);

    private static final int TIMES_THE_ORIGINAL = 3;

    private final Sandbox sandbox;

    LineCount(Sandbox sandbox) {
        this.sandbox = sandbox;
    }

    /**
     * Counts.
     *
     * @param original the report of the run that they passed
     * @return empty if the sandbox has no package for it, or the run was none that counts
     * @throws InterruptedException if the thread was interrupted; nothing is left running
     */
    Optional<LineCoverage> of(Map<String, byte[]> files, TestReport original) throws InterruptedException {
        if (original.durationMillis() > LONGEST.toMillis()) {
            return Optional.empty();
        }
        try {
            Sandbox.Run run =
                    sandbox.run(files, new Pass.CountingLines(), LONGEST.multipliedBy(TIMES_THE_ORIGINAL), () -> {});
            return read(run.facts().counted(), files.keySet());
        } catch (SandboxUnavailable e) {
            return Optional.empty(); // the verdict stands without it
        }
    }

    /** What adds up of a count that the code under test may have written. */
    static Optional<LineCoverage> read(@Nullable JsonNode counted, Set<String> paths) {
        if (counted == null || !counted.isObject()) {
            return Optional.empty();
        }
        try {
            LineCoverage all = Json.MAPPER.treeToValue(counted, LineCoverage.class);
            List<FileCoverage> files = all.files().stream()
                    .filter(file -> paths.contains(file.path()) && adds(file.executable(), file.covered()))
                    .limit(FILES)
                    .map(LineCount::fitting)
                    .toList();
            return adds(all.executable(), all.covered()) && all.executable() > 0
                    ? Optional.of(new LineCoverage(all.executable(), all.covered(), files))
                    : Optional.empty();
        } catch (JacksonException e) {
            return Optional.empty();
        }
    }

    private static FileCoverage fitting(FileCoverage file) {
        List<String> missed = file.missed().stream()
                .filter(range -> RANGE.matcher(range).matches())
                .limit(RANGES)
                .toList();
        return new FileCoverage(file.path(), file.executable(), file.covered(), missed);
    }

    private static boolean adds(int executable, int covered) {
        return covered >= 0 && covered <= executable;
    }
}
