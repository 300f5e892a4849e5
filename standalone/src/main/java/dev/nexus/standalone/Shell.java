package dev.nexus.standalone;

import java.io.Console;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/**
 * What a command was called from.
 *
 * @param folder the working directory
 * @param environment that of the process, over the values of the folder's {@code .env}
 * @param terminal whether a person looks on, who likes a display better than lines
 */
record Shell(Path folder, Map<String, String> environment, PrintWriter out, PrintWriter err, boolean terminal) {

    private static final int DEFAULT_COLUMNS = 80;

    /** The one that this process was really called from. */
    static Shell ofProcess() {
        Path folder = Path.of("");
        return new Shell(
                folder,
                overlay(DotEnv.in(folder), System.getenv()),
                new PrintWriter(System.out, true, System.out.charset()),
                new PrintWriter(System.err, true, System.err.charset()),
                isTerminal() && !"dumb".equals(System.getenv("TERM")));
    }

    @SuppressWarnings("SystemConsoleNull") // it was never null in JDK 22 to 24 only
    private static boolean isTerminal() {
        Console console = System.console();
        return console != null && console.isTerminal();
    }

    /** {@code defaults}, and what {@code winning} says instead. */
    static Map<String, String> overlay(Map<String, String> defaults, Map<String, String> winning) {
        Map<String, String> all = new HashMap<>(defaults);
        all.putAll(winning);
        return Map.copyOf(all);
    }

    /** A progress display that suits the output. */
    Progress progress() {
        return terminal ? new ProgressBoard(out, columns()) : new ProgressLines(out);
    }

    private int columns() {
        try {
            return Math.max(40, Integer.parseInt(environment.getOrDefault("COLUMNS", "")));
        } catch (NumberFormatException e) {
            return DEFAULT_COLUMNS;
        }
    }
}
