package dev.nexus.bench.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class WorkloadTest {

    @Test
    void everyShapeComesThroughEveryDoorAndSomeAreCancelled() {
        List<Wish> wishes =
                IntStream.range(0, 300).mapToObj(i -> Workload.wish(3, i)).toList();

        assertThat(wishes.stream().filter(wish -> wish.cancelAfter() != null).count())
                .isBetween(8L, 40L);
        assertThat(wishes.stream().map(wish -> wish.shape() + " " + wish.door()).distinct())
                .hasSize(16);
    }

    @Test
    void theSameSeedAsksForTheSame() {
        assertThat(Workload.wish(3, 17)).isEqualTo(Workload.wish(3, 17)).isNotEqualTo(Workload.wish(4, 17));
    }
}
