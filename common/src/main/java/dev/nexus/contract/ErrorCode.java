package dev.nexus.contract;

import com.fasterxml.jackson.annotation.JsonEnumDefaultValue;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** Every way in which a request, a task or a job can fail; stable names for programs. */
public enum ErrorCode {
    /** The request breaks a rule; the message names field, limit and remedy. */
    INVALID_REQUEST,
    /** The body or record is larger than the limit. */
    TOO_LARGE,
    /** The body is in no media type that is taken here. */
    UNSUPPORTED_MEDIA_TYPE,
    /** Nobody says who asks, or the key or token is not, or no longer, valid. */
    UNAUTHORIZED,
    /** Who asks may not do this. */
    FORBIDDEN,
    /** There is no such job, artefact or path; or it is another tenant's. */
    NOT_FOUND,
    /** The HTTP method is none of those that the path takes. */
    METHOD_NOT_ALLOWED,
    /** No form of the answer that the request accepts can be given. */
    NOT_ACCEPTABLE,
    /** The id already names a job that asked for something else. */
    ID_IN_USE,
    /** The job is final or otherwise not in a state for this. */
    CONFLICT,
    /** More requests came than the tenant may send; the same request may succeed later. */
    RATE_LIMITED,
    /** The tenant has as many open jobs, or has spent as much, as it may; the same request may succeed later. */
    QUOTA_EXCEEDED,
    /** Nexus can't take it now; the same request may succeed later. */
    UNAVAILABLE,
    /** As many jobs are open as this installation takes; the same request may succeed later. */
    OVERLOADED,
    /** The brokers' disks are nearly full; the same request may succeed later. */
    INSUFFICIENT_STORAGE,
    /** A record on a work topic is no order. */
    UNREADABLE_ORDER,
    /** The model's answers did not fit what was asked for, after every re-ask. */
    INVALID_MODEL_OUTPUT,
    /** The model provider refused, or failed, for as long as it was retried. */
    MODEL_UNAVAILABLE,
    /** The next model call might cost more than is left of the job's budget. */
    BUDGET_EXHAUSTED,
    /** The model would not answer. */
    MODEL_REFUSED,
    /** The provider withheld the answer because of what is in it, or in the question. */
    CONTENT_FILTERED,
    /** Every answer was longer than the limit of output tokens. */
    MODEL_OUTPUT_LIMIT,
    /** The model's stream broke off before the answer's end, for as long as it was retried. */
    TRUNCATED,
    /** The specification asks for a language that Nexus does not write. */
    UNSUPPORTED_LANGUAGE,
    /** The offline model cannot implement the specification, and wrote a scaffold only. */
    SCAFFOLD_ONLY,
    /** The human who was asked did not approve the plan. */
    PLAN_REJECTED,
    /** The tests still failed after the last repair round. */
    TESTS_FAILED,
    /** A repair round changed no file, or the tests failed as they had before; another round would be in vain. */
    NO_PROGRESS,
    /** The machine cannot run untrusted code safely; the message names what to install or allow. */
    SANDBOX_UNAVAILABLE,
    /** Every attempt's worker was lost. */
    WORKER_LOST,
    /** The job, or one of its tasks, was not done in the time that was set for it. */
    DEADLINE_EXCEEDED,
    /** A defect in Nexus; the log of the named worker has the details. A newer version's code is read as this one. */
    @JsonEnumDefaultValue
    INTERNAL_ERROR;

    @JsonValue
    public String wire() {
        return name().toLowerCase(Locale.ROOT);
    }
}
