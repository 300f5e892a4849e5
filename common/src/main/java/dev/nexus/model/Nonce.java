package dev.nexus.model;

import dev.nexus.contract.JobId;
import dev.nexus.contract.TaskId;

/** What tags the sections of a task's prompts: nothing random, so that equal questions are equal. */
public final class Nonce {

    private static final int DIGITS = 16;

    private Nonce() {}

    /** Sixteen hex digits, the same in every attempt of this task. */
    public static String of(JobId job, TaskId task) {
        return new Sha256().with(job.value()).with(task.toString()).hex().substring(0, DIGITS);
    }
}
