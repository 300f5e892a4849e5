package dev.nexus.bench.chaos;

import dev.nexus.contract.KafkaClients;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Follows {@code job-events} while the run goes on, to know who has work and what is still open. It judges nothing. */
final class Watch implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(Watch.class);

    private final KafkaClients clients;
    private final String topic;
    private final Thread thread;
    private final Set<String> open = ConcurrentHashMap.newKeySet();
    private final Set<String> ended = ConcurrentHashMap.newKeySet();
    /** Claimed attempts, {@code job/task/attempt}, with the worker that won each. */
    private final Map<String, String> inHand = new ConcurrentHashMap<>();

    private final Map<TopicPartition, Long> positions = new HashMap<>();
    private final Set<String> claimed = new HashSet<>();
    private volatile boolean over;

    Watch(KafkaClients clients, String topic) {
        this.clients = clients;
        this.topic = topic;
        this.thread = Thread.ofPlatform().daemon().name("watch").start(this::run);
    }

    /** Jobs that are accepted and have no final event. */
    Set<String> open() {
        return Set.copyOf(open);
    }

    /** How many attempts a worker has in hand. */
    int inHandOf(String worker) {
        return (int) inHand.values().stream().filter(worker::equals).count();
    }

    private void run() {
        while (!over) {
            try (Consumer<String, byte[]> consumer = clients.consumer("watch", Map.of())) {
                List<TopicPartition> partitions = consumer.partitionsFor(topic).stream()
                        .map(info -> new TopicPartition(info.topic(), info.partition()))
                        .toList();
                consumer.assign(partitions);
                partitions.forEach(partition -> consumer.seek(partition, positions.getOrDefault(partition, 0L)));
                while (!over) {
                    consumer.poll(Duration.ofMillis(200)).forEach(record -> {
                        read(RawRecord.of(record));
                        positions.put(new TopicPartition(record.topic(), record.partition()), record.offset() + 1);
                    });
                }
            } catch (RuntimeException e) {
                log.info("the watch begins anew: {}", e.toString());
            }
        }
    }

    private void read(RawRecord record) {
        String job = record.key();
        if (ended.contains(job)) {
            return;
        }
        String[] fact = record.fact().split("/", -1);
        if (fact[0].equals("accepted")) {
            open.add(job);
        } else if (record.isFinal()) {
            open.remove(job);
            ended.add(job);
            inHand.keySet().removeIf(attempt -> attempt.startsWith(job + "/"));
        } else if (fact.length >= 3) {
            String task = job + "/" + fact[0] + "/";
            String attempt = task + fact[1];
            switch (fact[2]) {
                case "started" -> {
                    if (claimed.add(attempt) && fact.length > 3) {
                        inHand.put(attempt, fact[3]);
                    }
                }
                case "result", "released" -> inHand.remove(attempt);
                case "scheduled" -> inHand.keySet().removeIf(other -> other.startsWith(task));
                default -> {}
            }
        }
    }

    @Override
    public void close() {
        over = true;
        try {
            thread.join(Duration.ofSeconds(10));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
