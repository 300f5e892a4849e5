package dev.nexus.contract;

import java.lang.reflect.AnnotatedParameterizedType;
import java.lang.reflect.AnnotatedType;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Makes any contract record, with everything that its type allows: nothing, empty texts and lists, all of Unicode. */
final class RandomRecords {

    private static final List<String> TEXTS =
            List.of("", " ", "x", "ü\n\t\"\\", "\u2028", "🐍", "\u0000", "null", "{}", "a".repeat(300));

    private final Random random;

    RandomRecords(long seed) {
        this.random = new Random(seed);
    }

    Object next(Class<?> type) {
        List<Class<?>> leaves = ContractFiles.leaves(type)
                .filter(leaf -> leaf != JobEvent.Unrecognised.class)
                .toList();
        Class<?> record = pick(leaves);
        RecordComponent[] parts = record.getRecordComponents();
        try {
            var constructor = record.getDeclaredConstructor(
                    Arrays.stream(parts).map(RecordComponent::getType).toArray(Class<?>[]::new));
            return constructor.newInstance(Arrays.stream(parts)
                    .map(part -> value(part.getAnnotatedType()))
                    .toArray());
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("can't make a " + record, e);
        }
    }

    private @Nullable Object value(AnnotatedType annotated) {
        if (annotated.isAnnotationPresent(Nullable.class) && random.nextInt(3) == 0) {
            return null;
        }
        if (annotated instanceof AnnotatedParameterizedType generic) {
            Class<?> raw = (Class<?>) ((ParameterizedType) generic.getType()).getRawType();
            AnnotatedType[] arguments = generic.getAnnotatedActualTypeArguments();
            return raw == Map.class ? map(arguments[1]) : list(arguments[0]);
        }
        Class<?> type = (Class<?>) annotated.getType();
        if (type.isEnum()) {
            return pick(List.of(type.getEnumConstants()));
        }
        return switch (type.getSimpleName()) {
            case "String" -> pick(TEXTS);
            case "int", "Integer" -> random.nextInt();
            case "long", "Long" -> random.nextLong();
            case "double" -> random.nextDouble();
            case "boolean", "Boolean" -> random.nextBoolean();
            case "BigDecimal" -> BigDecimal.valueOf(random.nextInt(10_000), random.nextInt(10));
            case "Duration" -> Duration.ofMillis(random.nextLong(1_000_000_000L));
            case "Instant" -> Instant.ofEpochMilli(random.nextLong(4_000_000_000_000L));
            case "JobId" -> JobId.next(random.nextLong(1L << 48), random);
            case "TaskId" -> pick(List.of(TaskId.plan(), TaskId.tests(), TaskId.test(2), TaskId.build("a-1", 0)));
            default -> next(type);
        };
    }

    private List<?> list(AnnotatedType element) {
        return IntStream.range(0, random.nextInt(3))
                .mapToObj(_ -> value(element))
                .toList();
    }

    private Map<String, @Nullable Object> map(AnnotatedType values) {
        Map<String, @Nullable Object> map = new TreeMap<>();
        random.ints(random.nextInt(3), 0, TEXTS.size()).forEach(i -> map.put(TEXTS.get(i), value(values)));
        return map;
    }

    private <T> T pick(List<T> values) {
        return values.get(random.nextInt(values.size()));
    }
}
