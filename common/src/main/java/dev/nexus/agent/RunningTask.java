package dev.nexus.agent;

import com.samskivert.mustache.MustacheException;
import dev.nexus.contract.ArtefactRef;
import dev.nexus.contract.Artefacts;
import dev.nexus.contract.ErrorCode;
import dev.nexus.contract.ErrorInfo;
import dev.nexus.contract.Fidelity;
import dev.nexus.contract.JobEvent.TaskProgress;
import dev.nexus.contract.JobId;
import dev.nexus.contract.LedgerEntry;
import dev.nexus.contract.Limits;
import dev.nexus.contract.ModelCall;
import dev.nexus.contract.ModelCharge;
import dev.nexus.contract.Terms;
import dev.nexus.contract.Usage;
import dev.nexus.model.Caller;
import dev.nexus.model.LanguageModel;
import dev.nexus.model.ModelEvent;
import dev.nexus.model.ModelException;
import dev.nexus.model.ModelReply;
import dev.nexus.model.ModelRequest;
import dev.nexus.model.Models;
import dev.nexus.model.Nonce;
import dev.nexus.model.OutputFormat;
import dev.nexus.model.PromptTemplate;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The hands of an attempt that is carried out here; used by its own thread only. */
final class RunningTask implements Task {

    private static final Logger log = LoggerFactory.getLogger(RunningTask.class);
    private static final Duration AGAIN = Duration.ofMillis(500);
    private static final Usage REUSED = new Usage(0, 1, 0, 0, BigDecimal.ZERO);

    private final Attempt attempt;
    private final Workbench bench;
    private final Terms.@Nullable Replay replay;
    private final @Nullable Replayed replayed;
    private Models.@Nullable Chosen chosen;
    private final Pace progressPace = new Pace(4, Duration.ofSeconds(1));
    private final Pace piecesPace = new Pace(1, Duration.ofSeconds(1));
    private int progressSent;
    private @Nullable String heldProgress;
    private int asked;
    private int charged;
    private List<LedgerEntry> recorded = List.of();
    private final Purse purse;
    private Fidelity fidelity = Fidelity.IMPLEMENTATION;

    RunningTask(Attempt attempt, @Nullable Terms terms, Workbench bench) {
        this.attempt = attempt;
        this.bench = bench;
        this.purse = new Purse(terms, attempt.number());
        this.replay = terms == null ? null : terms.replay();
        this.replayed = replay == null ? null : new Replayed(replay, attempt.task(), bench.modelCalls());
    }

    /**
     * What the attempt took; and what lost ones before it did, of which nobody else will tell. Blocks until that is known.
     */
    Usage usage() throws InterruptedException {
        if (!purse.knowsWhatWasSpent()) {
            readRecorded();
        }
        return purse.usage();
    }

    Fidelity fidelity() {
        return fidelity;
    }

    @Override
    public String model() {
        if (replay == null || replay.model() == null) {
            return bench.modelName();
        }
        try {
            return exchanged(replay.model()).name();
        } catch (ModelException e) {
            return replay.model(); // it can't be asked, which is said when it is to be
        }
    }

    private Models.Chosen exchanged(String name) throws ModelException {
        if (chosen == null) {
            chosen = bench.models().named(name);
        }
        return chosen;
    }

    private LanguageModel asking() throws ModelException {
        return replay == null || replay.model() == null
                ? bench.model()
                : exchanged(replay.model()).model();
    }

    /** The job that questions speak of: in a replay the first one, so that equal questions are equal. */
    private JobId asker() {
        return replay == null ? attempt.job() : replay.job();
    }

    @Override
    public ModelRequest question(
            PromptTemplate own, String name, Map<String, ?> values, OutputFormat format, int maxOutputTokens)
            throws TaskFailure {
        PromptTemplate prompt = replayed == null ? own : replayed.prompt(own, name);
        try {
            return prompt.render(values, format, maxOutputTokens);
        } catch (MustacheException e) {
            throw Replayed.unfit(name, String.valueOf(e.getMessage()));
        }
    }

    @Override
    public String nonce() {
        return Nonce.of(asker(), attempt.task());
    }

    @Override
    public void awaitClaim() throws InterruptedException {
        attempt.awaitWon();
        if (heldProgress != null) {
            progress(heldProgress);
        }
    }

    @Override
    public ModelReply ask(ModelRequest request) throws TaskFailure, InterruptedException {
        awaitClaim();
        asked++;
        String key = ModelCalls.key(asker(), attempt.task(), asked, model(), request);
        bench.claims().awaitPresent(attempt);
        awaitClaim(); // it may be lost by what was read now
        ModelCall before = recorded(key);
        ModelReply reply = before == null ? paidReply(key, request) : repeated(before);
        purse.pay(reply.usage());
        fidelity = fidelity.and(reply.fidelity());
        return reply;
    }

    /**
     * What an earlier attempt was answered, by now, or the job that this one replays; a first attempt that still counts
     * has none before it.
     */
    private @Nullable ModelCall recorded(String key) throws InterruptedException {
        if (attempt.number() > 1 && replyTo(key) == null) {
            readRecorded();
        }
        ModelCall own = replyTo(key);
        return own == null && replayed != null ? replayed.reply(key) : own;
    }

