package dev.nexus.model;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Cuts the bytes of {@code text/event-stream} into events, as the HTML standard has it (section 9.2.6): any of the three
 * line ends, comments, data of several lines. An event that is not ended by an empty line was cut off, and is none.
 */
final class EventStream {

    /** More than any answer's last event, which at some providers repeats it whole. */
    static final int EVENT_BYTES = 32 * 1024 * 1024;

    private static final String BYTE_ORDER_MARK = "\uFEFF";

    /** No provider sends an event of that size. */
    static final class TooLargeException extends Exception {

        private static final long serialVersionUID = 1L;

        TooLargeException() {
            super("an event is larger than " + EVENT_BYTES + " bytes");
        }
    }

    private final ByteArrayOutputStream line = new ByteArrayOutputStream();
    private final StringBuilder data = new StringBuilder();
    private String name = "";
    private boolean hasData;
    private boolean afterReturn;
    private boolean atStart = true;
    private long eventBytes;

    /**
     * The events that end within these bytes.
     *
     * @throws TooLargeException if one is larger than {@link #EVENT_BYTES}
     */
    List<ServerEvent> take(ByteBuffer bytes) throws TooLargeException {
        List<ServerEvent> events = new ArrayList<>();
        while (bytes.hasRemaining()) {
            byte b = bytes.get();
            boolean secondHalf = b == '\n' && afterReturn;
            afterReturn = b == '\r';
            if (secondHalf) {
                continue;
            }
            if (b == '\n' || b == '\r') {
                endLine(events);
            } else {
                line.write(b);
                if (++eventBytes > EVENT_BYTES) {
                    throw new TooLargeException();
                }
            }
        }
        return events;
    }

    private void endLine(List<ServerEvent> events) {
        String text = line.toString(StandardCharsets.UTF_8);
        line.reset();
        if (atStart && text.startsWith(BYTE_ORDER_MARK)) {
            text = text.substring(1);
        }
        atStart = false;
        if (text.isEmpty()) {
            if (hasData) {
                events.add(new ServerEvent(name, data.toString()));
            }
            data.setLength(0);
            hasData = false;
            name = "";
            eventBytes = 0;
            return;
        }
        int colon = text.indexOf(':');
        String field = colon < 0 ? text : text.substring(0, colon);
        String value = colon < 0 ? "" : text.substring(colon + 1);
        value = value.startsWith(" ") ? value.substring(1) : value;
        switch (field) {
            case "event" -> name = value;
            case "data" -> {
                data.append(hasData ? "\n" : "").append(value);
                hasData = true;
            }
            default -> {} // a comment, or a field that means nothing here
        }
    }
}
