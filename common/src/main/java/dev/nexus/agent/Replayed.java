package dev.nexus.agent;

import dev.nexus.contract.ErrorCode;
import dev.nexus.contract.LedgerEntry;
import dev.nexus.contract.ModelCall;
import dev.nexus.contract.Replay.Recorded;
import dev.nexus.contract.TaskId;
import dev.nexus.contract.Terms;
import dev.nexus.model.PromptTemplate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a task takes over from the job that its own is a replay of; used by the task's thread only. */
final class Replayed {

    private final Terms.Replay terms;
    private final TaskId task;
    private final ModelCalls calls;
    private @Nullable Map<String, ModelCall> replies;

    Replayed(Terms.Replay terms, TaskId task, ModelCalls calls) {
        this.terms = terms;
        this.task = task;
        this.calls = calls;
    }

    /** What was answered there, to an equal question; null if nothing. That job has ended, so it is read once. */
    @Nullable
    ModelCall reply(String key) throws InterruptedException {
        Map<String, ModelCall> known = replies;
        if (known == null) {
            known = read();
            replies = known;
        }
        return known.get(key);
    }

    private Map<String, ModelCall> read() throws InterruptedException {
        List<Recorded> jobs = new ArrayList<>(terms.between());
        jobs.add(new Recorded(terms.job(), terms.since()));
        Map<String, ModelCall> all = new HashMap<>();
        for (Recorded each : jobs) {
            for (LedgerEntry entry : calls.recorded(each.job(), task, each.since())) {
                if (entry instanceof ModelCall call) {
                    all.putIfAbsent(call.callKey(), call);
                }
            }
        }
        return all;
    }

    /** The template that the replay has under this name; {@code own} if it has none. */
    PromptTemplate prompt(PromptTemplate own, String name) throws TaskFailure {
        String text = terms.prompts().get(name);
        if (text == null) {
            return own;
        }
        try {
            PromptTemplate template = PromptTemplate.of(text);
            String fault = template.faultInPlaceOf(own);
            if (fault != null) {
                throw unfit(name, fault);
            }
            return template;
        } catch (IllegalArgumentException e) {
            throw unfit(name, String.valueOf(e.getMessage()));
        }
    }

    static TaskFailure unfit(String name, String fault) {
        return TaskFailure.of(ErrorCode.INVALID_REQUEST, "the prompt '" + name + "' can't be used: " + fault);
    }
}
