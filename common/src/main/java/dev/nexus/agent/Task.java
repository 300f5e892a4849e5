package dev.nexus.agent;

import dev.nexus.contract.ArtefactRef;
import dev.nexus.contract.Fidelity;
import dev.nexus.model.ModelReply;
import dev.nexus.model.ModelRequest;
import dev.nexus.model.OutputFormat;
import dev.nexus.model.PromptTemplate;
import java.util.Map;

/** The hands of a running attempt: all that an agent may do to the world. */
public interface Task {

    /** The model that is asked: the one that this agent was configured with, or that a replay has instead of it. */
    String model();

    /** Sixteen hex digits that no one outside can foresee the place of, the same in every attempt of this task. */
    String nonce();

    /**
     * Fills in a prompt.
     *
     * @param own the agent's own template; a replay may have another one
     * @param name of the prompt, by which a replay exchanges it
     * @throws TaskFailure if the template uses what is not among the values
     */
    ModelRequest question(
            PromptTemplate own, String name, Map<String, ?> values, OutputFormat format, int maxOutputTokens)
            throws TaskFailure;

    /**
     * Asks the model. Waits until the log shows that this attempt's claim has won, uses the recorded reply if an earlier
     * attempt got one, and records a new one before it returns it.
     *
     * @throws TaskFailure if the model gives no answer
     */
    ModelReply ask(ModelRequest request) throws TaskFailure, InterruptedException;

    /**
     * Waits until the log shows that this attempt's claim has won. Call it before any untrusted work; asking the model
     * does it by itself.
     *
     * @throws InterruptedException if the claim was lost
     */
    void awaitClaim() throws InterruptedException;

    /** Tells people what is going on; at most four a second get through, cut to 500 characters. */
    void progress(String message);

    /** Keeps a file of the job for good. */
    ArtefactRef save(String path, byte[] content) throws TaskFailure, InterruptedException;

    /**
     * The bytes of a file of the job.
     *
     * @throws TaskFailure if they have left the topic, or are not the ones that the reference names
     */
    byte[] read(ArtefactRef ref) throws TaskFailure, InterruptedException;

    /**
     * Counts a result that cost no call, because a cache had it.
     *
     * @param fidelity of the reply that the cached result was made from
     */
    void reused(Fidelity fidelity);
}
