package dev.nexus.model;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.nexus.contract.CannotStart;
import dev.nexus.contract.ErrorCode;
import dev.nexus.contract.ErrorInfo;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;

/** The models by name, and that of each agent type, chosen once at start; a choice that cannot be met ends the start. */
public final class Models {

    static final String OFFLINE = "offline";

    private static final SortedSet<String> AGENTS = new TreeSet<>(List.of("planner", "builder", "tester"));

    /** In this order it is looked for a provider where no setting names one; others follow by name. */
    private static final List<String> FIRST = List.of("openai", "anthropic", "gemini");

    private static final String SETTING = "nexus.models.agents.";

    private static final Duration AGES = Duration.ofDays(1);

    /** Replays may name any model: those that were not named for long are forgotten, with what is known of their failures. */
    private static final int REMEMBERED = 1_000;

    private final ModelSettings settings;
    private final LiveModels live;
    private final Prices prices;
    private final LanguageModel offline;
    private final Map<String, Gate> gates = new ConcurrentHashMap<>();
    private final Cache<String, Chain.Link> links =
            Caffeine.newBuilder().maximumSize(REMEMBERED).build();
    private final Cache<String, Chosen> chosen =
            Caffeine.newBuilder().maximumSize(REMEMBERED).build();

    /**
     * A model, or a chain of them.
     *
     * @param name as it was asked for
     */
    public record Chosen(String name, LanguageModel model) {}

    /** @throws CannotStart if the settings ask for what cannot be met, naming setting and remedy */
    public static Models of(ModelSettings settings) {
        return new Models(settings, new HttpModels(settings.timing(), settings.retry()));
    }

    Models(ModelSettings settings, LiveModels live) {
        this.settings = settings;
        this.live = live;
        this.prices = Prices.with(settings.prices());
        this.offline = new OfflineModel(settings.offline(), Repertoire.load());
        for (String agent : settings.agents().keySet()) {
            if (!AGENTS.contains(agent)) {
                throw new CannotStart(
                        SETTING + agent + " names no agent type; use one of " + String.join(", ", AGENTS));
            }
        }
        for (String agent : AGENTS) {
            forAgent(agent);
        }
    }

    /**
     * The model of an agent type.
     *
     * @param agent {@code planner}, {@code builder} or {@code tester}
     * @throws CannotStart if its setting cannot be met; not after the start
     */
    public Chosen forAgent(String agent) {
        if (!AGENTS.contains(agent)) {
            throw new IllegalArgumentException("there is no agent type '" + agent + "'");
        }
        String setting = settings.agents().getOrDefault(agent, "");
        try {
            return named(setting.isBlank() ? byDefault() : setting);
        } catch (ModelException e) {
            String message =
                    e.error().message(); // all that there is to say: whoever reports a failed start tells causes alone
            throw new CannotStart(setting.isBlank() ? message : SETTING + agent + " is '" + setting + "': " + message);
        }
    }

    /**
     * A model by its name.
     *
     * @param name {@code offline}, {@code provider/model}, a provider alone for its own model, or several of these with commas
     *     between them, which are asked in turn
     * @throws ModelException if there is none, saying which setting is missing
     */
    public Chosen named(String name) throws ModelException {
        String tidy = String.join(", ", parts(name));
        Chosen known = chosen.getIfPresent(tidy);
        if (known != null) {
            return known;
        }
        List<Chain.Link> chain = new ArrayList<>();
        for (String part : parts(name)) {
            if (part.equals(OFFLINE)) {
                chain.add(links.get(part, _ -> new Chain.Link(OFFLINE, offline, breaker(OFFLINE))));
            } else {
                chain.add(link(part));
            }
        }
        if (chain.isEmpty()) {
            throw unknown("no model is named; use provider/model, or " + OFFLINE);
        }
        boolean alone = chain.size() == 1 && tidy.equals(OFFLINE);
        // A provider alone means its own model, and is recorded as that.
        String names = String.join(", ", chain.stream().map(Chain.Link::name).toList());
        Chosen made = new Chosen(
                names,
                alone ? offline : new Chain(chain, settings.breaker().pause().multipliedBy(2)));
        chosen.put(tidy, made);
        return made;
    }