    /** Blocks until it is read. */
    private void readRecorded() throws InterruptedException {
        while (true) {
            try {
                recorded = bench.modelCalls()
                        .recorded(attempt.job(), attempt.task(), attempt.since().time());
                purse.takeOver(recorded);
                return;
            } catch (KafkaException e) {
                log.warn("what attempt {} takes over cannot be read yet: {}", attempt, e.toString());
                Thread.sleep(AGAIN);
            }
        }
    }

    private void charge(String model, String reason, Usage usage) {
        purse.pay(usage);
        charged++;
        var entry = new ModelCharge(attempt.task(), attempt.number(), asked, model, reason, usage);
        Durably.appendEvenIfInterrupted(() -> bench.modelCalls().charge(attempt.job(), entry, charged));
    }

    private @Nullable ModelCall replyTo(String key) {
        for (LedgerEntry entry : recorded) {
            if (entry instanceof ModelCall call && call.callKey().equals(key)) {
                return call;
            }
        }
        return null;
    }

    private ModelReply paidReply(String key, ModelRequest request) throws TaskFailure, InterruptedException {
        long started = System.nanoTime();
        ModelReply reply;
        try {
            reply = bench.telemetry().reply(asking(), model(), request, new Pieces());
        } catch (ModelException e) {
            throw new TaskFailure(e.error(), null);
        }
        Usage paid = atLeastOneCall(reply.usage());
        var call = new ModelCall(
                key,
                attempt.task(),
                attempt.number(),
                asked,
                reply.model(),
                request.promptVersion(),
                request.system(),
                request.messages(),
                reply.text(),
                reply.stop().wire(),
                paid,
                reply.fidelity(),
                Duration.ofNanos(System.nanoTime() - started).toMillis());
        try {
            Durably.appendEvenIfInterrupted(() -> bench.modelCalls().record(attempt.job(), call));
        } catch (RecordTooLargeException e) {
            charge(reply.model(), "too_large", paid);
            throw TaskFailure.of(
                    ErrorCode.TOO_LARGE, "a question and its answer are too large to be recorded on model-calls");
        }
        return new ModelReply(reply.model(), reply.text(), reply.stop(), paid, reply.fidelity());
    }

    private static Usage atLeastOneCall(Usage usage) {
        return usage.calls() > 0 ? usage : usage.counting(1, usage.reused());
    }

    private static ModelReply repeated(ModelCall call) {
        ModelReply.Stop stop = ModelReply.Stop.of(call.stop()).orElse(ModelReply.Stop.END); // a newer version's word
        return new ModelReply(call.model(), call.reply(), stop, REUSED, call.fidelity());
    }

    @Override
    public void progress(String message) {
        if (!attempt.isWon()) {
            heldProgress = message; // a worker that has lost would take the event id from the one that has won
            return;
        }
        heldProgress = null;
        if (progressPace.allows(System.nanoTime())) {
            progressSent++;
            String text = Text.first(Limits.PROGRESS_CHARS, message);
            var event = new TaskProgress(attempt.task(), attempt.number(), text);
            var _ = bench.events().append(attempt.job(), event, Integer.toString(progressSent));
        }
    }

    @Override
    public ArtefactRef save(String path, byte[] content) throws TaskFailure, InterruptedException {
        try {
            return Durably.append(() -> bench.artefacts().save(attempt.job(), attempt.task(), path, content));
        } catch (RecordTooLargeException e) {
            throw TaskFailure.of(
                    ErrorCode.TOO_LARGE, "the file '" + path + "' has " + content.length + " bytes, too many to keep");
        }
    }

    @Override
    public byte[] read(ArtefactRef ref) throws TaskFailure, InterruptedException {
        try {
            return bench.artefacts().read(ref);
        } catch (Artefacts.Gone e) {
            throw TaskFailure.of(ErrorCode.NOT_FOUND, String.valueOf(e.getMessage()));
        } catch (KafkaException e) {
            throw new TaskFailure(new ErrorInfo(ErrorCode.UNAVAILABLE, String.valueOf(e.getMessage()), true), null);
        }
    }

    @Override
    public void reused(Fidelity fidelity) {
        purse.pay(REUSED);
        this.fidelity = this.fidelity.and(fidelity);
    }

    /** Tells people now and then how much of an answer is there, and adds up what was paid without one. */
    private final class Pieces implements Caller {

        private int received;

        @Override
        public String group() {
            return attempt.job().value();
        }

        @Override
        public void reserve(String model, @Nullable BigDecimal worstCaseUsd) throws ModelException {
            purse.reserve(asked, model, worstCaseUsd);
        }

        @Override
        public void charge(String model, String reason, Usage estimated) {
            RunningTask.this.charge(model, reason, estimated);
        }

        @Override
        public void accept(ModelEvent event) {
            switch (event) {
                case ModelEvent.Delta(String text) -> {
                    received += text.length();
                    if (piecesPace.allows(System.nanoTime())) {
                        progress(received + " characters received");
                    }
                }
                case ModelEvent.Restart(String reason) -> {
                    received = 0;
                    progress("asking again: " + reason);
                }
            }
        }
    }
}
