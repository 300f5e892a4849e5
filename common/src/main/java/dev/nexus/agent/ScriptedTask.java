package dev.nexus.agent;

import dev.nexus.contract.ArtefactRef;
import dev.nexus.contract.ErrorCode;
import dev.nexus.contract.Fidelity;
import dev.nexus.contract.Usage;
import dev.nexus.model.ModelReply;
import dev.nexus.model.ModelRequest;
import dev.nexus.model.OutputFormat;
import dev.nexus.model.PromptTemplate;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A {@link Task} in memory, for the tests of agents: the model answers from a script, files stay in a map. */
public final class ScriptedTask implements Task {

    private final Deque<ModelReply> script = new ArrayDeque<>();
    private final List<ModelRequest> asked = new ArrayList<>();
    private final List<String> progress = new ArrayList<>();
    private final Map<String, byte[]> files = new LinkedHashMap<>();
    private final Map<String, PromptTemplate> prompts = new HashMap<>();
    private final List<Fidelity> reused = new ArrayList<>();
    private String nonce = "0123456789abcdef";
    private boolean claimAwaited;

    /** The model will give these whole answers, in turn. */
    public ScriptedTask(String... answers) {
        for (String answer : answers) {
            then(answer, ModelReply.Stop.END);
        }
    }

    /** The model will give this answer next. */
    public ScriptedTask then(String answer, ModelReply.Stop stop) {
        return then(new ModelReply("scripted", answer, stop, Usage.NONE, Fidelity.IMPLEMENTATION));
    }

    /** The model will give this reply next. */
    public ScriptedTask then(ModelReply reply) {
        script.add(reply);
        return this;
    }

    /** Makes it another task, with a nonce of its own. */
    public ScriptedTask withNonce(String nonce) {
        this.nonce = nonce;
        return this;
    }

    /** Exchanges a prompt, as a replay does. */
    public ScriptedTask with(String name, PromptTemplate prompt) {
        prompts.put(name, prompt);
        return this;
    }

    /** Puts a file into the job. */
    public ArtefactRef given(String path, String content) {
        return keep(path, content.getBytes(StandardCharsets.UTF_8));
    }

    /** What the model was asked, in order. */
    public List<ModelRequest> asked() {
        return asked;
    }

    public List<String> progress() {
        return progress;
    }

    /** Path to content of every file, given or saved. */
    public Map<String, String> files() {
        Map<String, String> texts = new LinkedHashMap<>();
        files.forEach((path, bytes) -> texts.put(path, new String(bytes, StandardCharsets.UTF_8)));
        return texts;
    }

    public boolean claimAwaited() {
        return claimAwaited;
    }

    /** The fidelity of each result that came from a cache. */
    public List<Fidelity> reused() {
        return reused;
    }

    @Override
    public String model() {
        return "scripted";
    }

    @Override
    public String nonce() {
        return nonce;
    }

    @Override
    public ModelRequest question(
            PromptTemplate own, String name, Map<String, ?> values, OutputFormat format, int maxOutputTokens) {
        return prompts.getOrDefault(name, own).render(values, format, maxOutputTokens);
    }

    @Override
    public ModelReply ask(ModelRequest request) throws TaskFailure {
        asked.add(request);
        ModelReply next = script.poll();
        if (next == null) {
            throw TaskFailure.of(ErrorCode.MODEL_UNAVAILABLE, "the script has no answer to call " + asked.size());
        }
        return next;
    }

    @Override
    public void awaitClaim() {
        claimAwaited = true;
    }

    @Override
    public void progress(String message) {
        progress.add(message);
    }

    @Override
    public ArtefactRef save(String path, byte[] content) {
        return keep(path, content);
    }

    private ArtefactRef keep(String path, byte[] content) {
        files.put(path, content);
        return new ArtefactRef(path, Integer.toHexString(Arrays.hashCode(content)), content.length, 0, files.size());
    }

    @Override
    public byte[] read(ArtefactRef ref) {
        byte[] content = files.get(ref.path());
        if (content == null) {
            throw new IllegalArgumentException("the test gave no file " + ref.path());
        }
        return content;
    }

    @Override
    public void reused(Fidelity fidelity) {
        reused.add(fidelity);
    }
}
