package dev.nexus.model;

import java.util.SortedSet;
import java.util.TreeSet;

/** Has one model, {@link OfflineModel}, which needs neither key nor network. */
final class OfflineProvider implements ModelProvider {

    static final String NAME = "offline";

    private final OfflineModel model;

    OfflineProvider(ModelSettings.Offline settings) {
        this.model = new OfflineModel(settings, Repertoire.load());
    }

    @Override
    public boolean isLive() {
        return false;
    }

    @Override
    public SortedSet<String> names() {
        var names = new TreeSet<String>();
        names.add(NAME);
        return names;
    }

    @Override
    public LanguageModel model(String name) {
        return model;
    }
}
