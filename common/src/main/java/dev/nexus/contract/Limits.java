package dev.nexus.contract;

import java.time.Duration;

/** The limits of the contract, equal on every door. */
public final class Limits {

    /** Bytes of a specification in UTF-8. */
    public static final int SPEC_BYTES = 64 * 1024;

    /** Bytes of a request as a whole, on HTTP and on job-requests. */
    public static final int REQUEST_BYTES = 1024 * 1024;

    /** What is said of a request that is larger, on every door. */
    public static final String REQUEST_TOO_LARGE = "the request is larger than " + REQUEST_BYTES + " bytes; shorten it";

    /** Files that one task writes or one request uploads. */
    public static final int FILES = 40;

    /** Bytes of one file. */
    public static final int FILE_BYTES = 200_000;

    /** Bytes of all files of one task or upload. */
    public static final int FILES_BYTES = 1_000_000;

    /** Bytes of all files that a specification asks to change: a model reads them all. */
    public static final int CHANGED_BYTES = 200_000;

    /** Steps of a plan. */
    public static final int PLAN_STEPS = 20;

    /** Repair rounds that a request may ask for. */
    public static final int REPAIRS = 5;

    /** Bytes of a prompt in a request, in UTF-8. */
    public static final int PROMPT_BYTES = 64 * 1024;

    /** Characters of the name of a model in a request. */
    public static final int MODEL_CHARS = 200;

    /** Replays of replays, one behind the other. */
    public static final int REPLAYS = 10;

    /** Webhook subscriptions that a request may name. */
    public static final int JOB_WEBHOOKS = 5;

    /** Entries of a request's metadata, and characters of each key and value. */
    public static final int METADATA_ENTRIES = 16;

    public static final int METADATA_KEY_CHARS = 64;
    public static final int METADATA_VALUE_CHARS = 256;

    /** Characters of the reason in a command. */
    public static final int REASON_CHARS = 500;

    /** Characters of a progress message, which keeps it below 2 kB. */
    public static final int PROGRESS_CHARS = 500;

    /** Ids of vacuous tests that an event has room for. */
    public static final int VACUOUS_TOLD = 100;

    /** A job's own deadline is no shorter than this. */
    public static final Duration SHORTEST_DEADLINE = Duration.ofSeconds(1);

    /** Times a task is issued after its worker was lost, the first included. */
    public static final int ATTEMPTS = 3;

    /** A job's own budget is no larger than this, in US dollars, and has no more digits behind the point. */
    public static final int BUDGET_USD = 1_000_000;

    public static final int USD_DECIMALS = 6;

    private Limits() {}
}
