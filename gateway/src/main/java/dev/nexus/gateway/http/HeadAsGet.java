package dev.nexus.gateway.http;

import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpMethod;
import org.springframework.stereotype.Component;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;
import reactor.core.publisher.Mono;

/** Answers HEAD as GET (RFC 9110, section 9.3.2); the server leaves the body out, and begins no stream. */
@Component
@Order(Ordered.HIGHEST_PRECEDENCE + 100)
final class HeadAsGet implements WebFilter {

    @Override
    public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
        if (!exchange.getRequest().getMethod().equals(HttpMethod.HEAD)) {
            return chain.filter(exchange);
        }
        return chain.filter(exchange.mutate()
                .request(exchange.getRequest().mutate().method(HttpMethod.GET).build())
                .build());
    }
}
