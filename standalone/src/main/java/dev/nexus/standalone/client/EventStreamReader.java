package dev.nexus.standalone.client;

import java.io.IOException;
import java.io.Reader;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Reads {@code text/event-stream} by the rules of the WHATWG HTML standard, section 9.2.6. */
final class EventStreamReader {

    private final Reader in;
    private boolean afterCarriageReturn;
    private boolean first = true;
    private String lastId = "";
    private Optional<Duration> retry = Optional.empty();

    /** @param in the body, decoded from UTF-8 */
    EventStreamReader(Reader in) {
        this.in = in;
    }

    /** The next whole event; null at the end of the stream, which drops an event that it cuts off. */
    @Nullable
    ServerSentEvent next() throws IOException {
        StringBuilder data = new StringBuilder();
        String type = "";
        String id = lastId;
        for (String line = line(); line != null; line = line()) {
            if (line.isEmpty()) {
                lastId = id;
                if (data.isEmpty()) {
                    type = "";
                    continue;
                }
                data.setLength(data.length() - 1);
                return new ServerSentEvent(lastId, type.isEmpty() ? "message" : type, data.toString());
            }
            int colon = line.indexOf(':');
            if (colon == 0) {
                continue;
            }
            String field = colon < 0 ? line : line.substring(0, colon);
            String value = colon < 0 ? "" : line.substring(colon + 1);
            value = value.startsWith(" ") ? value.substring(1) : value;
            switch (field) {
                case "data" -> data.append(value).append('\n');
                case "event" -> type = value;
                case "id" -> id = value.indexOf('\0') < 0 ? value : id;
                case "retry" -> readRetry(value);
                default -> {} // as the standard says
            }
        }
        return null;
    }

    /** How long the server wants a client to wait before it connects again, if it said so. */
    Optional<Duration> retry() {
        return retry;
    }

    private void readRetry(String value) {
        if (!value.isEmpty() && value.length() < 10 && value.chars().allMatch(c -> c >= '0' && c <= '9')) {
            retry = Optional.of(Duration.ofMillis(Long.parseLong(value)));
        }
    }

    /** Without its end, which is CR, LF or both; null if the stream ends before the line does. */
    private @Nullable String line() throws IOException {
        StringBuilder line = new StringBuilder();
        for (int c = in.read(); c >= 0; c = in.read()) {
            boolean secondOfPair = c == '\n' && afterCarriageReturn;
            boolean byteOrderMark = c == '\uFEFF' && first;
            afterCarriageReturn = c == '\r';
            first = false;
            if (secondOfPair || byteOrderMark) {
                continue;
            }
            if (c == '\n' || c == '\r') {
                return line.toString();
            }
            line.append((char) c);
        }
        return null;
    }
}
