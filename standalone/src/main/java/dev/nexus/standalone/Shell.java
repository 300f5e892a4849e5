package dev.nexus.standalone;

import dev.nexus.contract.Json;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a command was called from.
 *
 * @param folder the working directory
 * @param environment that of the process, over the values of the folder's {@code .env}
 * @param screen where a person looks on, who likes a display better than lines; null for pipes and files
 * @param json whether a program reads along: then all that is written is JSON
 */
record Shell(
        Path folder,
        Map<String, String> environment,
        PrintWriter out,
        PrintWriter err,
        @Nullable Screen screen,
        boolean json) {

    /** One that a person uses. */
    Shell(Path folder, Map<String, String> environment, PrintWriter out, PrintWriter err, boolean terminal) {
        this(folder, environment, out, err, terminal ? Screen.plain() : null, false);
    }

    /** The one that this process was really called from. */
    static Shell ofProcess() {
        Path folder = Path.of("");
        Map<String, String> environment = overlay(DotEnv.in(folder), System.getenv());
        return new Shell(
                folder,
                environment,
                new PrintWriter(System.out, true, System.out.charset()),
                new PrintWriter(System.err, true, System.err.charset()),
                Screen.ofProcess(System.getenv(), System.out.charset()),
                false);
    }

    /** The same with a program that reads along. */
    Shell forPrograms() {
        return new Shell(folder, environment, out, err, null, true);
    }

    /** {@code defaults}, and what {@code winning} says instead. */
    static Map<String, String> overlay(Map<String, String> defaults, Map<String, String> winning) {
        Map<String, String> all = new HashMap<>(defaults);
        all.putAll(winning);
        return Map.copyOf(all);
    }

    /** A progress display that suits the output. */
    Progress progress() {
        return json ? new ProgressJson(out) : screen != null ? ProgressBoard.live(out, screen) : new ProgressLines(out);
    }

    /** Writes {@code value} as one line of JSON. */
    void tell(Object value) {
        out.println(Json.MAPPER.writeValueAsString(value));
        out.flush();
    }

    /** A line about what goes on, beside the output. */
    void note(String line) {
        err.println(json ? Json.MAPPER.writeValueAsString(Map.of("note", line)) : "nexus: " + line);
        err.flush();
    }

    /** What colours text. */
    Ink ink() {
        return screen == null ? Ink.NONE : screen.ink();
    }
}
