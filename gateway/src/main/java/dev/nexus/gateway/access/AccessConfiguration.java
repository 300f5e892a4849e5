package dev.nexus.gateway.access;

import static org.springframework.web.reactive.function.server.RequestPredicates.path;
import static org.springframework.web.reactive.function.server.RouterFunctions.route;

import dev.nexus.contract.ApiKey;
import dev.nexus.contract.ErrorCode;
import dev.nexus.contract.KafkaClients;
import dev.nexus.contract.Topics;
import java.time.Clock;
import org.apache.kafka.clients.producer.Producer;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;
import org.springframework.http.HttpHeaders;
import org.springframework.web.reactive.function.server.RouterFunction;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;

/** The door of the gateway, as the settings want it. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(SecuritySettings.class)
class AccessConfiguration {

    private final Clock clock = Clock.systemUTC();

    /** Before anything connects to anything. */
    @Bean
    Door door(SecuritySettings settings, Environment environment) {
        settings.requireDoor(environment.getProperty("server.address"));
        return new Door(settings.mode() == SecuritySettings.Mode.OFF);
    }

    @Bean
    Keys keys() {
        return new Keys();
    }

    @Bean(destroyMethod = "") // the lifecycle stops it, in its turn
    KeyReader keyReader(KafkaClients clients, Topics topics, Keys keys, SecuritySettings settings) {
        return new KeyReader(clients, topics, keys, settings.mode() == SecuritySettings.Mode.KEYS);
    }

    @Bean
    Sessions sessions(Keys keys, SecuritySettings settings) {
        return new Sessions(keys, settings.session().lifetime());
    }

    @Bean
    Audit audit(Producer<String, byte[]> producer, Topics topics) {
        return new Audit(producer, topics);
    }

    @Bean
    AnswerHeaders answerHeaders(SecuritySettings settings) {
        return new AnswerHeaders(settings.cors().origins());
    }

    @Bean
    AccessFilter accessFilter(
            SecuritySettings settings,
            Keys keys,
            KeyReader reader,
            Sessions sessions,
            Rates rates,
            Audit audit,
            Environment environment,
            ApplicationContext here) {
        Tokens tokens = settings.mode() == SecuritySettings.Mode.JWT
                ? Tokens.configured(environment, here, settings.jwt().tenantClaim(), clock)
                : null;
        return new AccessFilter(settings, keys, reader::isReady, sessions, tokens, rates, audit, clock, here);
    }

    /** {@code /session}: a browser gives its key once, and then has a cookie that no page can read. */
    @Bean
    RouterFunction<ServerResponse> session(Sessions sessions) {
        return route().POST("/session", http -> begin(http, sessions))
                .DELETE(
                        "/session",
                        http -> ServerResponse.noContent()
                                .cookie(Sessions.none(isSecure(http)))
                                .build())
                .route(
                        path("/session"),
                        _ -> Mono.error(
                                NotAdmitted.of(ErrorCode.METHOD_NOT_ALLOWED, "this path takes POST and DELETE")))
                .build();
    }

    private Mono<ServerResponse> begin(ServerRequest http, Sessions sessions) {
        Object key = http.attribute(AccessFilter.KEY).orElse(null);
        return key instanceof ApiKey held
                ? ServerResponse.noContent()
                        .cookie(sessions.cookie(held, clock.instant(), isSecure(http)))
                        .build()
                : Mono.error(NotAdmitted.of(
                        ErrorCode.NOT_FOUND, "there are sessions of keys alone; nexus.security.mode is not keys"));
    }

    private static boolean isSecure(ServerRequest http) {
        HttpHeaders headers = http.headers().asHttpHeaders();
        return "https".equals(http.uri().getScheme())
                || "https".equalsIgnoreCase(headers.getFirst("X-Forwarded-Proto"))
                || String.valueOf(headers.getFirst("Forwarded"))
                        .toLowerCase(java.util.Locale.ROOT)
                        .contains("proto=https");
    }
}
