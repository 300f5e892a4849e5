package dev.nexus.model;

import dev.nexus.contract.Json;
import java.time.Duration;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/**
 * What a provider said when it gave no answer; each has a form of its own.
 *
 * @param code such as {@code overloaded_error}; empty if it gave none
 * @param message in its own words, which may quote anything
 * @param pause after which it wants to be asked again; null if it did not say
 */
record ProviderError(
        String code, String message, Kind kind, @Nullable Duration pause) {

    enum Kind {
        /** May be otherwise the next time. */
        PASSING,
        /** Will be the same the next time. */
        LASTING,
        /** The answer, or the question, was withheld because of what is in it. */
        FILTERED
    }

    private static final int REQUEST_TIMEOUT = 408;
    private static final int CONFLICT = 409; // two requests at once; OpenAI's and Anthropic's own clients try again
    private static final int TOO_MANY_REQUESTS = 429;
    private static final int SERVER_ERROR = 500;

    /** An account without money is refused like a rate limit, and will be the next time too. */
    private static final Set<String> LASTING_CODES = Set.of(
            "insufficient_quota",
            "billing_hard_limit_reached",
            "billing_error",
            "invalid_request_error",
            "invalid_api_key",
            "invalid_prompt",
            "authentication_error",
            "permission_error",
            "permission_denied",
            "unauthenticated",
            "not_found_error",
            "not_found",
            "model_not_found",
            "request_too_large",
            "context_length_exceeded",
            "invalid_argument",
            "failed_precondition");

    private static final Set<String> FILTER_CODES =
            Set.of("content_filter", "content_policy_violation", "bio_policy", "image_content_policy_violation");

    /** Anthropic gives this no code of its own. */
    private static final String FILTER_WORDS = "content filtering policy";

    /** The answer to a request that was refused. */
    static ProviderError ofStatus(int status, String body) {
        JsonNode tree;
        try {
            tree = Json.MAPPER.readTree(body);
        } catch (JacksonException e) {
            tree = Json.MAPPER.missingNode();
        }
        return read(tree, status);
    }

    /** Sent where a piece of the answer was due. */
    static ProviderError inStream(JsonNode event) {
        return read(event, 0);
    }

    /** The answer ended for a reason that says neither that it is whole nor that it is cut. */
    static ProviderError unknownEnd(String reason) {
        return new ProviderError(reason, "the answer ended for the reason '" + reason + "'", Kind.LASTING, null);
    }

    private static ProviderError read(JsonNode tree, int httpStatus) {
        JsonNode outer = tree.isArray() ? tree.path(0) : tree;
        JsonNode error = outer.path("error").isObject() ? outer.path("error") : outer;
        String message = outer.path("error").isString()
                ? outer.path("error").stringValue()
                : error.path("message").stringValue("");
        String code = firstOf(error, "code", "status", "type");
        int status = httpStatus == 0 ? error.path("code").intValue(0) : httpStatus;
        return new ProviderError(code, message, kind(error, message, status), pause(error));
    }

    private static Kind kind(JsonNode error, String message, int status) {
        boolean lasting = false;
        for (String field : new String[] {"code", "status", "type"}) {
            String code = error.path(field).stringValue("").toLowerCase(Locale.ROOT);
            if (FILTER_CODES.contains(code)) {
                return Kind.FILTERED;
            }
            lasting |= LASTING_CODES.contains(code);
        }
        if (message.contains(FILTER_WORDS)) {
            return Kind.FILTERED;
        }
        boolean passing = status == 0
                || status == REQUEST_TIMEOUT
                || status == CONFLICT
                || status == TOO_MANY_REQUESTS
                || status >= SERVER_ERROR;
        boolean isServers = status >= SERVER_ERROR;
        return isServers || (passing && !lasting) ? Kind.PASSING : Kind.LASTING;
    }

    private static String firstOf(JsonNode error, String... fields) {
        for (String field : fields) {
            String value = error.path(field).stringValue("");
            if (!value.isEmpty() && !value.equals("error")) {
                return value;
            }
        }
        return "";
    }

    /** Gemini says it here, and not in a header. */
    private static @Nullable Duration pause(JsonNode error) {
        for (JsonNode detail : error.path("details")) {
            String delay = detail.path("retryDelay").stringValue("");
            if (delay.matches("\\d{1,9}(\\.\\d{1,9})?s")) {
                return RetryAfter.seconds(delay.substring(0, delay.length() - 1));
            }
        }
        return null;
    }
}
