package dev.nexus.model;

import java.text.Normalizer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** A text as a sequence of word stems, so that <em>converts</em> and <em>conversion of</em> meet <em>convert</em>. */
final class Words {

    private static final Pattern WORD = Pattern.compile("[\\p{L}\\p{N}][\\p{L}\\p{M}\\p{N}]*");

    /** Words that nearly every specification has and that say nothing about its subject. */
    private static final Set<String> COMMON = OfflineResource.lines("common-words.txt").stream()
            .flatMap(line -> Words.of(line).stems().stream())
            .collect(Collectors.toUnmodifiableSet());

    private final List<String> stems;

    private Words(List<String> stems) {
        this.stems = stems;
    }

    static Words of(String text) {
        List<String> stems = new ArrayList<>();
        String plain = Normalizer.normalize(text, Normalizer.Form.NFKC)
                .replaceAll("(?<=\\p{Ll})(?=\\p{Lu})|(?<=\\p{Lu})(?=\\p{Lu}\\p{Ll})", " ") // camelCase, LRUCache
                .replaceAll("['’]s\\b", "");
        for (Matcher m = WORD.matcher(plain); m.find(); ) {
            stems.add(stem(m.group()));
        }
        return new Words(List.copyOf(stems));
    }

    /** All stems, in order. */
    List<String> stems() {
        return stems;
    }

    /** The distinct stems that may tell what the text is about. */
    Set<String> salient() {
        return stems.stream().filter(Words::isSalient).collect(Collectors.toUnmodifiableSet());
    }

    /** Whether these words, in any inflection, stand in the text side by side. */
    boolean contain(Words phrase) {
        return Collections.indexOfSubList(stems, phrase.stems) >= 0;
    }

    private static boolean isSalient(String stem) {
        return stem.length() > 1 && !Character.isDigit(stem.charAt(0)) && !COMMON.contains(stem);
    }

    /** What is left of an English word without its usual endings; not always a word, but the same for all its forms. */
    static String stem(String word) {
        String w = word.toLowerCase(Locale.ROOT);
        if (w.length() > 4 && w.endsWith("ies")) {
            w = cut(w, 3) + "y";
        } else if (w.length() > 4 && w.matches(".*(ss|x|ch|sh|zz)es")) {
            w = cut(w, 2);
        } else if (w.length() > 3 && w.endsWith("s") && !w.matches(".*(ss|us|is)")) {
            w = cut(w, 1);
        }
        for (String ending : List.of("ing", "ed", "ion", "er", "or")) {
            if (w.endsWith(ending) && w.length() - ending.length() > 2) {
                w = cut(w, ending.length());
                if (w.matches(".*([bdfgmnprt])\\1")) {
                    w = cut(w, 1); // stopping, stopped
                }
                break;
            }
        }
        return w.length() > 3 && w.endsWith("e") ? cut(w, 1) : w;
    }

    private static String cut(String word, int chars) {
        return word.substring(0, word.length() - chars);
    }
}
