package dev.nexus.model;

import dev.nexus.contract.ModelCall.Message;
import java.util.ArrayList;
import java.util.List;

/**
 * What a model is asked.
 *
 * @param promptVersion of the template that gave the prompt
 * @param messages the conversation so far, the last one from the user
 * @param maxOutputTokens the provider ends the answer there
 */
public record ModelRequest(
        String promptVersion, String system, List<Message> messages, OutputFormat format, int maxOutputTokens) {

    /** Stands for an answer without text: some providers refuse a conversation with an empty message. */
    private static final String EMPTY_ANSWER = "(empty answer)";

    public ModelRequest {
        messages = List.copyOf(messages);
    }

    /** The same conversation, gone on by the model's answer and what is wrong with it. */
    public ModelRequest askedAgain(String answer, String complaint) {
        List<Message> more = new ArrayList<>(messages);
        more.add(new Message("assistant", answer.isBlank() ? EMPTY_ANSWER : answer));
        more.add(new Message("user", complaint));
        return new ModelRequest(promptVersion, system, more, format, maxOutputTokens);
    }
}
