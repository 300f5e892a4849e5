package dev.nexus.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.semconv.incubating.ErrorIncubatingAttributes;
import io.opentelemetry.semconv.incubating.GenAiIncubatingAttributes;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class GenAiConventionsTest {

    @Test
    void everyAttributeIsOneOfTheVersionThatIsTold() {
        List<AttributeKey<?>> published = Stream.concat(
                        keys(GenAiIncubatingAttributes.class), keys(ErrorIncubatingAttributes.class))
                .toList();

        assertThat(keys(GenAiConventions.class)).isNotEmpty().isSubsetOf(published);
    }

    @Test
    void theBucketsAreTheRecommendedOnes() {
        assertThat(GenAiConventions.tokenBuckets())
                .containsExactly(
                        1, 4, 16, 64, 256, 1024, 4096, 16384, 65536, 262144, 1048576, 4194304, 16777216, 67108864);
        assertThat(Arrays.stream(GenAiConventions.timeBuckets()).map(bound -> bound.toMillis() / 1e3))
                .containsExactly(
                        0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92);
    }

    private static Stream<AttributeKey<?>> keys(Class<?> names) {
        return Arrays.stream(names.getDeclaredFields())
                .filter(field -> Modifier.isStatic(field.getModifiers()) && field.getType() == AttributeKey.class)
                .map(GenAiConventionsTest::key);
    }

    private static AttributeKey<?> key(Field field) {
        try {
            return (AttributeKey<?>) field.get(null);
        } catch (IllegalAccessException e) {
            throw new IllegalStateException(e);
        }
    }
}
