package dev.nexus.agent;

import com.github.difflib.UnifiedDiffUtils;
import com.github.difflib.algorithm.Change;
import com.github.difflib.algorithm.myers.MyersDiffWithLinearSpace;
import com.github.difflib.patch.DeltaType;
import com.github.difflib.patch.Patch;
import dev.nexus.contract.FileChange;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a task did to files that were there, for everyone who reads the event that carries it: so it is bounded. */
public final class Changes {

    /** Of all diffs of one task together. */
    static final int CHARS = 40_000;

    /** Of both versions of a file; comparing takes the square of their number. */
    static final int LINES = 10_000;

    private static final int CONTEXT = 3;

    private Changes() {}

    /**
     * The files that are there before and after, and are not the same, in the order of {@code after}; those whose diffs have
     * no room have none.
     *
     * @param before path to content
     * @param after likewise
     */
    public static List<FileChange> between(Map<String, String> before, Map<String, String> after) {
        List<FileChange> changes = new ArrayList<>();
        int room = CHARS;
        for (Map.Entry<String, String> file : after.entrySet()) {
            String old = before.get(file.getKey());
            if (old == null || old.equals(file.getValue())) {
                continue;
            }
            String diff = diff(file.getKey(), lines(old), lines(file.getValue()));
            if (diff == null || diff.length() > room) {
                changes.add(new FileChange(file.getKey(), null));
            } else {
                changes.add(new FileChange(file.getKey(), diff));
                room -= diff.length();
            }
        }
        return changes;
    }

    private static @Nullable String diff(String path, List<String> before, List<String> after) {
        if (before.size() + after.size() > LINES) {
            return null;
        }
        List<Change> edits = new MyersDiffWithLinearSpace<String>().computeDiff(before, after, null);
        Patch<String> patch = Patch.generate(before, after, joined(edits));
        List<String> lines = UnifiedDiffUtils.generateUnifiedDiff("a/" + path, "b/" + path, before, patch, CONTEXT);
        return String.join("\n", lines) + "\n";
    }

    /** What goes and what comes in one place is one change, so that old lines stand before new ones. */
    private static List<Change> joined(List<Change> edits) {
        List<Change> joined = new ArrayList<>();
        for (Change next : edits) {
            Change last = joined.isEmpty() ? null : joined.getLast();
            if (last != null && last.endOriginal == next.startOriginal && last.endRevised == next.startRevised) {
                joined.removeLast();
                joined.add(over(last.startOriginal, next.endOriginal, last.startRevised, next.endRevised));
            } else {
                joined.add(next);
            }
        }
        return joined;
    }

    private static Change over(int fromOld, int toOld, int fromNew, int toNew) {
        DeltaType type = fromOld == toOld ? DeltaType.INSERT : fromNew == toNew ? DeltaType.DELETE : DeltaType.CHANGE;
        return new Change(type, fromOld, toOld, fromNew, toNew);
    }

    /** The lines; a last one without line end is another line than the same one with it, and says so as diffs do. */
    private static List<String> lines(String content) {
        List<String> lines = new ArrayList<>(List.of(content.split("\n", -1)));
        String last = lines.removeLast();
        if (!last.isEmpty()) {
            lines.add(last + "\n\\ No newline at end of file");
        }
        return lines;
    }
}
