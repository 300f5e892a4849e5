package dev.nexus.gateway.http;

import dev.nexus.contract.ErrorCode;
import dev.nexus.gateway.intake.FieldError;
import dev.nexus.gateway.intake.InvalidRequest;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.MediaType;
import org.springframework.web.reactive.function.server.ServerResponse;
import org.springframework.web.server.ResponseStatusException;
import reactor.core.publisher.Mono;

/**
 * An error on HTTP, in the form of RFC 9457.
 *
 * @param type stable for each code
 * @param errors the places that are wrong, with JSON pointers
 * @param jobId where the outcome is not known: what to ask for
 */
record Problem(
        String type,
        String title,
        int status,
        String detail,
        ErrorCode code,
        @Nullable List<FieldError> errors,
        @Nullable String jobId) {

    static Problem of(ErrorCode code, String detail) {
        return of(code, detail, null, null);
    }

    static Problem of(InvalidRequest why) {
        return of(why.code(), String.valueOf(why.getMessage()), why.errors(), null);
    }

    static Problem of(ErrorCode code, String detail, @Nullable List<FieldError> errors, @Nullable String jobId) {
        String title = code.wire().replace('_', ' ');
        return new Problem(
                "urn:nexus:error:" + code.wire(),
                title.substring(0, 1).toUpperCase(Locale.ROOT) + title.substring(1),
                status(code).value(),
                detail,
                code,
                errors == null || errors.isEmpty() ? null : errors,
                jobId);
    }

    /** What Spring itself refuses, such as an unknown path. */
    static Problem of(ResponseStatusException refusal) {
        HttpStatusCode status = refusal.getStatusCode();
        if (status.value() == 404) {
            return of(ErrorCode.NOT_FOUND, "nothing is here; the API begins at /jobs");
        }
        if (status.value() == 405) {
            return of(ErrorCode.METHOD_NOT_ALLOWED, "this path does not take that method");
        }
        if (status.value() == 406) {
            return of(ErrorCode.NOT_ACCEPTABLE, "the answer has no form that the header Accept takes; leave it out");
        }
        if (status.value() == 413) {
            return of(ErrorCode.TOO_LARGE, "the body is too large; send less");
        }
        if (status.value() == 415) {
            return of(ErrorCode.UNSUPPORTED_MEDIA_TYPE, "send application/json");
        }
        if (status.is4xxClientError()) {
            return of(ErrorCode.INVALID_REQUEST, "the request cannot be understood as HTTP for this path");
        }
        return of(ErrorCode.INTERNAL_ERROR, "the gateway failed on this request; its log has the reason");
    }

    /** With a status that says it better than the code's own. */
    Problem as(int otherStatus) {
        return new Problem(type, title, otherStatus, detail, code, errors, jobId);
    }

    Mono<ServerResponse> response() {
        return response(_ -> {});
    }

    Mono<ServerResponse> response(Consumer<HttpHeaders> more) {
        var response = ServerResponse.status(status)
                .contentType(MediaType.APPLICATION_PROBLEM_JSON)
                .headers(more);
        if (status == HttpStatus.SERVICE_UNAVAILABLE.value()) {
            response.header("Retry-After", code == ErrorCode.INSUFFICIENT_STORAGE ? "30" : "2");
        }
        return response.bodyValue(Views.json(this));
    }

    /** For {@code Retry-After} (RFC 9110): whole seconds, and not before the time. */
    static String seconds(Duration time) {
        return Long.toString(Math.max(1, time.plusMillis(999).toSeconds()));
    }

    private static HttpStatus status(ErrorCode code) {
        return switch (code) {
            case INVALID_REQUEST -> HttpStatus.BAD_REQUEST;
            case TOO_LARGE -> HttpStatus.CONTENT_TOO_LARGE;
            case UNSUPPORTED_MEDIA_TYPE -> HttpStatus.UNSUPPORTED_MEDIA_TYPE;
            case UNAUTHORIZED -> HttpStatus.UNAUTHORIZED;
            case FORBIDDEN -> HttpStatus.FORBIDDEN;
            case NOT_ACCEPTABLE -> HttpStatus.NOT_ACCEPTABLE;
            case RATE_LIMITED, QUOTA_EXCEEDED -> HttpStatus.TOO_MANY_REQUESTS;
            case NOT_FOUND -> HttpStatus.NOT_FOUND;
            case METHOD_NOT_ALLOWED -> HttpStatus.METHOD_NOT_ALLOWED;
            case ID_IN_USE -> HttpStatus.UNPROCESSABLE_CONTENT;
            case CONFLICT -> HttpStatus.CONFLICT;
            case UNAVAILABLE, OVERLOADED, INSUFFICIENT_STORAGE -> HttpStatus.SERVICE_UNAVAILABLE;
            case UNREADABLE_ORDER,
                    INVALID_MODEL_OUTPUT,
                    MODEL_UNAVAILABLE,
                    BUDGET_EXHAUSTED,
                    MODEL_REFUSED,
                    CONTENT_FILTERED,
                    MODEL_OUTPUT_LIMIT,
                    TRUNCATED,
                    UNSUPPORTED_LANGUAGE,
                    SCAFFOLD_ONLY,
                    PLAN_REJECTED,
                    TESTS_FAILED,
                    NO_PROGRESS,
                    SANDBOX_UNAVAILABLE,
                    WORKER_LOST,
                    DEADLINE_EXCEEDED,
                    INTERNAL_ERROR -> HttpStatus.INTERNAL_SERVER_ERROR;
        };
    }
}
