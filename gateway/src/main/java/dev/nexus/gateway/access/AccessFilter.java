package dev.nexus.gateway.access;

import dev.nexus.contract.ApiKey;
import dev.nexus.contract.ErrorCode;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.context.ApplicationContext;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpCookie;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;
import reactor.core.publisher.Mono;

/** Asks who sends a request before anything else is done with it, and whether that is not too often. */
@Order(Ordered.HIGHEST_PRECEDENCE + 20)
final class AccessFilter implements WebFilter {

    /** The attribute of an exchange that holds the key that it came with. */
    static final String KEY = AccessFilter.class.getName() + ".key";

    private static final Set<String> PUBLIC = Set.of(
            "/health",
            "/health/live",
            "/health/ready",
            "/version",
            "/openapi.json",
            "/asyncapi.json",
            "/docs",
            "/docs.js",
            "/docs.css",
            "/",
            "/favicon.svg");
    private static final Set<HttpMethod> HARMLESS = Set.of(HttpMethod.GET, HttpMethod.HEAD, HttpMethod.OPTIONS);
    private static final String SCHEME = "bearer ";

    private final SecuritySettings settings;
    private final Keys keys;
    private final BooleanSupplier keysKnown;
    private final Sessions sessions;
    private final @Nullable Tokens tokens;
    private final Rates rates;
    private final Audit audit;
    private final Clock clock;
    private final ApplicationContext here;

    /**
     * @param tokens null where none are taken
     * @param here what it is a part of: the port for figures is of another context, which takes over its filters
     */
    AccessFilter(
            SecuritySettings settings,
            Keys keys,
            BooleanSupplier keysKnown,
            Sessions sessions,
            @Nullable Tokens tokens,
            Rates rates,
            Audit audit,
            Clock clock,
            ApplicationContext here) {
        this.settings = settings;
        this.keys = keys;
        this.keysKnown = keysKnown;
        this.sessions = sessions;
        this.tokens = tokens;
        this.rates = rates;
        this.audit = audit;
        this.clock = clock;
        this.here = here;
    }

    /** Whether anyone may read it: how the API is used, and whether it is there. */
    static boolean isPublic(ServerHttpRequest request) {
        String path = request.getPath().value();
        return PUBLIC.contains(path) || path.startsWith("/assets/");
    }

