package dev.nexus.model;

import org.jspecify.annotations.Nullable;

/** Makes the models of providers. */
@FunctionalInterface
interface LiveModels {

    /**
     * A model, as it is behind its provider's protocol; nothing is connected yet.
     *
     * @param name as {@code provider/model}
     * @param id the provider's own name of the model
     * @param price null if it is not known
     */
    LanguageModel model(String name, String id, ModelSettings.Provider provider, @Nullable Price price);
}
