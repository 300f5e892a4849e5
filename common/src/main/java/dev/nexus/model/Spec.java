package dev.nexus.model;

import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * A specification, and what it demands.
 *
 * @param demanded its words without what it rules out (<em>no database</em>)
 */
record Spec(String text, Words words, Words demanded) {

    /** Demands that no project of the offline model meets, such as a web interface. */
    private static final List<Words> BEYOND =
            OfflineResource.lines("beyond.txt").stream().map(Words::of).toList();

    private static final Pattern RULED_OUT = Pattern.compile(
            "\\b(?:no|without|not|neither|never|nor|don't|avoid|instead of|rather than)\\b[^.;:\\n]{0,60}?(?=[.;:\\n]|$|\\bbut\\b)",
            Pattern.CASE_INSENSITIVE);

    static Spec of(String text) {
        return new Spec(text, Words.of(text), Words.of(withoutWhatItRulesOut(text)));
    }

    static String withoutWhatItRulesOut(String text) {
        return RULED_OUT.matcher(text).replaceAll(" ");
    }

    boolean demandsAnyOf(List<Words> phrases) {
        return phrases.stream().anyMatch(demanded::contain);
    }

    /** Whether it demands something that needs more than a library in memory, unless {@code allowed} has the words. */
    boolean isBeyondPlainPython(Set<String> allowed) {
        return BEYOND.stream().filter(demanded::contain).anyMatch(phrase -> !allowed.containsAll(phrase.stems()));
    }
}
