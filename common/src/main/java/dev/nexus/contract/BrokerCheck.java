package dev.nexus.contract;

import dev.nexus.contract.TopicSetup.ClusterUnfit;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.SaslConfigs;
import org.apache.kafka.common.config.SslConfigs;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.SaslAuthenticationException;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.security.auth.SecurityProtocol;
import org.apache.kafka.common.security.ssl.DefaultSslEngineFactory;
import org.apache.kafka.common.utils.Utils;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.logging.LogLevel;
import org.springframework.boot.logging.LoggerConfiguration;
import org.springframework.boot.logging.LoggingSystem;
import org.springframework.boot.ssl.SslBundle;
import org.springframework.core.NestedExceptionUtils;

/**
 * Tries, before any client is made, whether a broker can be talked to in the way that the settings say. A Kafka client
 * that speaks the wrong protocol only times out, or takes a TLS alert for the length of a record and runs out of memory.
 */
final class BrokerCheck {

    private static final Logger log = LoggerFactory.getLogger(BrokerCheck.class);

    private static final String PROTOCOL = "spring.kafka.security.protocol";
    private static final String SASL = "spring.kafka.properties.sasl.";

    private static final Duration ONE_ANSWER = Duration.ofSeconds(5);
    private static final Duration PAUSE = Duration.ofMillis(300);
    /** Times in a row, over three seconds, after which it is the protocol and not the moment. */
    private static final int HANG_UPS = 10;

    private static final int LARGEST_ANSWER = 64 * 1024;

    private final Map<String, Object> settings;
    private final AdminClientConfig parsed;
    private final SecurityProtocol protocol;
    private final String mechanism;

    private BrokerCheck(Map<String, Object> settings) {
        this.settings = settings;
        this.parsed = new AdminClientConfig(settings);
        this.protocol = SecurityProtocol.forName(
                parsed.getString(CommonClientConfigs.SECURITY_PROTOCOL_CONFIG).toUpperCase(Locale.ROOT));
        this.mechanism = parsed.getString(SaslConfigs.SASL_MECHANISM);
    }

    /**
     * Returns when a broker has answered, and has let this user in. Waits for one that does not listen yet.
     *
     * @param settings those of an admin client
     * @param patience how long at most
     * @throws ClusterUnfit with what is wrong, and which setting it is
     */
    static void require(Map<String, Object> settings, Duration patience) throws InterruptedException {
        BrokerCheck check;
        try {
            check = new BrokerCheck(settings);
        } catch (KafkaException e) {
            throw new ClusterUnfit("the settings spring.kafka.* are wrong: " + e.getMessage(), e);
        }
        check.awaitAnswer(patience);
        if (check.hasSasl()) {
            signIn(settings);
        }
    }

    private void awaitAnswer(Duration patience) throws InterruptedException {
        List<String> servers = parsed.getList(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG);
        SSLContext tls = hasTls() ? tls() : null;
        long deadline = System.nanoTime() + patience.toNanos();
        boolean told = false;
        int hangUps = 0;
        while (true) {
            String silence = "";
            HungUp hungUp = null;
            for (String server : servers) {
                try (Socket socket = connect(server)) {
                    judge(server, tls == null ? socket : secure(socket, tls, server), tls != null);
                    return;
                } catch (HungUp e) {
                    hungUp = e;
                } catch (Unreachable e) {
                    silence = e.getMessage();
                } catch (IOException e) {
                    silence = server + ": " + e;
                }
            }
            if (hungUp != null) {
                hangUps++;
                silence = hungUp.server;
                if (hangUps > HANG_UPS || System.nanoTime() > deadline) {
                    throw new ClusterUnfit(String.valueOf(hungUp.getMessage()), hungUp);
                }
            }
            if (System.nanoTime() > deadline) {
                throw new ClusterUnfit(
                        "no Kafka broker answers after " + patience.toSeconds() + " s (" + silence
                                + "); start it, or set KAFKA_BOOTSTRAP_SERVERS",
                        null);
            }
            if (!told && hungUp == null) {
                log.warn("no Kafka broker answers yet ({}); waiting up to {} s", silence, patience.toSeconds());
                told = true;
            }
            Thread.sleep(PAUSE);
        }
    }

    private static Socket connect(String server) throws IOException {
        Socket socket = new Socket();
        try {
            String host = Utils.getHost(server);
            Integer port = Utils.getPort(server);
            if (host == null || port == null) {
                throw new ClusterUnfit(
                        "KAFKA_BOOTSTRAP_SERVERS has '" + server + "'; write host:port, with commas between", null);
            }
            socket.setSoTimeout((int) ONE_ANSWER.toMillis());
            socket.connect(new InetSocketAddress(host, port), (int) ONE_ANSWER.toMillis());
            return socket;
        } catch (IOException e) {
            socket.close();
            throw new Unreachable(server + ": " + e.getMessage(), e);
        } catch (RuntimeException e) {
            socket.close();
            throw e;
        }
    }

