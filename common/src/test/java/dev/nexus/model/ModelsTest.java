package dev.nexus.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nexus.contract.Fidelity;
import dev.nexus.contract.Usage;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class ModelsTest {

    private static final LanguageModel SOME = (request, pieces) ->
            new ModelReply("scripted", "", ModelReply.Stop.END, Usage.NONE, Fidelity.IMPLEMENTATION);

    @Test
    void everyAgentUsesTheOfflineModelByDefault() {
        Models models = new Models(settings(false, Map.of()));

        assertThat(List.of("planner", "builder", "tester"))
                .allSatisfy(agent -> assertThat(models.forAgent(agent).name()).isEqualTo("offline"));
    }

    @Test
    void eachAgentMayHaveItsOwnModel() {
        Models models = new Models(
                settings(true, Map.of("builder", "big-1")),
                List.of(new OfflineProvider(settings(false, Map.of()).offline()), new Live()));

        assertThat(models.forAgent("builder").name()).isEqualTo("big-1");
        assertThat(models.forAgent("builder").model()).isSameAs(SOME);
        assertThat(models.forAgent("planner").name()).isEqualTo("offline");
    }

    @Test
    void liveWithoutAProviderEndsTheStart() {
        assertThatThrownBy(() -> new Models(settings(true, Map.of())))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("no live model provider")
                .hasMessageContaining("ENABLE_LIVE_LLM=false");
    }

    @Test
    void aLiveModelIsUnknownWhileLiveIsOff() {
        ModelSettings settings = settings(false, Map.of("tester", "big-1"));

        assertThatThrownBy(() -> new Models(settings, List.of(new OfflineProvider(settings.offline()), new Live())))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("nexus.models.agents.tester is 'big-1', which no provider has; use one of offline");
    }

    @Test
    void anUnknownModelIsNamedWithItsSettingAndTheKnownOnes() {
        ModelSettings settings = settings(true, Map.of("planner", "gpt-0"));

        assertThatThrownBy(() -> new Models(settings, List.of(new OfflineProvider(settings.offline()), new Live())))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("nexus.models.agents.planner is 'gpt-0', which no provider has; use one of big-1, offline");
    }

    @Test
    void anUnknownAgentTypeIsNamed() {
        assertThatThrownBy(() -> new Models(settings(false, Map.of("reviewer", "offline"))))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("nexus.models.agents.reviewer")
                .hasMessageContaining("builder, planner, tester");
    }

    @Test
    void onlyAgentsHaveModels() {
        Models models = new Models(settings(false, Map.of()));

        assertThatThrownBy(() -> models.forAgent("gateway")).isInstanceOf(IllegalArgumentException.class);
    }

    private static ModelSettings settings(boolean live, Map<String, String> agents) {
        return Settings.of(live, agents, Map.of());
    }

    private static final class Live implements ModelProvider {
        @Override
        public boolean isLive() {
            return true;
        }

        @Override
        public SortedSet<String> names() {
            return new TreeSet<>(List.of("big-1"));
        }

        @Override
        public LanguageModel model(String name) {
            return SOME;
        }
    }
}
