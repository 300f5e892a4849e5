package dev.nexus.tester;

import dev.nexus.contract.TestReport;
import dev.nexus.contract.Verdict;
import dev.nexus.tester.SandboxSettings.Cgroup;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Makes attacks, with all walls and without those that they name, a few at once, as most of them wait. */
final class AttackRun {

    private static final int AT_ONCE = 4;

    private AttackRun() {}

    /** What became of an attack where all walls stood, and where those that it names did not. */
    record Result(TestReport withAllWalls, TestReport withoutItsWalls) {}

    /** The same in a line. */
    record Line(String attack, Verdict withAllWalls, Verdict withoutItsWalls) {

        static final String PATTERN = "\\S+/\\S+ [A-Z_]+ [A-Z_]+";

        static Line read(String line) {
            String[] words = line.split(" ", -1);
            return new Line(words[0], Verdict.valueOf(words[1]), Verdict.valueOf(words[2]));
        }

        @Override
        public String toString() {
            return attack + " " + withAllWalls + " " + withoutItsWalls;
        }
    }

    static Map<Attack, Result> of(List<Attack> attacks, Cgroup cgroup) throws Exception {
        try (AttackedHost host = new AttackedHost();
                ExecutorService threads = Executors.newFixedThreadPool(AT_ONCE)) {
            Map<Attack, Future<Result>> runs = new LinkedHashMap<>();
            for (Attack attack : attacks) {
                runs.put(
                        attack,
                        threads.submit(() -> new Result(
                                attack.againstAllWalls(host, cgroup), attack.withoutItsWalls(host, cgroup))));
            }
            Map<Attack, Result> results = new LinkedHashMap<>();
            for (var run : runs.entrySet()) {
                results.put(run.getKey(), run.getValue().get());
            }
            return results;
        }
    }

    public static void main(String[] args) throws Exception {
        of(Attack.all(), Cgroup.AUTO)
                .forEach((attack, result) -> System.out.println(new Line(
                        attack.name(),
                        result.withAllWalls().verdict(),
                        result.withoutItsWalls().verdict())));
    }
}
