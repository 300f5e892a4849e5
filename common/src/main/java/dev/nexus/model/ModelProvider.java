package dev.nexus.model;

import java.util.SortedSet;

/** Someone who has language models, each under a name of its own. */
public interface ModelProvider {

    /** Whether a call leaves this machine and costs money. */
    boolean isLive();

    /** The names by which {@code nexus.models.agents} may choose. */
    SortedSet<String> names();

    /** @param name one of {@link #names()} */
    LanguageModel model(String name);
}
