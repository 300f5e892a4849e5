package dev.nexus.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EventStreamTest {

    @ParameterizedTest
    @ValueSource(strings = {"\n", "\r\n", "\r"})
    void anyLineEndWillDo(String end) throws Exception {
        // Given
        String text = "event: greeting\ndata: hello\n\ndata: again\n\n".replace("\n", end);
        // When, Then
        assertThat(events(text)).containsExactly(new ServerEvent("greeting", "hello"), new ServerEvent("", "again"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"\n", "\r\n", "\r"})
    void itDoesNotMatterWhereTheBytesAreCut(String end) throws Exception {
        // Given
        byte[] bytes = "event: ü\ndata: 🙂 one\ndata: two\n\n: note\ndata: three\n\n"
                .replace("\n", end)
                .getBytes(StandardCharsets.UTF_8);
        for (int cut = 0; cut <= bytes.length; cut++) {
            EventStream stream = new EventStream();
            // When
            List<ServerEvent> events = new ArrayList<>(stream.take(ByteBuffer.wrap(bytes, 0, cut)));
            events.addAll(stream.take(ByteBuffer.wrap(bytes, cut, bytes.length - cut)));
            // Then
            assertThat(events).containsExactly(new ServerEvent("ü", "🙂 one\ntwo"), new ServerEvent("", "three"));
        }
    }

    @Test
    void commentsAndUnknownFieldsMeanNothing() throws Exception {
        assertThat(events(": ping\n\nid: 7\nretry: 10\ndata: x\n\n")).containsExactly(new ServerEvent("", "x"));
    }

    @Test
    void anEventWithoutDataIsNone() throws Exception {
        assertThat(events("event: ping\n\ndata: x\n\n")).containsExactly(new ServerEvent("", "x"));
    }

    @ParameterizedTest
    @CsvSource({"'data: x', x", "data:x, x", "'data:  x', ' x'", "data, ''", "data:, ''"})
    void oneBlankAfterTheColonIsNoPartOfTheValue(String line, String data) throws Exception {
        assertThat(events(line + "\n\n")).containsExactly(new ServerEvent("", data));
    }

    @Test
    void anEventThatIsCutOffIsNone() throws Exception {
        assertThat(events("data: one\n\ndata: tw")).containsExactly(new ServerEvent("", "one"));
        assertThat(events("data: one\n\ndata: two\n")).containsExactly(new ServerEvent("", "one"));
    }

    @Test
    void aByteOrderMarkIsSkipped() throws Exception {
        assertThat(events("\uFEFFdata: x\n\n")).containsExactly(new ServerEvent("", "x"));
    }

    @Test
    void anEventWithoutEndIsRefused() {
        EventStream stream = new EventStream();
        byte[] much = new byte[EventStream.EVENT_BYTES + 1];
        assertThatExceptionOfType(EventStream.TooLargeException.class)
                .isThrownBy(() -> stream.take(ByteBuffer.wrap(much)));
    }

    private static List<ServerEvent> events(String text) throws EventStream.TooLargeException {
        return new EventStream().take(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
    }
}
