package dev.nexus.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What is found in expressions. */
class SelectorTest {

    @Test
    void namesLabelsAndGroupsAreFoundAndNothingElse() {
        List<Selector> found =
                Selector.in("histogram_quantile(0.95, sum by (le, kind) (rate(a_seconds_bucket{outcome=\"done\","
                        + " x!~\"b.*\"}[$__rate_interval]))) / on (kind) b_total > 2 and absent(c)");

        assertThat(found)
                .containsExactly(
                        new Selector(
                                "a_seconds_bucket",
                                List.of(
                                        new Selector.Condition("outcome", "=", "done"),
                                        new Selector.Condition("x", "!~", "b.*")),
                                Set.of("kind", "le")),
                        new Selector("b_total", List.of(), Set.of("kind", "le")),
                        new Selector("c", List.of(), Set.of("kind", "le")));
    }

    @Test
    void aSeriesHasTheNameTheLabelsAndWhatIsGroupedBy() {
        Selector selector = Selector.in("sum by (kind) (a{x=~\"b|c\"})").getFirst();
        Figures figures = Figures.read("""
            # HELP a for nothing
            a{kind="k",x="c"} 1.0
            a{kind="k",x="d"} 1.0
            a{x="c"} 1.0
            b{kind="k",x="c"} NaN
            """);

        assertThat(figures.all().stream().filter(selector::chooses))
                .containsExactly(figures.all().getFirst());
    }
}
