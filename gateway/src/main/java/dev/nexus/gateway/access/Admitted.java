package dev.nexus.gateway.access;

import java.time.Duration;
import java.util.function.BooleanSupplier;
import org.springframework.web.reactive.function.server.ServerRequest;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Who was let in, and whether they would be now: an answer can go on for longer than the key is good that it was asked for
 * with.
 */
public record Admitted(Caller caller, BooleanSupplier still) {

    /** The attribute of an exchange that holds it. */
    static final String ATTRIBUTE = Admitted.class.getName();

    private static final Duration LOOKED_AT_EVERY = Duration.ofSeconds(1);

    /** Completes, within a second, when who sent this request would not be let in any more. */
    public static Mono<Void> end(ServerRequest http) {
        return http.attribute(ATTRIBUTE).orElse(null) instanceof Admitted admitted
                ? Flux.interval(LOOKED_AT_EVERY)
                        .onBackpressureDrop()
                        .takeWhile(_ -> admitted.still().getAsBoolean())
                        .then()
                : Mono.never(); // nobody was asked for anything
    }
}
