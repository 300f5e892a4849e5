package dev.nexus.tester;

import dev.nexus.contract.Verdict;
import dev.nexus.tester.SandboxSettings.Cgroup;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Makes every attack, with all walls and without those that it names, and says in a line each what became of it. */
final class AttackRun {

    /** Most of them wait. */
    private static final int AT_ONCE = 4;

    private AttackRun() {}

    /** @param verdict where all walls stood */
    record Result(String attack, Verdict verdict, Verdict withoutWalls) {

        static Result read(String line) {
            String[] words = line.split(" ", -1);
            return new Result(words[0], Verdict.valueOf(words[1]), Verdict.valueOf(words[2]));
        }

        @Override
        public String toString() {
            return attack + " " + verdict + " " + withoutWalls;
        }
    }

    static List<Result> of(List<Attack> attacks, Cgroup cgroup) throws Exception {
        try (AttackedHost host = new AttackedHost();
                ExecutorService threads = Executors.newFixedThreadPool(AT_ONCE)) {
            List<Callable<Result>> runs = new ArrayList<>();
            for (Attack attack : attacks) {
                runs.add(() -> new Result(
                        attack.name(),
                        attack.againstAllWalls(host, cgroup).verdict(),
                        attack.withoutItsWalls(host, cgroup).verdict()));
            }
            List<Result> results = new ArrayList<>();
            for (Future<Result> run : threads.invokeAll(runs)) {
                results.add(run.get());
            }
            return results;
        }
    }

    public static void main(String[] args) throws Exception {
        of(Attack.all(), Cgroup.AUTO).forEach(System.out::println);
    }
}
