package dev.nexus.standalone;

import dev.nexus.agent.Changes;
import dev.nexus.contract.FileChange;
import dev.nexus.contract.Json;
import dev.nexus.contract.Plan;
import dev.nexus.contract.TestReport;
import dev.nexus.contract.Usage;
import dev.nexus.contract.Usd;
import dev.nexus.standalone.client.JobView;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What a replay gave otherwise than the job before it: plan, files, tests, and what they cost. */
final class JobDifference {

    private final JobView before;
    private final JobView after;

    JobDifference(JobView before, JobView after) {
        this.before = before;
        this.after = after;
    }

    /**
     * @param files path to content of what the job before has
     * @param newFiles likewise, of the replay
     */
    List<String> lines(Map<String, String> files, Map<String, String> newFiles) {
        List<String> lines = new ArrayList<>();
        lines.add("against job " + before.id() + ":");
        addPlan(lines);
        addFiles(lines, files, newFiles);
        addTests(lines);
        if (!verdict(before).equals(verdict(after))) {
            lines.add("ended    " + verdict(before) + " before, " + verdict(after) + " now");
        }
        Usage was = usage(before);
        Usage is = usage(after);
        lines.add("tokens   " + tokens(was) + " before, " + tokens(is) + " now");
        lines.add("cost     " + Usd.text(was.costUsd()) + " before, " + Usd.text(is.costUsd()) + " now");
        lines.add(
                "calls    " + was.calls() + " made before; " + is.calls() + " made and " + is.reused() + " reused now");
        return lines;
    }

    private void addPlan(List<String> lines) {
        String was = json(before.plan());
        String is = json(after.plan());
        if (was.equals(is)) {
            lines.add("plan     the same");
            return;
        }
        lines.add("plan     changed");
        Changes.between(Map.of("plan.json", was), Map.of("plan.json", is)).forEach(change -> addDiff(lines, change));
    }

    private static void addFiles(List<String> lines, Map<String, String> files, Map<String, String> newFiles) {
        Map<String, String> was = new TreeMap<>(files);
        was.keySet().retainAll(newFiles.keySet());
        long changed = was.entrySet().stream()
                .filter(file -> !file.getValue().equals(newFiles.get(file.getKey())))
                .count();
        int added = newFiles.size() - was.size();
        newFiles.keySet().forEach(path -> was.putIfAbsent(path, ""));
        List<String> gone = files.keySet().stream()
                .filter(path -> !newFiles.containsKey(path))
                .sorted()
                .toList();
        lines.add(
                changed + added + gone.size() == 0
                        ? "files    the same"
                        : "files    " + changed + " changed, " + added + " added, " + gone.size() + " gone");
        gone.forEach(path -> lines.add("         gone: " + EventText.printable(path)));
        Changes.between(was, new TreeMap<>(newFiles)).forEach(change -> addDiff(lines, change));
    }

    private static void addDiff(List<String> lines, FileChange change) {
        if (change.diff() == null) {
            lines.add("         " + EventText.printable(change.path()) + " differs too much to be shown here");
        } else {
            change.diff().lines().forEach(line -> lines.add("  " + EventText.printableLine(line)));
        }
    }

    private void addTests(List<String> lines) {
        Map<String, TestReport.Outcome> was = outcomes(before);
        Map<String, TestReport.Outcome> is = outcomes(after);
        lines.add("tests    " + totals(before) + " before; " + totals(after) + " now");
        is.forEach((test, outcome) -> {
            TestReport.Outcome earlier = was.get(test);
            if (earlier == null) {
                lines.add("         new: " + outcome.wire() + "  " + EventText.printable(test));
            } else if (earlier != outcome) {
                lines.add("         " + earlier.wire() + " before, " + outcome.wire() + " now  "
                        + EventText.printable(test));
            }
        });
        was.forEach((test, outcome) -> {
            if (after.report() != null && !is.containsKey(test)) {
                lines.add("         gone: " + outcome.wire() + "  " + EventText.printable(test));
            }
        });
    }

    private static Map<String, TestReport.Outcome> outcomes(JobView job) {
        Map<String, TestReport.Outcome> outcomes = new LinkedHashMap<>();
        if (job.report() != null) {
            job.report().tests().forEach(test -> outcomes.put(test.id(), test.outcome()));
        }
        return outcomes;
    }

    private static String totals(JobView job) {
        return job.report() == null ? "none run" : EventText.totals(job.report());
    }

    private static String verdict(JobView job) {
        return job.status() + (job.error() == null ? "" : " (" + job.error().code() + ")");
    }

    private static Usage usage(JobView job) {
        return job.usage() == null ? Usage.NONE : job.usage();
    }

    private static String tokens(Usage usage) {
        return usage.inputTokens() + " + " + usage.outputTokens();
    }

    private static String json(@Nullable Plan plan) {
        return plan == null ? "" : Json.MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(plan) + "\n";
    }
}
