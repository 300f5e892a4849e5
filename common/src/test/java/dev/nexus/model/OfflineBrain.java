package dev.nexus.model;

/** The offline model, without delay or faults, for whoever needs a model that answers at all. */
public final class OfflineBrain {

    private OfflineBrain() {}

    public static LanguageModel model() {
        return Offline.MODEL;
    }

    /** A request as a server has it that was asked over the network: the form of the answer shows in the prompt alone. */
    public static Caller nobody() {
        return new Listener();
    }
}