    private static List<String> parts(String name) {
        return Arrays.stream(name.split(","))
                .map(String::strip)
                .filter(part -> !part.isEmpty())
                .toList();
    }

    private String byDefault() throws ModelException {
        if (!settings.live()) {
            return OFFLINE;
        }
        List<String> candidates = new ArrayList<>(FIRST);
        new TreeSet<>(settings.providers().keySet())
                .stream().filter(name -> !FIRST.contains(name)).forEach(candidates::add);
        Optional<String> first = candidates.stream()
                .filter(name -> {
                    ModelSettings.Provider provider = settings.providers().get(name);
                    return provider != null
                            && provider.isSetUp()
                            && !provider.model().isBlank();
                })
                .findFirst();
        return first.orElseThrow(() ->
                unknown("ENABLE_LIVE_LLM is true, but no provider has a key: set OPENAI_API_KEY, ANTHROPIC_API_KEY"
                        + " or GEMINI_API_KEY, or OPENAI_COMPATIBLE_BASE_URL with OPENAI_COMPATIBLE_MODEL, in the"
                        + " environment or in .env; or ENABLE_LIVE_LLM=false for the offline model"));
    }

    private Chain.Link link(String part) throws ModelException {
        int slash = part.indexOf('/');
        String name = slash < 0 ? part : part.substring(0, slash);
        ModelSettings.Provider provider = settings.providers().get(name);
        if (provider == null) {
            SortedSet<String> known = new TreeSet<>(settings.providers().keySet());
            known.add(OFFLINE);
            throw unknown("there is no provider '" + name + "'; use one of " + String.join(", ", known)
                    + ", or set nexus.models.providers." + name + ".base-url");
        }
        if (!settings.live()) {
            throw unknown("'" + part + "' is a live model, and ENABLE_LIVE_LLM is not true");
        }
        if (!provider.isSetUp()) {
            throw unknown("'" + part + "' cannot be asked: " + missing(name, provider) + " is missing");
        }
        String id = slash < 0 ? provider.model() : part.substring(slash + 1);
        if (id.isBlank()) {
            throw unknown("'" + part + "' names no model of its provider; use " + name
                    + "/MODEL, or set nexus.models.providers." + name + ".model");
        }
        return links.get(name + "/" + id, full -> {
            Gate gate = gates.computeIfAbsent(
                    name, _ -> new Gate(provider.concurrency(), provider.tokensPerMinute(), System::nanoTime));
            LanguageModel model = live.model(full, id, provider, prices.of(full));
            return new Chain.Link(full, new Gated(model, gate), breaker(full));
        });
    }

    private static String missing(String name, ModelSettings.Provider provider) {
        String setting = "nexus.models.providers." + name;
        if (provider.baseUrl().isBlank()) {
            return setting + ".base-url";
        }
        return FIRST.contains(name)
                ? setting + ".api-key (" + name.toUpperCase(Locale.ROOT) + "_API_KEY)"
                : setting + ".api-key";
    }

    private CircuitBreaker breaker(String name) {
        return breaker(name, settings.breaker());
    }

    static CircuitBreaker breaker(String name, ModelSettings.Breaker settings) {
        return CircuitBreaker.of(
                name,
                CircuitBreakerConfig.custom()
                        .slidingWindowSize(settings.calls())
                        .minimumNumberOfCalls(settings.calls())
                        .failureRateThreshold(settings.failedPercent())
                        .waitDurationInOpenState(settings.pause())
                        .permittedNumberOfCallsInHalfOpenState(2)
                        .slowCallDurationThreshold(AGES) // a long answer is no failure
                        .build());
    }

    private static ModelException unknown(String message) {
        return new ModelException(new ErrorInfo(ErrorCode.INVALID_REQUEST, message, false));
    }
}
