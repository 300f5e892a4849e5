package dev.nexus.gateway.http;

import dev.nexus.contract.ErrorCode;
import org.jspecify.annotations.Nullable;
import org.springframework.http.InvalidMediaTypeException;
import org.springframework.http.MediaType;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.server.NotAcceptableStatusException;

/** Whether a client takes the one form in which an answer is given. */
final class Accepted {

    private Accepted() {}

    /** Why it does not; null if it does. A client that says nothing takes anything. */
    static @Nullable Problem refusal(ServerRequest http, String path) {
        MediaType given = formOf(path);
        try {
            var accepted = http.headers().accept();
            boolean fits = accepted.isEmpty()
                    || accepted.stream()
                            .filter(type -> type.getQualityValue() > 0)
                            .anyMatch(type -> type.removeQualityValue().isCompatibleWith(given));
            return fits ? null : refusal(given);
        } catch (InvalidMediaTypeException | NotAcceptableStatusException e) {
            return refusal(given);
        }
    }

    private static Problem refusal(MediaType given) {
        return Problem.of(
                ErrorCode.NOT_ACCEPTABLE,
                "this path answers with " + given + " only; accept that, or leave the header Accept out");
    }

    private static MediaType formOf(String path) {
        return switch (path.substring(path.lastIndexOf('/') + 1)) {
            case "events" -> MediaType.TEXT_EVENT_STREAM;
            case "report.xml" -> MediaType.APPLICATION_XML;
            case "artefacts.zip" -> MediaType.parseMediaType("application/zip");
            case "{*path}" -> MediaType.TEXT_PLAIN;
            case "docs.js" -> MediaType.parseMediaType("text/javascript");
            case "docs.css" -> MediaType.parseMediaType("text/css");
            case "docs" -> MediaType.TEXT_HTML;
            default -> MediaType.APPLICATION_JSON;
        };
    }
}
