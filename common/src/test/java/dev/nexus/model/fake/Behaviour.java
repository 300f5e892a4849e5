package dev.nexus.model.fake;

import dev.nexus.model.ModelReply;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What the server does with a call. */
public sealed interface Behaviour {

    /** Answers. */
    record Answers() implements Behaviour {}

    /** Answers with this text, and ends for this reason. */
    record Says(String text, ModelReply.Stop stop) implements Behaviour {}

    /** Answers, but doesn't tell what it took. */
    record KeepsUsageToItself() implements Behaviour {}

    /** Answers, with so much time before each piece. */
    record IsSlow(Duration perPiece) implements Behaviour {}

    /**
     * Answers with another status.
     *
     * @param body null for the provider's own error
     */
    record Refuses(
            int status,
            Map<String, String> headers,
            @Nullable String body) implements Behaviour {

        public Refuses(int status) {
            this(status, Map.of(), null);
        }

        public Refuses(int status, String header, String value) {
            this(status, Map.of(header, value), null);
        }
    }

    /** Closes the connection after so many pieces, in the middle of the next event. */
    record Cuts(int afterPieces) implements Behaviour {}

    /** Resets the connection after so many pieces. */
    record Resets(int afterPieces) implements Behaviour {}

    /** Sends the whole answer, and closes the connection instead of ending the stream. */
    record ClosesAtTheEnd() implements Behaviour {}

    /** Ends the stream properly after so many pieces, as a proxy does that lost the provider. */
    record EndsEarly(int afterPieces) implements Behaviour {}

    /** Sends an error in the stream after so many pieces. */
    record ErrsInStream(int afterPieces) implements Behaviour {}

    /** Sends something that is no JSON after so many pieces. */
    record Babbles(int afterPieces) implements Behaviour {}

    /** Takes the request, and sends nothing at all. */
    record HangsBeforeHead() implements Behaviour {}

    /** Sends so many pieces, and then nothing more; with 0, all that comes before the answer's first piece. */
    record Hangs(int afterPieces) implements Behaviour {}

    /** Closes the connection without an answer. */
    record HangsUp() implements Behaviour {}
}
