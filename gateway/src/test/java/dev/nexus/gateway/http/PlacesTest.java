package dev.nexus.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;

/** Three places, two of them at most for one tenant, of whom two more may wait. */
class PlacesTest {

    private final Places places = new Places(3, 2, 2);
    private final List<String> reading = new ArrayList<>();
    private final List<String> refused = new ArrayList<>();

    @Test
    void aTenantCannotTakeAllOfThem() {
        open("a", "a1");
        open("a", "a2");
        open("a", "a3");

        open("b", "b1");

        assertThat(reading).containsExactly("a1", "a2", "b1");
    }

    @Test
    void whoeverWaitsHasHisTurnWhenOneOfHisOwnLeaves() {
        open("a", "a1");
        Disposable second = open("a", "a2");
        open("a", "a3");
        open("a", "a4");

        second.dispose();

        assertThat(reading).containsExactly("a1", "a3");
    }

    @Test
    void aPlaceOfAllGoesToTheFirstWhoMayHaveIt() {
        open("a", "a1");
        open("a", "a2");
        Disposable last = open("b", "b1");
        open("a", "a3");
        open("b", "b2");

        last.dispose();

        assertThat(reading).containsExactly("a1", "a2", "b2");
    }

    @Test
    void whoeverLeavesWhileWaitingTakesNoPlace() {
        Disposable first = open("a", "a1");
        open("a", "a2");
        open("a", "a3").dispose();
        open("a", "a4");

        first.dispose();

        assertThat(reading).containsExactly("a2", "a4");
    }

    @Test
    void moreThanMayWaitAreSentAway() {
        for (String name : List.of("a1", "a2", "a3", "a4", "a5")) {
            open("a", name);
        }

        assertThat(refused).containsExactly("a5");
    }

    @Test
    void whoeverIsOfNoTenantMayTakeAll() {
        open(null, "1");
        open(null, "2");
        open(null, "3");
        open(null, "4");

        assertThat(reading).containsExactly("1", "2", "3");
    }

    /** A stream that goes on until its reader leaves. */
    private Disposable open(@Nullable String tenant, String name) {
        Flux<byte[]> stream =
                Flux.<byte[]>never().doOnSubscribe(_ -> reading.add(name)).doOnCancel(() -> reading.remove(name));
        Flux<byte[]> refusal = Flux.just(name.getBytes(StandardCharsets.UTF_8)).doOnNext(_ -> refused.add(name));
        return places.held(tenant, stream, refusal).subscribe();
    }
}