    @Override
    public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
        ServerHttpRequest request = exchange.getRequest();
        boolean leaving = HttpMethod.DELETE.equals(request.getMethod())
                && request.getPath().value().equals("/session");
        if (!here.equals(exchange.getApplicationContext())) {
            return chain.filter(exchange);
        }
        if (isPublic(request) || leaving) { // to drop a cookie takes no right
            if (settings.mode() == SecuritySettings.Mode.OFF) {
                exchange.getAttributes().put(Caller.ATTRIBUTE, Caller.ANYONE);
            }
            return chain.filter(exchange);
        }
        return Mono.defer(() -> admitted(exchange))
                .flatMap(admitted -> {
                    Caller caller = admitted.caller();
                    exchange.getAttributes().put(Caller.ATTRIBUTE, caller);
                    if (settings.mode() != SecuritySettings.Mode.OFF) {
                        exchange.getAttributes().put(Admitted.ATTRIBUTE, admitted);
                    }
                    Duration wait = rates.take(caller.tenant());
                    rates.tell(caller.tenant(), exchange.getResponse().getHeaders());
                    return wait == null ? chain.filter(exchange) : Mono.error(rates.refusal(caller.tenant(), wait));
                })
                .doOnError(NotAdmitted.class, why -> refused(exchange, why));
    }

    private Mono<Admitted> admitted(ServerWebExchange exchange) {
        if (settings.mode() == SecuritySettings.Mode.OFF) {
            return Mono.just(new Admitted(Caller.ANYONE, () -> true));
        }
        String bearer = bearer(exchange.getRequest());
        if (tokens != null) {
            return bearer == null ? Mono.error(nobody("token")) : tokens.admitted(bearer);
        }
        if (!keysKnown.getAsBoolean()) {
            return Mono.error(NotAdmitted.later(
                    ErrorCode.UNAVAILABLE,
                    "the gateway still reads the keys; try again in a moment",
                    Duration.ofSeconds(2)));
        }
        Admitted admitted = bearer == null ? bySession(exchange) : byKey(bearer, exchange);
        ApiKey key = exchange.getAttribute(KEY);
        if (key != null) {
            audit.used(key.tenant(), key.id());
        }
        return Mono.just(admitted);
    }

    private Admitted byKey(String bearer, ServerWebExchange exchange) {
        Credential shown = Credential.read(bearer)
                .orElseThrow(() -> NotAdmitted.invalid("this is no key; one has the form nxs_<id>_<secret>"));
        ApiKey known = keys.find(shown.id());
        if (known != null) {
            exchange.getAttributes().put(KEY, known);
        }
        return admitted(() -> keys.caller(shown, clock.instant()));
    }

    /** What they ask for must be the same as before: a key may be there still, and have lost a right. */
    private static Admitted admitted(Supplier<Caller> asking) {
        Caller caller = asking.get();
        return new Admitted(caller, () -> {
            try {
                return asking.get().equals(caller);
            } catch (NotAdmitted e) {
                return false;
            }
        });
    }

    private Admitted bySession(ServerWebExchange exchange) {
        ServerHttpRequest request = exchange.getRequest();
        HttpCookie cookie = request.getCookies().getFirst(Sessions.COOKIE);
        if (cookie == null || request.getPath().value().equals("/session")) {
            throw nobody("key");
        }
        ApiKey key = sessions.key(cookie.getValue(), clock.instant());
        exchange.getAttributes().put(KEY, key);
        Admitted admitted =
                admitted(() -> Keys.valid(sessions.key(cookie.getValue(), clock.instant()), clock.instant()));
        if (!HARMLESS.contains(request.getMethod()) && !isOfOurPages(request)) {
            throw NotAdmitted.forbidden(
                    "a session changes things for pages of the same origin alone; send a key in the header Authorization");
        }
        return admitted;
    }

    /** A browser says whose page it was that made it send the cookie; without a word it is taken for another's. */
    private boolean isOfOurPages(ServerHttpRequest request) {
        HttpHeaders headers = request.getHeaders();
        String origin = headers.getOrigin();
        if (origin != null && settings.cors().origins().contains(origin)) {
            return true;
        }
        String site = headers.getFirst("Sec-Fetch-Site");
        if (site != null) {
            return site.equals("same-origin");
        }
        String host = headers.getFirst(HttpHeaders.HOST);
        try {
            return origin != null
                    && host != null
                    && host.equalsIgnoreCase(URI.create(origin).getRawAuthority());
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private static NotAdmitted nobody(String what) {
        return NotAdmitted.anonymous("this needs a " + what + "; send it in the header Authorization: Bearer …");
    }

    /** Null if there is none, or something else. */
    private static @Nullable String bearer(ServerHttpRequest request) {
        List<String> given = request.getHeaders().getOrEmpty(HttpHeaders.AUTHORIZATION);
        if (given.size() > 1) {
            throw NotAdmitted.invalid("the header Authorization is given more than once; send one");
        }
        return given.isEmpty() || !given.getFirst().regionMatches(true, 0, SCHEME, 0, SCHEME.length())
                ? null
                : given.getFirst().substring(SCHEME.length()).strip();
    }

    private void refused(ServerWebExchange exchange, NotAdmitted why) {
        if (why.code() != ErrorCode.UNAUTHORIZED && why.code() != ErrorCode.FORBIDDEN) {
            return; // it is known, and only too early
        }
        ApiKey key = exchange.getAttribute(KEY);
        ServerHttpRequest request = exchange.getRequest();
        audit.refused(
                key == null ? null : key.tenant(),
                key == null ? null : key.id(),
                why.detail(),
                request.getMethod().name(),
                request.getPath().value());
    }
}
