package dev.nexus.contract;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Names one agent's piece of a job, the same on every replica: {@code plan}, {@code build:<step>}, {@code tests} (write
 * the tests), {@code test} (run them), each with {@code :r<n>} behind it in repair round n, where {@code tests} means to
 * review them.
 *
 * @param step the plan step of a {@code build} task, empty for the others
 * @param round 0 at first, then the repair round, 99 at most
 */
public record TaskId(Kind kind, String step, int round) implements Comparable<TaskId> {

    /** What a task does, and so which service takes it. */
    public enum Kind {
        PLAN(Service.PLANNER),
        BUILD(Service.BUILDER),
        TESTS(Service.TESTER),
        TEST(Service.TESTER);

        private final Service service;
        private final String wire = name().toLowerCase(Locale.ROOT);

        Kind(Service service) {
            this.service = service;
        }

        public Service service() {
            return service;
        }
    }

    private static final Map<String, Kind> KINDS =
            Arrays.stream(Kind.values()).collect(Collectors.toUnmodifiableMap(kind -> kind.wire, kind -> kind));

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
        if (id.isEmpty() || id.length() > 40 || roundIn(id) > 0) {
            return false;
        }
        for (int i = 0; i < id.length(); i++) {
            char c = id.charAt(i);
            boolean alphanumeric = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
            if (!alphanumeric && (i == 0 || (c != '_' && c != '-'))) {
                return false;
            }
        }
        return true;
    }

    /** The n of a text {@code r<n>} from 1 to 99, else 0. */
    private static int roundIn(String text) {
        int round = 0;
        if (text.length() < 2 || text.length() > 3 || text.charAt(0) != 'r' || text.charAt(1) == '0') {
            return 0;
        }
        for (int i = 1; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c < '0' || c > '9') {
                return 0;
            }
            round = 10 * round + (c - '0');
        }
        return round;
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

    /** The review of the tests, whose outcome is that of {@code round}. */
    public static TaskId review(int round) {
        return new TaskId(Kind.TESTS, "", round);
    }

    public static TaskId test(int round) {
        return new TaskId(Kind.TEST, "", round);
    }

    /** @throws IllegalArgumentException unless {@code text} is a task id as {@link #toString()} writes it */
    @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
    public static TaskId parse(String text) {
        int colon = text.lastIndexOf(':');
        int round = colon < 0 ? 0 : roundIn(text.substring(colon + 1));
        String rest = round == 0 ? text : text.substring(0, colon);
        colon = rest.indexOf(':');
        Kind kind = KINDS.get(colon < 0 ? rest : rest.substring(0, colon));
        String step = colon < 0 ? "" : rest.substring(colon + 1);
        if (kind == null || (colon >= 0 && step.isEmpty())) {
            throw new IllegalArgumentException("not a task id; give plan, build:<step>, tests or test, with :r<n>"
                    + " behind it in repair round n");
        }
        return new TaskId(kind, step, round);
    }

    @Override
    public int compareTo(TaskId other) {
        return toString().compareTo(other.toString());
    }

    @JsonValue
    @Override
    public String toString() {
        return kind.wire + (step.isEmpty() ? "" : ":" + step) + (round == 0 ? "" : ":r" + round);
    }
}
