package dev.nexus.contract;

import java.text.Normalizer;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The rules for a path of a file inside a job: the same for uploads, for what a model writes, and for plans. */
public final class ProjectPath {

    /** Folders and file name together. */
    public static final int DEPTH = 8;

    /** Characters of the whole path. */
    public static final int CHARS = 200;

    /** Endings that a file may have. */
    public static final Set<String> EXTENSIONS =
            Set.of("py", "txt", "md", "json", "csv", "toml", "cfg", "ini", "yaml", "yml", "sql", "html", "css");

    private static final Pattern SEGMENT = Pattern.compile("[\\p{L}\\p{N}_][\\p{L}\\p{M}\\p{N}_. +-]*");
    private static final Pattern RESERVED = Pattern.compile("(?i)(con|prn|aux|nul|com[0-9]|lpt[0-9])(\\..*)?");

    private static final Pattern TEST = Pattern.compile("(?i)tests/.*|(.*/)?(test_[^/]*|[^/]*_test|conftest)\\.py");

    private ProjectPath() {}

    /** Whether this is a test or a helper of tests: the tester's to write, never the builder's. */
    public static boolean isTest(String path) {
        return TEST.matcher(path).matches();
    }

    /**
     * Those of {@code paths} that are a folder of another, so that not all of them can be files of one job. As in a file
     * system that does not tell them apart, letter case does not count.
     */
    public static List<String> foldersAmong(Collection<String> paths) {
        Set<String> folders = new HashSet<>();
        for (String path : paths) {
            String folded = path.toLowerCase(Locale.ROOT);
            for (int end = folded.indexOf('/'); end >= 0; end = folded.indexOf('/', end + 1)) {
                folders.add(folded.substring(0, end));
            }
        }
        return paths.stream()
                .filter(path -> folders.contains(path.toLowerCase(Locale.ROOT)))
                .toList();
    }

    /** What is wrong with {@code path}, as the end of a sentence that begins with its name; null if nothing is. */
    public static @Nullable String problemWith(String path) {
        if (path.isEmpty()) {
            return "is empty; name a file, such as src/app.py";
        }
        if (path.length() > CHARS) {
            return "is longer than " + CHARS + " characters; shorten it";
        }
        if (path.startsWith("/") || path.contains("\\") || path.matches("^[A-Za-z]:.*")) {
            return "is not relative; write it from the job's folder, with / between folders";
        }
        if (!Normalizer.isNormalized(path, Normalizer.Form.NFC)) {
            return "is not in Unicode form NFC; normalise it";
        }
        String[] segments = path.split("/", -1);
        if (segments.length > DEPTH) {
            return "is deeper than " + DEPTH + " levels; use fewer folders";
        }
        for (String segment : segments) {
            if (segment.equals("..") || segment.equals(".")) {
                return "leaves its place with '" + segment + "'; write the plain path";
            }
            if (segment.startsWith(".")) {
                return "names a hidden file or folder; drop the leading dot";
            }
            if (!SEGMENT.matcher(segment).matches()
                    || segment.endsWith(".")
                    || segment.endsWith(" ")
                    || RESERVED.matcher(segment).matches()) {
                return "has a part that is not a portable file name; use letters, digits, '_', '-' and '.'";
            }
        }
        String name = segments[segments.length - 1];
        int dot = name.lastIndexOf('.');
        if (dot < 0 || !EXTENSIONS.contains(name.substring(dot + 1))) {
            return "has no allowed ending; use one of "
                    + String.join(", ", EXTENSIONS.stream().sorted().toList());
        }
        return null;
    }
}
