package dev.nexus.bench.chaos;

import dev.nexus.bench.chaos.Breach.Rule;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/**
 * What a run was and what came of it, as people read it.
 *
 * @param rows name and value, in order
 */
record Figures(List<Map.Entry<String, String>> rows) {

    static Figures of(
            Audit audit,
            List<Customer> customers,
            List<Striker.Done> blows,
            List<Member> members,
            List<Breach> breaches,
            Duration took,
            List<Reissues.Recovery> recoveries,
            OptionalLong longestCancel) {
        List<Map.Entry<String, String>> rows = new ArrayList<>();
        List<JobHistory> jobs =
                audit.jobs().values().stream().filter(JobHistory::isAccepted).toList();
        rows.add(Map.entry(
                "jobs", jobs.size() + " accepted, in " + took.toSeconds() + " s: " + count(jobs, JobHistory::status)));
        rows.add(Map.entry("kinds", count(customers, each -> each.wish().shape().type())));
        rows.add(Map.entry(
                "doors", count(customers, each -> each.wish().door().name().toLowerCase(Locale.ROOT))));
        rows.add(Map.entry(
                "failed for",
                count(
                        jobs.stream()
                                .filter(job -> job.status().equals("failed"))
                                .toList(),
                        job -> job.end()
                                .orElseThrow()
                                .value()
                                .path("error")
                                .path("code")
                                .asString(""))));
        for (Kind kind : Kind.values()) {
            List<Striker.Done> of =
                    blows.stream().filter(blow -> blow.kind() == kind).toList();
            String driving = kind != Kind.GATEWAY
                    ? ""
                    : ", " + of.stream().filter(Striker.Done::driving).count() + " while driving";
            rows.add(Map.entry(
                    kind.toString(),
                    count(of, blow -> blow.blow().toString()) + " ("
                            + of.stream().filter(blow -> blow.work() > 0).count() + " with work" + driving + ")"));
        }
        rows.add(Map.entry(
                "streams",
                customers.stream().mapToLong(each -> each.frames().size()).sum() + " events over "
                        + customers.stream()
                                .mapToLong(each -> each.frames().stream()
                                        .mapToInt(Frame::connection)
                                        .distinct()
                                        .count())
                                .sum()
                        + " connections that gave any"));
        rows.add(Map.entry(
                "attempts above 1",
                jobs.stream()
                                .flatMap(job -> job.attempts().values().stream())
                                .mapToInt(attempt -> attempt - 1)
                                .sum() + ""));
        rows.add(Map.entry("longest recovery", recovery(recoveries)));
        rows.add(Map.entry(
                "longest acceptance", longest(acceptances(audit, customers).max()) + " from asking to job.accepted"));
        rows.add(Map.entry("longest cancel", longest(longestCancel) + " from the command to the end of the job"));
        rows.add(Map.entry(
                "repeats in the log",
                jobs.stream().mapToInt(job -> job.later().size()).sum() + ""));
        for (Rule rule : Rule.values()) {
            long number =
                    breaches.stream().filter(breach -> breach.rule() == rule).count();
            rows.add(Map.entry(rule.name().toLowerCase(Locale.ROOT).replace('_', ' '), number + ""));
        }
        return new Figures(rows);
    }

    private static LongStream acceptances(Audit audit, List<Customer> customers) {
        return customers.stream()
                .flatMapToLong(customer -> Stream.ofNullable(customer.job())
                        .map(audit.jobs()::get)
                        .filter(job -> job != null && job.isAccepted())
                        .mapToLong(job -> job.counted().getFirst().time() - customer.askedAt()));
    }

    private static String recovery(List<Reissues.Recovery> all) {
        return all.size() + " tasks taken from a worker; "
                + longest(all.stream().filter(Reissues.Recovery::isCalm).toList())
                + " where Nexus promises a limit, " + longest(all) + " in all";
    }

    private static String longest(List<Reissues.Recovery> some) {
        return longest(some.stream().mapToLong(Reissues.Recovery::millis).max());
    }

    private static String longest(OptionalLong millis) {
        return millis.stream()
                .mapToObj(most -> String.format(Locale.ROOT, "%.1f s", most / 1000.0))
                .findFirst()
                .orElse("none");
    }

    private static <T> String count(List<T> all, java.util.function.Function<T, String> by) {
        Map<String, Integer> counts = new TreeMap<>();
        all.forEach(each -> counts.merge(by.apply(each), 1, Integer::sum));
        return counts.isEmpty()
                ? "0"
                : String.join(
                        ", ",
                        counts.entrySet().stream()
                                .map(entry ->
                                        entry.getValue() + " " + (entry.getKey().isEmpty() ? "open" : entry.getKey()))
                                .toList());
    }

    @Override
    public String toString() {
        int width = rows.stream().mapToInt(row -> row.getKey().length()).max().orElse(0);
        StringBuilder table = new StringBuilder();
        rows.forEach(row -> table.append(String.format("%-" + width + "s  %s%n", row.getKey(), row.getValue())));
        return table.toString();
    }
}
