package dev.nexus.standalone;

import java.io.PrintWriter;
import java.util.List;
import java.util.regex.Pattern;

/** Lines that are drawn again in their place. For one thread at a time. */
final class Canvas {

    private static final Pattern STEERING = Pattern.compile("\033\\[[0-9;]*m");

    private final PrintWriter out;
    private final Screen screen;
    private List<String> drawn = List.of();

    Canvas(PrintWriter out, Screen screen) {
        this.out = out;
        this.screen = screen;
    }

    /** Draws {@code lines}, none of which is wider than the screen, over those that stand there. */
    void draw(List<String> lines) {
        int columns = screen.columns();
        int up = drawn.stream().mapToInt(line -> rows(line, columns)).sum();
        StringBuilder text = new StringBuilder();
        if (up > 0) {
            text.append("\033[").append(up).append("A\r");
        }
        lines.forEach(line -> text.append(line).append("\033[K\n"));
        if (up > 0) {
            text.append("\033[J");
        }
        out.print(text);
        out.flush();
        drawn = List.copyOf(lines);
    }

    /** Of a line that was drawn when the window was perhaps wider. */
    private static int rows(String line, int columns) {
        int width = Columns.width(STEERING.matcher(line).replaceAll(""));
        return Math.max(1, (width + columns) / (columns + 1));
    }

    /** Leaves what is drawn where it stands; what comes next is drawn below. */
    void leave() {
        drawn = List.of();
    }
}
