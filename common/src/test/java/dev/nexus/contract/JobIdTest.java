package dev.nexus.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class JobIdTest {

    private static final long YEAR_10889 = (1L << 48) - 1; // the last moment that a UUIDv7 can tell

    @Test
    void aNewIdIsAUuidOfVersion7() {
        Random random = new Random(1);
        List<UUID> ids = Stream.generate(() -> JobId.next(random.nextLong(YEAR_10889), random))
                .limit(1000)
                .map(id -> UUID.fromString(id.value()))
                .toList();

        assertThat(ids)
                .allSatisfy(id -> assertThat(id.version()).isEqualTo(7))
                .allSatisfy(id -> assertThat(id.variant()).isEqualTo(2))
                .doesNotHaveDuplicates();
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1, 1_763_900_000_123L, YEAR_10889})
    void aNewIdTellsItsTime(long epochMillis) {
        JobId id = JobId.next(epochMillis, new Random(2));

        assertThat(UUID.fromString(id.value()).getMostSignificantBits() >>> 16).isEqualTo(epochMillis);
    }

    @Test
    void newIdsSortByTime() {
        Random random = new Random(3);
        List<JobId> inTime = random.longs(1000, 0, YEAR_10889)
                .distinct()
                .sorted()
                .mapToObj(time -> JobId.next(time, random))
                .toList();
        List<JobId> ids = new ArrayList<>(inTime);
        Collections.shuffle(ids, random);

        Collections.sort(ids);

        assertThat(ids).isEqualTo(inTime);
    }

    @Test
    void theSameRandomBitsGiveTheSameId() {
        JobId id = JobId.next(1_763_900_000_123L, new Random(4));

        assertThat(id).isEqualTo(JobId.next(1_763_900_000_123L, new Random(4)));
    }

    /** These ids are in logs: whatever changes them makes a second job of a repeated request. */
    @Test
    void derivedIdsNeverChange() {
        assertThat(JobId.ofIdempotencyKey("default", "order-7")).hasToString("109586f5-a020-8d06-8d4c-7b03de1d01ca");
        assertThat(JobId.ofIdempotencyKey("acme", "order-7")).hasToString("46f78eec-17ff-81d4-97aa-4c01613c7d98");
        assertThat(JobId.ofIdempotencyKey("default", "Bücher 📚")).hasToString("1967e768-5e37-8d1d-af57-704dd3537716");
        assertThat(JobId.ofRecord("job-requests", 3, 42)).hasToString("155ad2bf-3894-8fb3-b3d3-86508013609c");
    }

    @ParameterizedTest
    @MethodSource("derivedIds")
    void aDerivedIdIsAUuidOfVersion8(JobId id) {
        UUID uuid = UUID.fromString(id.value());

        assertThat(uuid.version()).isEqualTo(8);
        assertThat(uuid.variant()).isEqualTo(2);
    }

    @Test
    void whatDiffersHasAnotherDerivedId() {
        Stream<JobId> ids = derivedIds();

        assertThat(ids).doesNotHaveDuplicates();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "job",
                "1-1-1-1-1",
                "0198C5A2-7C00-7000-8000-000000000001",
                "0198c5a27c0070008000000000000001",
                "{0198c5a2-7c00-7000-8000-00000000001}",
                "0198c5a2-7c00-7000-8000-00000000000g",
                "0198c5a2-7c00-7000-8000-0000000000001",
                "0198c5a2-7c00-7000-80000-00000000001",
                " 0198c5a2-7c00-7000-8000-00000000001",
                "0198c5a2-7c00-7000-8000-000000000001\n",
                "٠198c5a2-7c00-7000-8000-000000000001",
                "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
            })
    void whatIsNoJobIdIsRefusedWithTheFormThatIsNeeded(String text) {
        assertThatThrownBy(() -> new JobId(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "'%s' is not a job id: give a UUID in lower case, such as"
                                + " 0198c5a2-7c00-7000-8000-000000000001",
                        text);
    }

    @Test
    void aLongTextIsNotRepeatedInFull() {
        String text = "a".repeat(10_000);

        assertThatThrownBy(() -> new JobId(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("'" + "a".repeat(64) + "…' is not a job id")
                .message()
                .hasSizeLessThan(200);
    }

    static Stream<JobId> derivedIds() {
        return Stream.of(
                JobId.ofIdempotencyKey("a", "b"),
                JobId.ofIdempotencyKey("b", "a"),
                JobId.ofIdempotencyKey("", "ab"),
                JobId.ofIdempotencyKey("ab", ""),
                JobId.ofRecord("a", 0, 0),
                JobId.ofRecord("a", 0, 1),
                JobId.ofRecord("a", 1, 0),
                JobId.ofRecord("b", 0, 0),
                JobId.ofRecord("a", 1, 11),
                JobId.ofRecord("a", 11, 1));
    }
}
