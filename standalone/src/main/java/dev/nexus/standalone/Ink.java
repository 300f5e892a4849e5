package dev.nexus.standalone;

/** Gives text a colour, where colours are wanted. */
record Ink(boolean colours) {

    static final Ink NONE = new Ink(false);

    String good(String text) {
        return in("32", text);
    }

    String bad(String text) {
        return in("31", text);
    }

    String busy(String text) {
        return in("36", text);
    }

    String warning(String text) {
        return in("33", text);
    }

    String strong(String text) {
        return in("1", text);
    }

    String faint(String text) {
        return in("2", text);
    }

    private String in(String code, String text) {
        return colours && !text.isBlank() ? "\033[" + code + "m" + text + "\033[0m" : text;
    }
}
