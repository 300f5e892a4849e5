package dev.nexus.standalone.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.StringReader;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EventStreamReaderTest {

    @ParameterizedTest
    @ValueSource(strings = {"\n", "\r", "\r\n"})
    void everyLineEndingEndsALine(String end) throws IOException {
        String stream = String.join(end, "id: 7", "event: task.started", "data: {}", "", "");

        assertThat(read(stream)).containsExactly(new ServerSentEvent("7", "task.started", "{}"));
    }

    @Test
    void dataLinesAreJoined() throws IOException {
        assertThat(read("data: a\ndata:\ndata:  b\n\n")).containsExactly(new ServerSentEvent("", "message", "a\n\n b"));
    }

    @Test
    void commentsUnknownFieldsAndTheByteOrderMarkAreSkipped() throws IOException {
        assertThat(read("\uFEFF: hello\nfoo: bar\ndata: a\n:\n\n"))
                .containsExactly(new ServerSentEvent("", "message", "a"));
    }

    @Test
    void aFieldMayHaveNoColon() throws IOException {
        assertThat(read("data\n\n")).containsExactly(new ServerSentEvent("", "message", ""));
    }

    @Test
    void theLastIdStays() throws IOException {
        assertThat(read("id: 1\ndata: a\n\ndata: b\n\nid: x\0y\ndata: c\n\nid\ndata: d\n\n"))
                .extracting(ServerSentEvent::id)
                .containsExactly("1", "1", "1", "");
    }

    @Test
    void withoutDataThereIsNoEventButItsIdCounts() throws IOException {
        assertThat(read("id: 1\nevent: x\n\ndata: a\n\n")).containsExactly(new ServerSentEvent("1", "message", "a"));
    }

    @Test
    void anEventThatIsCutOffIsDropped() throws IOException {
        assertThat(read("data: a\n\nid: 2\ndata: b\n")).containsExactly(new ServerSentEvent("", "message", "a"));
    }

    @Test
    void theServerSetsTheRetryTime() throws IOException {
        EventStreamReader reader = new EventStreamReader(new StringReader("retry: 250\nretry: 1x\nretry: \n\n"));

        reader.next();

        assertThat(reader.retry()).contains(Duration.ofMillis(250));
    }

    private static List<ServerSentEvent> read(String stream) throws IOException {
        EventStreamReader reader = new EventStreamReader(new StringReader(stream));
        List<ServerSentEvent> events = new ArrayList<>();
        for (ServerSentEvent event = reader.next(); event != null; event = reader.next()) {
            events.add(event);
        }
        return events;
    }
}
