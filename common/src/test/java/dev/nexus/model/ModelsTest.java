package dev.nexus.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nexus.contract.Fidelity;
import dev.nexus.contract.Usage;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ModelsTest {

    private static final Map<String, ModelSettings.Provider> PROVIDERS = Map.of(
            "openai", Settings.provider(ModelSettings.Api.OPENAI, "https://openai.test/v1", "", "gpt-1"),
            "anthropic", Settings.provider(ModelSettings.Api.ANTHROPIC, "https://anthropic.test", "sk-2", "claude-1"),
            "gemini", Settings.provider(ModelSettings.Api.GEMINI, "https://gemini.test", "sk-3", "gemini-1"),
            "here", Settings.provider(ModelSettings.Api.OPENAI_COMPATIBLE, "http://127.0.0.1:11434/v1", "", ""));

    private final List<String> made = new ArrayList<>();

    @Test
    void everyAgentUsesTheOfflineModelByDefault() {
        Models models = models(false, Map.of());

        assertThat(List.of("planner", "builder", "tester"))
                .allSatisfy(agent -> assertThat(models.forAgent(agent).name()).isEqualTo("offline"));
    }

    @Test
    void oneKeyIsEnough() {
        Models models = models(true, Map.of());

        assertThat(models.forAgent("tester").name()).isEqualTo("anthropic/claude-1");
    }

    @Test
    void eachAgentMayHaveItsOwnModel() throws Exception {
        Models models = models(true, Map.of("builder", "gemini/gemini-2-pro", "planner", "offline"));

        assertThat(models.forAgent("builder").name()).isEqualTo("gemini/gemini-2-pro");
        assertThat(models.forAgent("planner").name()).isEqualTo("offline");
        assertThat(models.forAgent("builder")
                        .model()
                        .reply(AgentPrompts.plan("a stack"), new Listener())
                        .model())
                .isEqualTo("gemini/gemini-2-pro as gemini-2-pro");
    }

    @Test
    void aProviderAloneMeansItsOwnModel() throws Exception {
        Models models = models(true, Map.of());

        assertThat(models.named(" gemini ,anthropic/claude-2").name()).isEqualTo("gemini/gemini-1, anthropic/claude-2");
    }

    @Test
    void aModelIsMadeOnceForAllChains() throws Exception {
        Models models = models(true, Map.of());

        var first = models.named("gemini, anthropic");
        var second = models.named("anthropic,gemini");

        assertThat(first).isNotSameAs(second).isSameAs(models.named("gemini,  anthropic"));
        assertThat(made).containsExactlyInAnyOrder("anthropic/claude-1", "gemini/gemini-1");
    }

    @Test
    void liveWithoutAKeyEndsTheStart() {
        var keyless = Map.of("openai", Settings.provider(ModelSettings.Api.OPENAI, "https://openai.test", "", "gpt-1"));

        assertThatThrownBy(() -> new Models(Settings.of(true, Map.of(), keyless), this::live))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("no provider has a key")
                .hasMessageContaining("OPENAI_API_KEY")
                .hasMessageContaining("ENABLE_LIVE_LLM=false");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    openai/gpt-9    | nexus.models.agents.builder is 'openai/gpt-9': 'openai/gpt-9' cannot be asked: nexus.models.providers.openai.api-key (OPENAI_API_KEY) is missing
                    gpt-9           | nexus.models.agents.builder is 'gpt-9': there is no provider 'gpt-9'; use one of anthropic, gemini, here, offline, openai, or set nexus.models.providers.gpt-9.base-url
                    here            | nexus.models.agents.builder is 'here': 'here' names no model of its provider; use here/MODEL, or set nexus.models.providers.here.model
                    ,               | nexus.models.agents.builder is ',': no model is named; use provider/model, or offline
                    """)
    void aChoiceThatCannotBeMetEndsTheStart(String setting, String message) {
        assertThatThrownBy(() -> models(true, Map.of("builder", setting)))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage(message);
    }

    @Test
    void aLiveModelIsRefusedWhileLiveIsOff() {
        assertThatThrownBy(() -> models(false, Map.of("tester", "anthropic/claude-1")))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("nexus.models.agents.tester is 'anthropic/claude-1': 'anthropic/claude-1' is a live model,"
                        + " and ENABLE_LIVE_LLM is not true");
    }

    @Test
    void anUnknownAgentTypeIsNamed() {
        assertThatThrownBy(() -> models(false, Map.of("reviewer", "offline")))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("nexus.models.agents.reviewer")
                .hasMessageContaining("builder, planner, tester");
    }

    @Test
    void onlyAgentsHaveModels() {
        Models models = models(false, Map.of());

        assertThatThrownBy(() -> models.forAgent("gateway")).isInstanceOf(IllegalArgumentException.class);
    }

    private Models models(boolean live, Map<String, String> agents) {
        return new Models(Settings.of(live, agents, PROVIDERS), this::live);
    }

    private LanguageModel live(String name, String id, ModelSettings.Provider provider, Price price) {
        made.add(name);
        return (_, _) ->
                new ModelReply(name + " as " + id, "", ModelReply.Stop.END, Usage.NONE, Fidelity.IMPLEMENTATION);
    }
}
