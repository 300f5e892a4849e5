package dev.nexus.model;

import java.util.function.Consumer;

/** A model that answers a prompt. Blocking: one call holds one (virtual) thread; interrupting it ends the call. */
@FunctionalInterface
public interface LanguageModel {

    /**
     * Asks once.
     *
     * @param pieces takes the answer piece by piece while it comes, on the calling thread
     * @return the whole answer; it may be cut off, see {@link ModelReply#stop()}
     * @throws ModelException if there is no answer
     * @throws InterruptedException if the calling thread was interrupted; nothing is left running
     */
    ModelReply reply(ModelRequest request, Consumer<ModelEvent> pieces) throws ModelException, InterruptedException;
}
