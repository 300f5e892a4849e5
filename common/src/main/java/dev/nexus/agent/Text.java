package dev.nexus.agent;

/** Cuts texts without splitting a character that takes two chars. */
final class Text {

    private Text() {}

    static String first(int chars, String text) {
        if (text.length() <= chars) {
            return text;
        }
        int end = Character.isHighSurrogate(text.charAt(chars - 1)) ? chars - 1 : chars;
        return text.substring(0, end);
    }

    static String last(int chars, String text) {
        if (text.length() <= chars) {
            return text;
        }
        int start = text.length() - chars;
        return text.substring(Character.isLowSurrogate(text.charAt(start)) ? start + 1 : start);
    }
}
