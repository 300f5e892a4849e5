package dev.nexus.standalone;

import java.io.PrintWriter;
import java.io.Writer;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A terminal as far as the command line uses one: what stands on it after all that was written. */
final class FakeTerminal {

    private static final Pattern PIECE = Pattern.compile("\033\\[([0-9;]*)([A-Za-z])|\n|\r|\\X");

    private final List<StringBuilder> lines = new ArrayList<>(List.of(new StringBuilder()));
    private final int rows;
    private int columns;
    private int row;
    private int column;

    FakeTerminal(int columns, int rows) {
        this.columns = columns;
        this.rows = rows;
    }

    PrintWriter writer() {
        return new PrintWriter(
                new Writer() {
                    @Override
                    public void write(char[] buffer, int offset, int length) {
                        take(new String(buffer, offset, length));
                    }

                    @Override
                    public void flush() {}

                    @Override
                    public void close() {}
                },
                true);
    }

    /** As terminals do: what is too long now goes on in the next row. */
    void narrowTo(int now) {
        List<StringBuilder> broken = new ArrayList<>();
        for (int i = 0; i < lines.size(); i++) {
            StringBuilder line = lines.get(i);
            if (i == row) {
                row = broken.size();
            }
            for (int from = 0; from == 0 || from < line.length(); from += now) {
                broken.add(new StringBuilder(line.substring(from, Math.min(line.length(), from + now))));
            }
        }
        lines.clear();
        lines.addAll(broken);
        columns = now;
    }

    /** Without those at the end that are empty. */
    List<String> lines() {
        List<String> all = new ArrayList<>(
                lines.stream().map(line -> line.toString().stripTrailing()).toList());
        while (!all.isEmpty() && all.getLast().isEmpty()) {
            all.removeLast();
        }
        return all;
    }

    private void take(String text) {
        Matcher pieces = PIECE.matcher(text);
        while (pieces.find()) {
            String piece = pieces.group();
            if (pieces.group(2) != null) {
                steer(pieces.group(1), pieces.group(2));
            } else if (piece.equals("\n")) {
                down();
            } else if (piece.equals("\r")) {
                column = 0;
            } else {
                put(piece);
            }
        }
    }

    private void steer(String number, String command) {
        switch (command) {
            case "A" -> {
                int up = number.isEmpty() ? 1 : Integer.parseInt(number);
                if (up > row) {
                    throw new AssertionError("drawn above what it drew: " + up + " up from row " + row);
                }
                row -= up;
            }
            case "K" -> current().setLength(Math.min(current().length(), column));
            case "J" -> {
                current().setLength(Math.min(current().length(), column));
                while (lines.size() > row + 1) {
                    lines.removeLast();
                }
            }
            case "m" -> {}
            default -> throw new AssertionError("this terminal knows no " + command);
        }
    }

    private StringBuilder current() {
        return lines.get(row);
    }

    private void down() {
        row++;
        column = 0;
        if (row == lines.size()) {
            lines.add(new StringBuilder());
        }
        if (lines.size() > rows + 1) {
            throw new AssertionError("drawn below the screen");
        }
    }

    private void put(String character) {
        int width = Columns.width(character);
        if (column + width > columns) {
            throw new AssertionError("a line wraps: " + current() + character);
        }
        StringBuilder line = current();
        while (line.length() < column) {
            line.append(' ');
        }
        line.replace(column, Math.min(line.length(), column + character.length()), character);
        column += character.length();
    }
}
