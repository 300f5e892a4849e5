package dev.nexus.contract;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.KafkaShareConsumer;
import org.apache.kafka.clients.consumer.ShareConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.config.SslConfigs;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.kafka.autoconfigure.KafkaProperties;
import org.springframework.boot.kafka.autoconfigure.SslBundleSslEngineFactory;
import org.springframework.boot.ssl.SslBundle;
import org.springframework.boot.ssl.SslBundles;

/** Makes every Kafka client, with the address and security of {@code spring.kafka.*} and the settings Nexus relies on. */
public final class KafkaClients {

    /** For a consumer's questions to the brokers: the default of a minute would hold up the end of a process. */
    private static final Duration ONE_ANSWER = Duration.ofSeconds(10);

    /** For a broker that is still starting. */
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final KafkaProperties settings;
    private final String name;
    private final @Nullable SslBundle bundle;

    /** @param name of the process, the beginning of each client id */
    public KafkaClients(KafkaProperties settings, String name) {
        this(settings, name, null);
    }

    private KafkaClients(KafkaProperties settings, String name, @Nullable SslBundle bundle) {
        this.settings = settings;
        this.name = name;
        this.bundle = bundle;
    }

    /**
     * The clients of a service, once a broker has let it in; waits at most a minute for one that is still starting.
     *
     * @param bundles where {@code spring.kafka.ssl.bundle} is found
     * @throws TopicSetup.ClusterUnfit if none answers, or refuses TLS, SASL or the credentials, with the setting to change
     */
    public static KafkaClients connected(KafkaProperties settings, String name, SslBundles bundles) {
        return connected(settings, name, bundles, PATIENCE);
    }

    /** Likewise, with another patience. */
    public static KafkaClients connected(KafkaProperties settings, String name, SslBundles bundles, Duration patience) {
        String bundle = settings.getSsl().getBundle();
        var clients = new KafkaClients(settings, name, bundle == null ? null : bundles.getBundle(bundle));
        try {
            BrokerCheck.require(clients.adminConfig(), patience);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while connecting to Kafka", e);
        }
        return clients;
    }

    /** Waits for all in-sync replicas, never reorders or repeats by itself, and sends at once. */
    public Producer<String, byte[]> producer(String purpose) {
        Map<String, Object> config = secured(settings.buildProducerProperties());
        config.put(ProducerConfig.CLIENT_ID_CONFIG, name + "-" + purpose);
        config.put(ProducerConfig.KEY_SERIALIZER_CLASS_CONFIG, KeyText.ToBytes.class);
        config.put(ProducerConfig.VALUE_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class);
        config.put(ProducerConfig.ACKS_CONFIG, "all");
        config.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
        config.put(ProducerConfig.LINGER_MS_CONFIG, 0);
        // Room for the headers that dead letters and forwarded orders gain; the topic has the last word.
        config.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, Topic.LARGE + 64 * 1024);
        config.put(
                ProducerConfig.MAX_BLOCK_MS_CONFIG, (int) Duration.ofSeconds(10).toMillis());
        config.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, (int)
                Duration.ofSeconds(30).toMillis());
        config.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, (int)
                Duration.ofSeconds(10).toMillis());
        return new KafkaProducer<>(config);
    }

    /** A consumer that commits nothing by itself. */
    public Consumer<String, byte[]> consumer(String purpose, Map<String, Object> more) {
        Map<String, Object> config = consumerConfig(purpose);
        config.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        config.put(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, 250);
        config.putAll(more);
        return new KafkaConsumer<>(config);
    }

    /** A member of a share group that acknowledges each record by itself (KIP-932). */
    public ShareConsumer<String, byte[]> shareConsumer(String purpose, String group, int recordsAtOnce) {
        Map<String, Object> config = consumerConfig(purpose);
        config.keySet()
                .removeAll(java.util.Set.of(
                        ConsumerConfig.AUTO_OFFSET_RESET_CONFIG,
                        ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG,
                        ConsumerConfig.ISOLATION_LEVEL_CONFIG,
                        ConsumerConfig.GROUP_PROTOCOL_CONFIG));
        config.put(ConsumerConfig.GROUP_ID_CONFIG, group);
        config.put(ConsumerConfig.SHARE_ACKNOWLEDGEMENT_MODE_CONFIG, "explicit");
        config.put(ConsumerConfig.SHARE_ACQUIRE_MODE_CONFIG, "record_limit");
        config.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, recordsAtOnce);
        config.put(ConsumerConfig.MAX_POLL_INTERVAL_MS_CONFIG, Integer.MAX_VALUE);
        return new KafkaShareConsumer<>(config);
    }

    public Admin admin() {
        return Admin.create(adminConfig());
    }

    private Map<String, Object> adminConfig() {
        Map<String, Object> config = secured(settings.buildAdminProperties());
        config.put(AdminClientConfig.CLIENT_ID_CONFIG, name + "-admin");
        return config;
    }

    private Map<String, Object> consumerConfig(String purpose) {
        Map<String, Object> config = secured(settings.buildConsumerProperties());
        config.put(ConsumerConfig.CLIENT_ID_CONFIG, name + "-" + purpose);
        config.putIfAbsent(ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, (int) ONE_ANSWER.toMillis());
        config.put(ConsumerConfig.KEY_DESERIALIZER_CLASS_CONFIG, KeyText.FromBytes.class);
        config.put(ConsumerConfig.VALUE_DESERIALIZER_CLASS_CONFIG, ByteArrayDeserializer.class);
        return config;
    }

    /** With the certificates of {@code spring.kafka.ssl.bundle}, as Spring Boot hands them to its own clients. */
    private Map<String, Object> secured(Map<String, Object> config) {
        Map<String, Object> all = new HashMap<>(config);
        if (bundle != null) {
            all.put(SslConfigs.SSL_ENGINE_FACTORY_CLASS_CONFIG, SslBundleSslEngineFactory.class);
            all.put(SslBundle.class.getName(), bundle);
        }
        return all;
    }
}
