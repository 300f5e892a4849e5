package dev.nexus.model;

import dev.nexus.contract.ModelCall.Message;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** A provider's own words, as far as they may be shown: short, on one line, and with neither key nor prompt in them. */
final class Quote {

    private static final int LENGTH = 200;

    /** So many characters that are also in the prompt are no coincidence. */
    private static final int TELLTALE = 24;

    /** Some quote the key in part. */
    private static final Pattern KEY = Pattern.compile("\\b(sk-|AIza)[\\w*.-]+");

    private static final Pattern BLANKS = Pattern.compile("[\\s\\p{Cntrl}]+");

    private Quote() {}

    /** Empty if it said nothing, or nothing that may be shown. */
    static String of(ProviderError told, Secret key, ModelRequest request) {
        String code = shown(told.code(), key, request);
        String message = shown(told.message(), key, request);
        return code.isEmpty() || message.isEmpty() ? code + message : code + ": " + message;
    }

    private static String shown(String words, Secret key, ModelRequest request) {
        String line = BLANKS.matcher(words).replaceAll(" ").strip();
        if (!key.isEmpty()) {
            line = line.replace(key.reveal(), "(key)");
        }
        line = KEY.matcher(line).replaceAll("(key)");
        if (isFrom(request, line)) {
            return "";
        }
        return line.length() > LENGTH ? line.substring(0, LENGTH) + "…" : line;
    }

    private static boolean isFrom(ModelRequest request, String line) {
        String shown = line.substring(0, Math.min(line.length(), LENGTH));
        List<String> texts = Stream.concat(
                        Stream.of(request.system()), request.messages().stream().map(Message::text))
                .map(text -> BLANKS.matcher(text).replaceAll(" "))
                .toList();
        return IntStream.rangeClosed(0, shown.length() - TELLTALE)
                .mapToObj(from -> shown.substring(from, from + TELLTALE))
                .anyMatch(piece -> texts.stream().anyMatch(text -> text.contains(piece)));
    }
}
