package dev.nexus.gateway.job;

import dev.nexus.contract.TestReport;
import dev.nexus.contract.Verdict;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * How a test run failed, without what differs between two runs over equal files: equal signatures mean that a repair came
 * no further. A test that fails in a later line of its own, or with another message, fails differently.
 *
 * @param failures of each failed test its id, outcome, message, and the lines of its own file that it failed in
 */
record FailureSignature(Verdict verdict, String message, Set<String> failures) {

    /** Where an object lay in memory. */
    private static final Pattern ADDRESS = Pattern.compile("0x[0-9a-fA-F]{4,}");

    static FailureSignature of(TestReport report) {
        Set<String> failures = report.failures().stream()
                .map(test -> String.join("\n", test.id(), test.outcome().wire(), plain(test.message()), places(test)))
                .collect(Collectors.toUnmodifiableSet());
        return new FailureSignature(report.verdict(), plain(report.message()), failures);
    }

    private static String plain(@Nullable String text) {
        return text == null ? "" : ADDRESS.matcher(text).replaceAll("0x");
    }

    /** Tests stay as they are in a repair, so the numbers of their lines do too; those of the files that it mends do not. */
    private static String places(TestReport.Result test) {
        String file = test.id().replaceFirst("::.*", "") + ":";
        return test.trace() == null
                ? ""
                : test.trace().lines().filter(line -> line.startsWith(file)).collect(Collectors.joining("\n"));
    }
}
