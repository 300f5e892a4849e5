package dev.nexus.agent;

import dev.nexus.contract.ErrorCode;
import dev.nexus.contract.ErrorInfo;
import dev.nexus.contract.Fidelity;
import dev.nexus.model.ModelReply;
import dev.nexus.model.ModelRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** Asks the model until its answer can be used: each time again with what is wrong, and not for ever. */
public final class Asking {

    /** Times the model is asked before the task fails. */
    private static final int ASKS = 3;

    /** More would bury the first ones, and one cause often breaks many rules. */
    private static final int PROBLEMS_TOLD = 20;

    private Asking() {}

    /** What an answer held: a value, or all that is wrong with it. */
    public sealed interface Reading<T> {

        record Usable<T>(T value) implements Reading<T> {}

        /** @param problems each names the place, and what to do about it; never empty */
        record Unusable<T>(List<String> problems) implements Reading<T> {

            public Unusable {
                problems = List.copyOf(problems);
                if (problems.isEmpty()) {
                    throw new IllegalArgumentException("an answer without a problem is usable");
                }
            }
        }
    }

    /** @param fidelity of the reply that the value was read from */
    public record Answer<T>(T value, Fidelity fidelity) {}

    /**
     * What the model is told about an answer that cannot be used.
     *
     * @param name of what is wanted, such as {@code valid plan}; fits after "no" and after "a"
     * @param shorter how to stay below the limit of length, after an answer that did not
     * @param again the form of the next answer, as a sentence
     */
    public record Wanted(String name, String shorter, String again) {}

    /**
     * Asks until the answer is usable. One that is empty or cut off never is; a refusal, or an answer that was withheld, ends
     * the task, since the same question gets the same.
     *
     * @param reader reads a whole answer strictly; a function of the text alone
     * @throws TaskFailure if the model gives no answer, or too many that cannot be used; the last one is the detail
     */
    public static <T> Answer<T> ask(Task task, ModelRequest request, Wanted wanted, Function<String, Reading<T>> reader)
            throws TaskFailure, InterruptedException {
        ModelRequest next = request;
        for (int ask = 1; ; ask++) {
            ModelReply reply = answered(task.ask(next), wanted);
            switch (read(reply, wanted, reader)) {
                case Reading.Usable<T>(T value) -> {
                    return new Answer<>(value, reply.fidelity());
                }
                case Reading.Unusable<T>(List<String> problems) -> {
                    if (ask == ASKS) {
                        throw failure(wanted, problems, reply);
                    }
                    task.progress("the answer was no " + wanted.name() + ": asking again (" + (ask + 1) + " of " + ASKS
                            + ")");
                    next = next.askedAgain(reply.text(), complaint(wanted, problems));
                }
            }
        }
    }

    private static ModelReply answered(ModelReply reply, Wanted wanted) throws TaskFailure {
        return switch (reply.stop()) {
            case END, LENGTH -> reply;
            case REFUSAL ->
                throw failure(
                        ErrorCode.MODEL_REFUSED,
                        reply.model() + " refused to give a " + wanted.name()
                                + "; put the specification in other words, or configure another model",
                        reply);
            case CONTENT_FILTER ->
                throw failure(
                        ErrorCode.CONTENT_FILTERED,
                        "the provider of " + reply.model() + " withheld the " + wanted.name()
                                + " because of what is in it, or in the specification",
                        reply);
        };
    }

    private static <T> Reading<T> read(ModelReply reply, Wanted wanted, Function<String, Reading<T>> reader) {
        if (reply.stop() == ModelReply.Stop.LENGTH) {
            return unusable("the answer was cut off at the limit of its length; " + wanted.shorter());
        }
        return reply.text().isBlank()
                ? unusable("the answer is empty; a " + wanted.name() + " is wanted")
                : reader.apply(reply.text());
    }

    private static <T> Reading<T> unusable(String problem) {
        return new Reading.Unusable<>(List.of(problem));
    }

    private static String complaint(Wanted wanted, List<String> problems) {
        List<String> told = new ArrayList<>(problems.subList(0, Math.min(problems.size(), PROBLEMS_TOLD)));
        if (problems.size() > PROBLEMS_TOLD) {
            told.add("and " + (problems.size() - PROBLEMS_TOLD) + " more");
        }
        return "That is no " + wanted.name() + ":\n- " + String.join("\n- ", told) + "\n" + wanted.again();
    }

    private static TaskFailure failure(Wanted wanted, List<String> problems, ModelReply last) {
        ErrorCode code =
                last.stop() == ModelReply.Stop.LENGTH ? ErrorCode.MODEL_OUTPUT_LIMIT : ErrorCode.INVALID_MODEL_OUTPUT;
        String message =
                "the model gave no " + wanted.name() + " in " + ASKS + " answers; the last one: " + problems.getFirst();
        return failure(code, message, last);
    }

    private static TaskFailure failure(ErrorCode code, String message, ModelReply last) {
        return new TaskFailure(new ErrorInfo(code, message, false), last.text());
    }
}
