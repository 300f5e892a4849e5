package dev.nexus.model;

/** What an event of a provider's answer means, the same for all providers. */
sealed interface Sign {

    /** More of the answer. */
    record Text(String delta) implements Sign {}

    /** The model is at work on what is no part of the answer. */
    record Thought() implements Sign {}

    /** What the call took so far; later counts replace earlier ones. */
    record Count(Tokens tokens) implements Sign {}

    /** Why the answer ends; of several, the gravest holds. */
    record Stop(ModelReply.Stop why) implements Sign {}

    /** Nothing comes after this. */
    record End() implements Sign {}

    /** There will be no answer. */
    record Failure(ProviderError error) implements Sign {}
}
