package dev.nexus.gateway.drive;

import dev.nexus.gateway.intake.CommandReader;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/**
 * Commands whose job is not known yet, by offset. How long each one waits is measured on this process's own clock, from
 * when it was read here: no two machines' clocks are compared. Their number and bytes are bounded.
 */
final class HeldCommands {

    /** How long a command may wait for its job to appear. */
    static final Duration PATIENCE = Duration.ofMinutes(10);

    static final int MOST = 10_000;
    static final long MOST_BYTES = 16 * 1024 * 1024;

    private final TreeMap<Long, Held> commands = new TreeMap<>();
    private long bytes;

    /** @param since on the monotonic clock, in nanoseconds */
    record Held(ConsumerRecord<String, byte[]> record, CommandReader.Addressed command, long since) {

        private long bytes() {
            long headers = 0;
            for (var header : record.headers()) {
                headers += header.key().length() + (header.value() == null ? 0 : header.value().length);
            }
            return headers + Math.max(0, record.serializedKeySize()) + Math.max(0, record.serializedValueSize());
        }
    }

    void hold(ConsumerRecord<String, byte[]> record, CommandReader.Addressed command, long now) {
        Held held = new Held(record, command, now);
        if (commands.put(record.offset(), held) == null) {
            bytes += held.bytes();
        }
    }

    /** Takes out, in their order, those that {@code isDone}. */
    void removeIf(Predicate<Held> isDone) {
        for (Iterator<Held> all = commands.values().iterator(); all.hasNext(); ) {
            Held held = all.next();
            if (isDone.test(held)) {
                all.remove();
                bytes -= held.bytes();
            }
        }
    }

    /** Takes out those that have waited for too long, and the oldest of those that are too many. */
    List<Held> removeHopeless(long now) {
        List<Held> hopeless = new ArrayList<>();
        for (Held first = first(); first != null && isHopeless(first, now); first = first()) {
            commands.remove(first.record().offset());
            bytes -= first.bytes();
            hopeless.add(first);
        }
        return hopeless;
    }

    private boolean isHopeless(Held oldest, long now) {
        return now - oldest.since() > PATIENCE.toNanos() || commands.size() > MOST || bytes > MOST_BYTES;
    }

    private @Nullable Held first() {
        return commands.isEmpty() ? null : commands.firstEntry().getValue();
    }

    /** The offset of the oldest; null if there is none. */
    @Nullable
    Long firstOffset() {
        return commands.isEmpty() ? null : commands.firstKey();
    }

    boolean isEmpty() {
        return commands.isEmpty();
    }

    void clear() {
        commands.clear();
        bytes = 0;
    }
}
