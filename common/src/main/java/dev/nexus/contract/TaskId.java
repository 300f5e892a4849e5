package dev.nexus.contract;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Names one agent's piece of a job, the same on every replica: {@code plan}, {@code build:<step>}, {@code tests} (write
 * the tests), {@code test} (run them), each with {@code :r<n>} behind it in repair round n.
 *
 * @param step the plan step of a {@code build} task, empty for the others
 * @param round 0 at first, then the repair round, 99 at most
 */
public record TaskId(Kind kind, String step, int round) implements Comparable<TaskId> {

    private static final Pattern FORM =
            Pattern.compile("(plan|build|tests|test)(?::([a-z0-9][a-z0-9_-]*))??(?::r([1-9]\\d?))?");

    private static final Pattern STEP = Pattern.compile("(?!r[1-9]\\d?$)[a-z0-9][a-z0-9_-]{0,39}");

    /** What a task does, and so which service takes it. */
    public enum Kind {
        PLAN(Service.PLANNER),
        BUILD(Service.BUILDER),
        TESTS(Service.TESTER),
        TEST(Service.TESTER);

        private final Service service;

        Kind(Service service) {
            this.service = service;
        }

        public Service service() {
            return service;
        }
    }

    public TaskId {
        if ((kind == Kind.BUILD) == step.isEmpty()) {
            throw new IllegalArgumentException("a build task names a plan step, other tasks do not");
        }
        if (kind == Kind.BUILD && !isStep(step)) {
            throw new IllegalArgumentException("not the id of a plan step");
        }
        if (round < 0 || round > 99) {
            throw new IllegalArgumentException("a repair round is a number from 1 to 99");
        }
    }

    /** Whether a plan step may have this id; {@code r1} may not, since it is how a task id names a repair round. */
    static boolean isStep(String id) {
        return STEP.matcher(id).matches();
    }

    public static TaskId plan() {
        return new TaskId(Kind.PLAN, "", 0);
    }

    public static TaskId build(String step, int round) {
        return new TaskId(Kind.BUILD, step, round);
    }

    public static TaskId tests() {
        return new TaskId(Kind.TESTS, "", 0);
    }

    public static TaskId test(int round) {
        return new TaskId(Kind.TEST, "", round);
    }

    /** @throws IllegalArgumentException unless {@code text} is a task id as {@link #toString()} writes it */
    @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
    public static TaskId parse(String text) {
        Matcher m = FORM.matcher(text);
        if (!m.matches()) {
            throw new IllegalArgumentException("not a task id; give plan, build:<step>, tests or test, with :r<n>"
                    + " behind it in repair round n");
        }
        String step = m.group(2) == null ? "" : m.group(2);
        int round = m.group(3) == null ? 0 : Integer.parseInt(m.group(3));
        return new TaskId(Kind.valueOf(m.group(1).toUpperCase(Locale.ROOT)), step, round);
    }

    @Override
    public int compareTo(TaskId other) {
        return toString().compareTo(other.toString());
    }

    @JsonValue
    @Override
    public String toString() {
        return kind.name().toLowerCase(Locale.ROOT)
                + (step.isEmpty() ? "" : ":" + step)
                + (round == 0 ? "" : ":r" + round);
    }
}