    /** Someone took the connection and ended it without a word: a broker that starts or stops, or another protocol. */
    private static final class HungUp extends IOException {

        private static final long serialVersionUID = 1L;
        private final String server;

        HungUp(String server, String message, IOException cause) {
            super(message, cause);
            this.server = server + " hangs up";
        }
    }

    /** Nobody listens there, or the name is unknown: it may get better. */
    private static final class Unreachable extends IOException {

        private static final long serialVersionUID = 1L;

        Unreachable(String message, IOException cause) {
            super(message, cause);
        }
    }

    private SSLContext tls() {
        Object bundle = settings.get(SslBundle.class.getName());
        if (bundle instanceof SslBundle known) {
            return known.createSslContext();
        }
        try (var factory = new DefaultSslEngineFactory()) {
            factory.configure(parsed.values());
            return factory.sslContext();
        } catch (KafkaException e) {
            throw new ClusterUnfit(
                    "the key store or trust store of spring.kafka.ssl.* can't be used (" + reason(e)
                            + "); see its location, type and password",
                    e);
        }
    }

    private SSLSocket secure(Socket socket, SSLContext tls, String server) throws IOException {
        String host = Utils.getHost(server);
        var secured = (SSLSocket) tls.getSocketFactory().createSocket(socket, host, Utils.getPort(server), true);
        SSLParameters parameters = secured.getSSLParameters();
        parameters.setEndpointIdentificationAlgorithm(
                parsed.getString(SslConfigs.SSL_ENDPOINT_IDENTIFICATION_ALGORITHM_CONFIG));
        secured.setSSLParameters(parameters);
        try {
            secured.startHandshake();
            return secured;
        } catch (SSLException | EOFException | SocketException e) {
            if (speaksPlaintext(server)) {
                throw new ClusterUnfit(
                        "the broker at " + server + " does not speak TLS there; set " + PROTOCOL + " to "
                                + (hasSasl() ? "SASL_PLAINTEXT" : "PLAINTEXT") + ", or connect to its TLS port",
                        e);
            }
            if (isAboutTrust(e)) {
                throw new ClusterUnfit(
                        "the certificate of the broker at " + server + " is not trusted (" + reason(e)
                                + "); see spring.kafka.ssl.trust-store-location",
                        e);
            }
            throw new HungUp(
                    server,
                    "TLS with the broker at " + server + " fails (" + reason(e) + "); see spring.kafka.ssl.*",
                    e);
        }
    }

    private static boolean isAboutTrust(Exception e) {
        return NestedExceptionUtils.getMostSpecificCause(e) instanceof GeneralSecurityException;
    }

    private boolean speaksPlaintext(String server) {
        try (Socket plain = connect(server)) {
            saslHandshake(plain);
            return true;
        } catch (IOException e) {
            return false; // what the TLS handshake said is the better message
        }
    }

    /** Asks for our SASL mechanism; also a broker without SASL says so, and neither needs credentials. */
    private void judge(String server, Socket socket, boolean tls) throws IOException {
        SaslAnswer answer;
        try {
            answer = saslHandshake(socket);
        } catch (SSLException e) {
            throw new ClusterUnfit(
                    "the broker at " + server + " refuses this client's certificate, or demands one (" + reason(e)
                            + "); see spring.kafka.ssl.key-store-location",
                    e);
        } catch (EOFException | SocketException e) {
            if (tls) {
                throw e;
            }
            throw new HungUp(
                    server,
                    "the broker at " + server
                            + " hangs up on plaintext: it speaks TLS there, or is no Kafka broker; set " + PROTOCOL
                            + " to SSL or SASL_SSL (it is " + protocol + ")",
                    e);
        }
        switch (answer.error()) {
            case NONE, UNSUPPORTED_SASL_MECHANISM -> {
                if (!hasSasl()) {
                    throw new ClusterUnfit(
                            "the broker at " + server + " demands SASL " + answer.mechanisms() + "; set " + PROTOCOL
                                    + " to " + (tls ? "SASL_SSL" : "SASL_PLAINTEXT") + " (it is " + protocol + "), "
                                    + SASL + "mechanism, and " + SASL + "jaas.config",
                            null);
                }
                if (answer.error() == Errors.UNSUPPORTED_SASL_MECHANISM) {
                    throw new ClusterUnfit(
                            "the broker at " + server + " knows the SASL mechanisms " + answer.mechanisms() + ", not "
                                    + mechanism + "; set " + SASL + "mechanism",
                            null);
                }
            }
            case ILLEGAL_SASL_STATE -> {
                if (hasSasl()) {
                    throw new ClusterUnfit(
                            "the broker at " + server + " takes no SASL there; set " + PROTOCOL + " to "
                                    + (tls ? "SSL" : "PLAINTEXT") + " (it is " + protocol + ")",
                            null);
                }
            }
            default -> log.debug("{} answered with {}", server, answer.error());
        }
    }

