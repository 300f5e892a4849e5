package dev.nexus.contract;

import com.fasterxml.jackson.annotation.JsonTypeName;
import java.util.List;

/**
 * A model's reply, recorded on {@code model-calls} before it is used, so that it is never paid for twice.
 *
 * @param callKey equal for the same question at the same place: job, task, ordinal, hash of the prompt
 * @param ordinal 1 for a task's first question, and so on
 * @param model that answered, as {@code provider/model}
 * @param stop why the model ended its answer: {@code end}, {@code length}, {@code refusal} or {@code content_filter}
 * @param durationMillis from request to the last byte, in milliseconds
 */
@JsonTypeName("model.call")
public record ModelCall(
        String callKey,
        TaskId task,
        int attempt,
        int ordinal,
        String model,
        String promptVersion,
        String system,
        List<Message> messages,
        String reply,
        String stop,
        Usage usage,
        Fidelity fidelity,
        long durationMillis)
        implements LedgerEntry {

    /**
     * One turn of a conversation.
     *
     * @param role {@code user} or {@code assistant}
     */
    public record Message(String role, String text) {}
}
