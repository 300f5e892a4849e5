package dev.nexus.model;

/** A model that answers a prompt. Blocking: one call holds one (virtual) thread; interrupting it ends the call. */
@FunctionalInterface
public interface LanguageModel {

    /**
     * Asks once.
     *
     * @param caller takes the pieces of the answer, and pays
     * @return the whole answer; it may be cut off, see {@link ModelReply#stop()}
     * @throws ModelException if there is no answer
     * @throws InterruptedException if the calling thread was interrupted; nothing is left running
     */
    ModelReply reply(ModelRequest request, Caller caller) throws ModelException, InterruptedException;
}
