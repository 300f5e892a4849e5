package dev.nexus.standalone;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jline.utils.WCWidth;

/**
 * Text by the columns that it takes on a terminal, where a Chinese character takes two and an accent none. The widths are
 * those of JLine, as Unicode's tables are long and change every year. Terminals differ on joined emoji: what may be wider
 * is taken to be, so that no line ever wraps.
 */
final class Columns {

    private static final Pattern CHARACTER = Pattern.compile("\\X");

    private Columns() {}

    /** How many columns {@code text}, which has nothing that steers a terminal, takes. */
    static int width(String text) {
        int sum = 0;
        Matcher characters = CHARACTER.matcher(text);
        while (characters.find()) {
            sum += widthOfOne(characters.group());
        }
        return sum;
    }

    /** As a person sees it: with its accents, joined parts and variants. */
    private static int widthOfOne(String character) {
        int parts = character
                .codePoints()
                .map(part -> Math.max(0, WCWidth.wcwidth(part)))
                .sum();
        return Math.max(parts, WCWidth.wcwidthForGraphemeCluster(character, 0));
    }

    /** All of {@code text}, or its beginning and an ellipsis, in at most so many columns. */
    static String fit(String text, int columns) {
        if (width(text) <= columns) {
            return text;
        }
        StringBuilder kept = new StringBuilder();
        int left = columns - 1;
        Matcher characters = CHARACTER.matcher(text);
        while (characters.find()) {
            left -= widthOfOne(characters.group());
            if (left < 0) {
                break;
            }
            kept.append(characters.group());
        }
        return columns < 1 ? "" : kept.append('…').toString();
    }

    /** {@code text} on lines of so many columns, broken between words; a longer word is cut. */
    static List<String> wrap(String text, int columns) {
        List<String> lines = new ArrayList<>();
        StringBuilder line = new StringBuilder();
        for (String word : text.split(" ", -1)) {
            if (!line.isEmpty() && (long) width(line.toString()) + 1 + width(word) > columns) {
                lines.add(line.toString());
                line.setLength(0);
            }
            line.append(line.isEmpty() ? "" : " ").append(fit(word, columns));
        }
        lines.add(line.toString());
        return lines;
    }

    /** Exactly so many columns: what is longer is cut, what is shorter gets spaces behind it. */
    static String left(String text, int columns) {
        String fitted = fit(text, columns);
        return fitted + " ".repeat(Math.max(0, columns - width(fitted)));
    }

    /** Likewise, with the spaces before it. */
    static String right(String text, int columns) {
        String fitted = fit(text, columns);
        return " ".repeat(Math.max(0, columns - width(fitted))) + fitted;
    }
}
