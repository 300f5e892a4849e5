package dev.nexus.bench.chaos;

/**
 * A promise that was not kept.
 *
 * @param job that it concerns; empty if none
 */
record Breach(Rule rule, String job, String what) {

    /** What Nexus promises. */
    enum Rule {
        LOST("an accepted job has exactly one final event that counts"),
        UNSERVED("every job that was asked for is submitted, accepted once and followed to its end"),
        FAILED("a job fails only for what the run itself did to it"),
        REPLACED("what a task gave is never replaced"),
        REISSUED("a task is issued again only if its attempt was lost, and soon then"),
        CANCEL("a cancellation that was taken is in the log, nothing begins behind it, and it ends the job"),
        UNCLAIMED_CALL("a model is called by the worker whose claim of the attempt came first, and by nobody else"),
        REPEATED_CALL("no model call starts after an equal one was readable"),
        STREAM("a stream is the log, event by event, without gap or repeat"),
        BODY("every replica shows a job as the log tells it"),
        ANSWER("a client gets no answer that it should not"),
        PROCESS("a process neither ends by itself nor hangs"),
        COVERAGE("every kind of process was killed, stopped and restarted while it had work, and so was the driver");

        private final String promise;

        Rule(String promise) {
            this.promise = promise;
        }

        String promise() {
            return promise;
        }
    }

    @Override
    public String toString() {
        return rule + (job.isEmpty() ? "" : " " + job) + ": " + what;
    }
}
