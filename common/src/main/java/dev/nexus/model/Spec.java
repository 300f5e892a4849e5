package dev.nexus.model;

import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * A specification, and what it demands.
 *
 * @param demandedText the text without what it rules out (<em>no database</em>)
 */
record Spec(String text, Words words, String demandedText, Words demanded) {

    /** Demands that no project of the offline model meets, such as a web interface. */
    private static final List<Words> BEYOND =
            OfflineResource.lines("beyond.txt").stream().map(Words::of).toList();

    private static final Pattern RULED_OUT = Pattern.compile(
            "\\b(?:no|without|not|neither|never|nor|don't|avoid|instead of|rather than)\\b[^.;:\\n]{0,60}?(?=[.;:\\n]|$|\\bbut\\b)",
            Pattern.CASE_INSENSITIVE);

    static Spec of(String text) {
        String demanded = RULED_OUT.matcher(text).replaceAll(" ");
        return new Spec(text, Words.of(text), demanded, Words.of(demanded));
    }

    boolean demandsAnyOf(List<Words> phrases) {
        return phrases.stream().anyMatch(demanded::contain);
    }

    /** Whether it demands something that needs more than a library in memory, unless {@code allowed} has the words. */
    boolean isBeyondPlainPython(Set<String> allowed) {
        return BEYOND.stream().filter(demanded::contain).anyMatch(phrase -> !allowed.containsAll(phrase.stems()));
    }
}
