package dev.nexus.gateway.job;

import dev.nexus.contract.Order;
import dev.nexus.contract.TestReport;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What a builder sees of tests that failed: of the cases of one test half, rounded up. Whoever sees them all can write
 * their answers into the code; whoever mends the cause mends the others too.
 *
 * @param failures in the order of the report
 * @param run how they were run
 */
record Shown(List<TestReport.Result> failures, Order.TestRun run) {

    static Shown of(TestReport report) {
        Map<String, Integer> cases = new HashMap<>();
        report.failures().forEach(failure -> cases.merge(test(failure), 1, Integer::sum));
        Map<String, Integer> seen = new HashMap<>();
        List<TestReport.Result> shown = new ArrayList<>();
        for (TestReport.Result failure : report.failures()) {
            if (2 * seen.merge(test(failure), 1, Integer::sum) <= cases.getOrDefault(test(failure), 0) + 1) {
                shown.add(failure);
            }
        }
        int heldBack = report.failures().size() - shown.size();
        return new Shown(
                List.copyOf(shown),
                new Order.TestRun(
                        report.verdict(), report.message(), report.output(), heldBack == 0 ? null : heldBack));
    }

    /** Its id without the parameters, in which the answer often stands. */
    private static String test(TestReport.Result result) {
        String id = result.id();
        int parameters = id.indexOf('[', Math.max(0, id.indexOf("::")));
        return parameters < 0 ? id : id.substring(0, parameters);
    }
}
