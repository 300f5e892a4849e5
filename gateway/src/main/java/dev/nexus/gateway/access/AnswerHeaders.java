package dev.nexus.gateway.access;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.HttpStatus;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;
import reactor.core.publisher.Mono;

/** What every answer tells browsers: to trust no page of others, to keep nothing, and which origins may read it (CORS). */
@Order(Ordered.HIGHEST_PRECEDENCE + 10)
final class AnswerHeaders implements WebFilter {

    private static final Map<String, String> ALWAYS = Map.of(
            "X-Content-Type-Options", "nosniff",
            "Referrer-Policy", "no-referrer",
            "X-Frame-Options", "DENY",
            "Content-Security-Policy",
                    "default-src 'self'; base-uri 'none'; object-src 'none'; form-action 'self'; frame-ancestors 'none'");
    private static final String EXPOSED =
            "Location, ETag, Link, Retry-After, RateLimit, RateLimit-Policy, Preference-Applied, WWW-Authenticate";
    private static final String TAKEN =
            "Authorization, Content-Type, Last-Event-ID, Idempotency-Key, If-None-Match, Prefer";
    private static final String PREFLIGHT_KEPT = "600"; // seconds

    private final Set<String> origins;

    AnswerHeaders(List<String> origins) {
        this.origins = Set.copyOf(origins);
    }

    @Override
    public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
        ServerHttpRequest request = exchange.getRequest();
        HttpHeaders answer = exchange.getResponse().getHeaders();
        exchange.getResponse().beforeCommit(() -> {
            ALWAYS.forEach((name, value) -> setIfAbsent(answer, name, value));
            if (!AccessFilter.isPublic(request)) {
                setIfAbsent(
                        answer, HttpHeaders.CACHE_CONTROL, answer.getETag() == null ? "no-store" : "private, no-cache");
            }
            return Mono.empty();
        });
        String origin = request.getHeaders().getOrigin();
        if (!origins.isEmpty()) {
            answer.add(HttpHeaders.VARY, HttpHeaders.ORIGIN);
        }
        if (origin != null && origins.contains(origin)) {
            answer.set(HttpHeaders.ACCESS_CONTROL_ALLOW_ORIGIN, origin);
            answer.set(HttpHeaders.ACCESS_CONTROL_ALLOW_CREDENTIALS, "true");
            answer.set(HttpHeaders.ACCESS_CONTROL_EXPOSE_HEADERS, EXPOSED);
        }
        if (!isPreflight(request)) {
            return chain.filter(exchange);
        }
        if (answer.getAccessControlAllowOrigin() != null) {
            answer.set(HttpHeaders.ACCESS_CONTROL_ALLOW_METHODS, "GET, HEAD, POST, PUT, PATCH, DELETE");
            answer.set(HttpHeaders.ACCESS_CONTROL_ALLOW_HEADERS, TAKEN);
            answer.set(HttpHeaders.ACCESS_CONTROL_MAX_AGE, PREFLIGHT_KEPT);
        }
        exchange.getResponse().setStatusCode(HttpStatus.NO_CONTENT);
        return exchange.getResponse().setComplete();
    }

    /** What a browser asks before a request of another origin's page; it never has a key. */
    private static boolean isPreflight(ServerHttpRequest request) {
        return HttpMethod.OPTIONS.equals(request.getMethod())
                && request.getHeaders().getOrigin() != null
                && request.getHeaders().getFirst(HttpHeaders.ACCESS_CONTROL_REQUEST_METHOD) != null;
    }

    private static void setIfAbsent(HttpHeaders headers, String name, String value) {
        if (headers.getFirst(name) == null) {
            headers.set(name, value);
        }
    }
}
