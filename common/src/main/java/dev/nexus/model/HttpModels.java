package dev.nexus.model;

import dev.nexus.model.LiveModel.Endpoint;
import dev.nexus.model.ModelSettings.Retry;
import dev.nexus.model.ModelSettings.Timing;
import org.jspecify.annotations.Nullable;
import org.springframework.web.reactive.function.client.WebClient;

/** Models behind HTTP, each spoken to in the protocol of its provider. */
record HttpModels(Timing timing, Retry retry, WebClient client) implements LiveModels {

    HttpModels(Timing timing, Retry retry) {
        this(timing, retry, LiveModel.client(timing.connect()));
    }

    @Override
    public LanguageModel model(String name, String id, ModelSettings.Provider provider, @Nullable Price price) {
        String who = name.substring(0, name.length() - id.length() - 1);
        Endpoint endpoint = new Endpoint(who, id, wire(provider), provider.baseUrl(), provider.key());
        return new LiveModel(endpoint, timing, retry, price, client);
    }

    private static Wire wire(ModelSettings.Provider provider) {
        return switch (provider.api()) {
            case OPENAI -> new OpenAiResponses();
            case ANTHROPIC -> new AnthropicMessages(provider.version());
            case GEMINI -> new GeminiContent();
            case OPENAI_COMPATIBLE -> new ChatCompletions(provider.json());
        };
    }
}
