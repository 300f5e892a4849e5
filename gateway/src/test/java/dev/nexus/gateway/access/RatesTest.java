package dev.nexus.gateway.access;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.springframework.http.HttpHeaders;

class RatesTest {

    private final AtomicLong nanos = new AtomicLong();
    private final Quotas quotas = new Quotas(Map.of(
            "default", new TenantLimits(60, 5, null, null),
            "big", new TenantLimits(0, null, null, null)));
    private final Rates one = new Rates(quotas, nanos::get);
    private final Rates two = new Rates(quotas, nanos::get);

    @Test
    void aTenantHasItsOwnLimitOrElseTheDefault() {
        assertThat(quotas.requestsPerMinute("acme")).isEqualTo(60);
        assertThat(quotas.requestsPerMinute("big")).isZero();
        assertThat(quotas.openJobs("big")).isEqualTo(5);
        assertThat(quotas.runningTasks("big")).isZero();
    }

    @Test
    void soManyGoThroughAndThenOneASecond() {
        assertThat(letIn(one, "acme", 100)).isEqualTo(60);
        assertThat(one.take("acme")).isEqualTo(Duration.ofSeconds(1));

        nanos.addAndGet(Duration.ofSeconds(3).toNanos());

        assertThat(letIn(one, "acme", 100)).isEqualTo(3);
        assertThat(letIn(one, "other", 1)).isEqualTo(1);
    }

    @Test
    void withoutALimitAllGoThroughAndNothingIsTold() {
        HttpHeaders headers = new HttpHeaders();

        assertThat(letIn(one, "big", 1000)).isEqualTo(1000);
        one.tell("big", headers);

        assertThat(headers.isEmpty()).isTrue();
        assertThat(one.drain()).isEmpty();
    }

    @Test
    void whatOneLetInIsMissingAtTheOther() {
        letIn(one, "acme", 40);

        two.heard(one.drain());

        assertThat(letIn(two, "acme", 100)).isEqualTo(20);
    }

    /** Over ten minutes, with a heartbeat each second, both under more load than they may let in. */
    @Test
    void twoTogetherLetInAsManyAsOneWouldAndWhatComesInASecond() {
        int let = 0;
        for (int second = 0; second < 600; second++) {
            for (int i = 0; i < 10; i++) {
                let += letIn(one, "acme", 1) + letIn(two, "acme", 1);
                nanos.addAndGet(Duration.ofMillis(100).toNanos());
            }
            Map<String, Integer> ofOne = one.drain();
            one.heard(two.drain());
            two.heard(ofOne);
        }

        assertThat(let).isBetween(600, 660 + 30);
    }

    /** All of them are asked for as much as anyone may at the very beginning, before any has heard of another. */
    @Test
    void moreGatewaysLetInNoMoreThanWhatComesInTheFirstSecondBesides() {
        List<Rates> gateways =
                Stream.generate(() -> new Rates(quotas, nanos::get)).limit(8).toList();
        int let = 0;
        for (int second = 0; second < 600; second++) {
            for (Rates each : gateways) {
                let += letIn(each, "acme", 100);
            }
            List<Map<String, Integer>> told =
                    gateways.stream().map(Rates::drain).toList();
            for (int i = 0; i < told.size(); i++) {
                for (int j = 0; j < told.size(); j++) {
                    if (i != j) {
                        gateways.get(j).heard(told.get(i));
                    }
                }
            }
            nanos.addAndGet(Duration.ofSeconds(1).toNanos());
        }

        assertThat(let).isBetween(600, 660 + 8);
    }

    @Test
    void aCountThatIsWrongShutsNobodyOutForEver() {
        one.heard(Map.of("acme", Integer.MAX_VALUE));
        one.heard(Map.of("acme", Integer.MIN_VALUE));

        nanos.addAndGet(Duration.ofMinutes(101).toNanos());

        assertThat(letIn(one, "acme", 100)).isEqualTo(60);
    }

    @Test
    void whatCouldNotBeToldIsToldWithTheNext() {
        letIn(one, "acme", 2);
        Map<String, Integer> lost = one.drain();
        letIn(one, "acme", 3);
        one.putBack(lost);

        assertThat(one.drain()).isEqualTo(new HashMap<>(Map.of("acme", 5)));
    }

    @Test
    void theHeadersHaveTheFormOfTheDraft() {
        letIn(one, "acme", 10);
        HttpHeaders headers = new HttpHeaders();

        one.tell("acme", headers);

        assertThat(headers.getFirst("RateLimit-Policy")).isEqualTo("\"default\";q=60;w=60");
        assertThat(headers.getFirst("RateLimit")).isEqualTo("\"default\";r=50;t=10");
    }

    private static int letIn(Rates rates, String tenant, int times) {
        int let = 0;
        for (int i = 0; i < times; i++) {
            let += rates.take(tenant) == null ? 1 : 0;
        }
        return let;
    }
}