    private record SaslAnswer(Errors error, List<String> mechanisms) {}

    /**
     * Kafka's protocol by hand, request {@code SaslHandshake} version 1: the one that every listener answers.
     *
     * @throws EOFException if what answers is no Kafka, or speaks TLS
     */
    private SaslAnswer saslHandshake(Socket socket) throws IOException {
        byte[] wanted = mechanism.getBytes(StandardCharsets.UTF_8);
        ByteBuffer request = ByteBuffer.allocate(2 + 2 + 4 + 2 + 2 + wanted.length)
                .putShort(ApiKeys.SASL_HANDSHAKE.id)
                .putShort((short) 1)
                .putInt(0) // correlation id
                .putShort((short) -1) // no client id
                .putShort((short) wanted.length)
                .put(wanted);
        var out = new DataOutputStream(socket.getOutputStream());
        out.writeInt(request.capacity());
        out.write(request.array());
        out.flush();
        var in = new DataInputStream(socket.getInputStream());
        int length = in.readInt();
        if (length < 10 || length > LARGEST_ANSWER) {
            throw new EOFException("no answer of a Kafka broker");
        }
        int correlation = in.readInt();
        if (correlation != 0) {
            throw new EOFException("no answer of a Kafka broker");
        }
        Errors error = Errors.forCode(in.readShort());
        List<String> mechanisms = new ArrayList<>();
        for (int left = in.readInt(); left > 0; left--) {
            mechanisms.add(in.readUTF());
        }
        return new SaslAnswer(error, mechanisms);
    }

    /** One check at a time in a process: while it lasts, Kafka's own lines about a failure are held back, as ours says it all. */
    private static synchronized void signIn(Map<String, Object> settings) throws InterruptedException {
        LoggingSystem logging = LoggingSystem.get(BrokerCheck.class.getClassLoader());
        List<String> noisy = List.of(
                "org.apache.kafka.clients.NetworkClient",
                "org.apache.kafka.clients.admin.internals.AdminMetadataManager");
        Map<String, @Nullable LogLevel> before = new HashMap<>();
        for (String name : noisy) {
            LoggerConfiguration known = logging.getLoggerConfiguration(name);
            before.put(name, known == null ? null : known.getConfiguredLevel());
            logging.setLogLevel(name, LogLevel.OFF);
        }
        try (Admin admin = Admin.create(settings)) {
            admin.describeCluster().nodes().get();
        } catch (ExecutionException e) {
            throw refused(e.getCause() == null ? e : e.getCause());
        } catch (KafkaException e) {
            throw new ClusterUnfit(unusable(settings, e), e);
        } finally {
            before.forEach(logging::setLogLevel);
        }
    }

    private static ClusterUnfit refused(Throwable e) {
        String how = switch (e) {
            case SaslAuthenticationException _ ->
                "the brokers refuse this user or password (" + e.getMessage() + "); see " + SASL + "jaas.config";
            case AuthenticationException _ ->
                "the brokers refuse this client (" + e.getMessage() + "); see spring.kafka.ssl.* and " + SASL + "*";
            default -> "the brokers do not answer this user's requests: " + e.getMessage();
        };
        return new ClusterUnfit(how, e);
    }

    private static String unusable(Map<String, Object> settings, KafkaException e) {
        return settings.containsKey(SaslConfigs.SASL_JAAS_CONFIG)
                ? "the SASL settings can't be used (" + reason(e) + "); see " + SASL + "*"
                : "there are no credentials; set " + SASL + "jaas.config, as "
                        + settings.getOrDefault(CommonClientConfigs.SECURITY_PROTOCOL_CONFIG, "SASL") + " needs them";
    }

    private boolean hasTls() {
        return protocol == SecurityProtocol.SSL || protocol == SecurityProtocol.SASL_SSL;
    }

    private boolean hasSasl() {
        return protocol == SecurityProtocol.SASL_PLAINTEXT || protocol == SecurityProtocol.SASL_SSL;
    }

    private static String reason(Exception e) {
        return String.valueOf(NestedExceptionUtils.getMostSpecificCause(e).getMessage());
    }
}
