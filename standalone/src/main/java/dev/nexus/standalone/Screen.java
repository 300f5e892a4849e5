package dev.nexus.standalone;

import java.nio.charset.Charset;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A terminal that can be drawn on.
 *
 * @param size asked before each drawing
 * @param colours whether they are wanted
 * @param symbols whether it shows more than ASCII
 */
record Screen(Supplier<WindowSize> size, boolean colours, boolean symbols) {

    private static final int LEAST_COLUMNS = 20;
    private static final WindowSize USUAL = new WindowSize(80, 24);

    /** The one that this process writes on; null if it is none, or can only take lines. */
    static @Nullable Screen ofProcess(Map<String, String> environment, Charset charset) {
        String type = environment.getOrDefault("TERM", "dumb");
        if (type.equals("dumb") || WindowSize.ofStandardOutput().isEmpty()) {
            return null;
        }
        return new Screen(
                () -> known(WindowSize.ofStandardOutput(), environment),
                isColoured(environment),
                charset.newEncoder().canEncode("✓✗▸·…"));
    }

    /** Of 80 columns and 24 rows, without colours. */
    static Screen plain() {
        return new Screen(() -> USUAL, false, true);
    }

    /** By the convention of no-color.org. */
    static boolean isColoured(Map<String, String> environment) {
        return environment.getOrDefault("NO_COLOR", "").isEmpty();
    }

    private static WindowSize known(Optional<WindowSize> told, Map<String, String> environment) {
        WindowSize size = told.orElse(USUAL);
        return new WindowSize(
                size.columns() > 0 ? size.columns() : number(environment, "COLUMNS", USUAL.columns()),
                size.rows() > 0 ? size.rows() : number(environment, "LINES", USUAL.rows()));
    }

    private static int number(Map<String, String> environment, String name, int otherwise) {
        String given = environment.getOrDefault(name, "");
        return given.matches("[1-9][0-9]{0,3}") ? Integer.parseInt(given) : otherwise;
    }

    /** One less than there are: in the last one, some terminals wrap. */
    int columns() {
        return Math.max(LEAST_COLUMNS, size.get().columns()) - 1;
    }

    int rows() {
        return size.get().rows();
    }

    Ink ink() {
        return new Ink(colours);
    }
}
