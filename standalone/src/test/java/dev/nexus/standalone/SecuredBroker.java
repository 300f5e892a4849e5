package dev.nexus.standalone;

import dev.nexus.contract.KafkaClients;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import kafka.admin.ConfigCommand;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.utils.Exit;
import org.apache.kafka.tools.AclCommand;
import org.apache.kafka.tools.TopicCommand;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;
import org.springframework.boot.kafka.autoconfigure.KafkaProperties;
import org.springframework.boot.ssl.DefaultSslBundleRegistry;

/**
 * A broker that lets nobody in without TLS and SASL (SCRAM-SHA-512), and lets no user do what no ACL allows. Its CA and
 * key stores are made by the JDK's keytool, and gone with the folder.
 */
final class SecuredBroker implements AutoCloseable {

    static final String MECHANISM = "SCRAM-SHA-512";

    private static final String STORE_PASSWORD = "changeit";
    private static final List<String> USERS =
            List.of("broker", "admin", "gateway", "planner", "builder", "tester", "client", "stranger");

    private final Path folder;
    private final Process process;
    private final int port;

    private SecuredBroker(Path folder, Process process, int port) {
        this.folder = folder;
        this.process = process;
        this.port = port;
    }

    /** Returns when clients can connect. */
    static SecuredBroker start(Path folder) throws IOException, InterruptedException {
        makeKeys(Files.createDirectories(folder.resolve("keys")));
        int port = BrokerPort.free();
        int controllerPort = BrokerPort.free();
        Path settings = folder.resolve("broker.properties");
        try (var writer = Files.newBufferedWriter(settings)) {
            settings(folder, port, controllerPort).store(writer, null);
        }
        List<String> command = new ArrayList<>(List.of(
                java("java"),
                "-Xmx256m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-Dlogback.configurationFile=dev/nexus/standalone/secured-broker-logback.xml",
                "-Dnexus.logs=" + Files.createDirectories(folder.resolve("logs")),
                "-D" + BrokerProcess.MORE_SETTINGS + "=" + settings,
                "-cp",
                System.getProperty("java.class.path"),
                BrokerProcess.class.getName(),
                folder.toString()));
        command.addAll(ClusterNode.alone(port, controllerPort).arguments());
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        awaitReady(process);
        return new SecuredBroker(folder, process, port);
    }

    private static void awaitReady(Process process) throws IOException {
        BufferedReader lines = process.inputReader(StandardCharsets.UTF_8);
        List<String> seen = new ArrayList<>();
        for (String line = lines.readLine(); !BrokerProcess.READY.equals(line); line = lines.readLine()) {
            if (line == null) {
                throw new IllegalStateException("the secured broker did not start: " + seen);
            }
            seen.add(line);
        }
        Thread.ofPlatform()
                .daemon()
                .name("broker-output")
                .start(() -> lines.lines().forEach(System.out::println));
    }

    String address() {
        return "127.0.0.1:" + port;
    }

    /** What the authorizer said to whom, line by line, so far. */
    List<String> audit() throws IOException {
        return Files.readAllLines(folder.resolve("logs").resolve("audit.log"));
    }

    /** The {@code spring.kafka.*} settings of a user, as a service's arguments. */
    Map<String, String> springSettings(String user) {
        return springSettings(user, password(user));
    }

    Map<String, String> springSettings(String user, String password) {
        Map<String, String> settings = new HashMap<>(springTls());
        settings.put("spring.kafka.security.protocol", "SASL_SSL");
        settings.put("spring.kafka.properties.sasl.mechanism", MECHANISM);
        settings.put("spring.kafka.properties.sasl.jaas.config", jaas(user, password));
        return settings;
    }

    /** Those of a client that knows the CA, and nothing else. */
    Map<String, String> springTls() {
        return Map.of(
                "spring.kafka.bootstrap-servers",
                address(),
                "spring.kafka.security.protocol",
                "SSL",
                "spring.kafka.ssl.trust-store-location",
                folder.resolve("keys").resolve("trust.p12").toUri().toString(),
                "spring.kafka.ssl.trust-store-password",
                STORE_PASSWORD,
                "spring.kafka.ssl.trust-store-type",
                "PKCS12");
    }

    /** The clients of a user, made as a service makes its own. */
    KafkaClients clients(Map<String, String> springSettings) {
        KafkaProperties settings = new Binder(new MapConfigurationPropertySource(springSettings))
                .bind("spring.kafka", KafkaProperties.class)
                .get();
        return KafkaClients.connected(settings, "test", new DefaultSslBundleRegistry());
    }

    /** The same as Kafka's own clients and tools want it. */
    Map<String, Object> clientSettings(String user) {
        return Map.of(
                "bootstrap.servers",
                address(),
                "security.protocol",
                "SASL_SSL",
                "sasl.mechanism",
                MECHANISM,
                "sasl.jaas.config",
                jaas(user, password(user)),
                "ssl.truststore.location",
                folder.resolve("keys").resolve("trust.p12").toString(),
                "ssl.truststore.password",
                STORE_PASSWORD,
                "ssl.truststore.type",
                "PKCS12");
    }

    /** One who may do anything. */
    Admin admin() {
        return Admin.create(clientSettings("admin"));
    }

    /**
     * Runs a shell script that calls Kafka's commands, as an administrator has them on the path: a shell takes the script
     * apart, and each command runs in this process.
     */
    void runAsAdmin(String script) throws IOException, InterruptedException {
        Path bin = Files.createDirectories(folder.resolve("bin"));
        Path calls = bin.resolve("calls");
        Files.deleteIfExists(calls);
        for (String command : List.of("kafka-acls.sh", "kafka-topics.sh", "kafka-configs.sh")) {
            Path shim = bin.resolve(command);
            Files.writeString(shim, "#!/bin/sh\nprintf '%s\\n' " + command + " \"$@\" '' >> " + calls + "\n");
            boolean _ = shim.toFile().setExecutable(true);
        }
        Properties admin = new Properties();
        admin.putAll(clientSettings("admin"));
        try (var writer = Files.newBufferedWriter(bin.resolve("admin.properties"))) {
            admin.store(writer, null);
        }
        ProcessBuilder shell = new ProcessBuilder("sh", "-e", "-c", script)
                .directory(bin.toFile())
                .inheritIO();
        shell.environment().put("KAFKA_BOOTSTRAP_SERVERS", address());
        shell.environment().merge("PATH", bin.toString(), (path, own) -> own + ":" + path);
        if (shell.start().waitFor() != 0) {
            throw new IllegalStateException("the script failed");
        }
        for (String call : Files.readString(calls).split("\n\n", 0)) {
            List<String> words = call.lines()
                    .map(word ->
                            word.equals("admin.properties") ? bin.resolve(word).toString() : word)
                    .toList();
            run(words.getFirst(), words.subList(1, words.size()).toArray(String[]::new));
        }
    }

    private static void run(String command, String... arguments) {
        Exit.setExitProcedure((status, _) -> {
            if (status != 0) {
                throw new IllegalStateException(command + " " + List.of(arguments) + " ended with " + status);
            }
        });
        try {
            switch (command) {
                case "kafka-acls.sh" -> AclCommand.main(arguments);
                case "kafka-topics.sh" -> TopicCommand.main(arguments);
                case "kafka-configs.sh" -> ConfigCommand.main(arguments);
                default -> throw new IllegalArgumentException(command);
            }
        } finally {
            Exit.resetExitProcedure();
        }
    }

    private static String password(String user) {
        return user + "-secret";
    }

    private static String jaas(String user, String password) {
        return "org.apache.kafka.common.security.scram.ScramLoginModule required username=\"" + user + "\" password=\""
                + password + "\";";
    }

    private static Properties settings(Path folder, int port, int controllerPort) {
        Path keys = folder.resolve("keys");
        Properties settings = new Properties();
        settings.putAll(Map.ofEntries(
                Map.entry("listeners", "CLIENTS://127.0.0.1:" + port + ",CONTROLLER://127.0.0.1:" + controllerPort),
                Map.entry("advertised.listeners", "CLIENTS://127.0.0.1:" + port),
                Map.entry("listener.security.protocol.map", "CLIENTS:SASL_SSL,CONTROLLER:SSL"),
                Map.entry("inter.broker.listener.name", "CLIENTS"),
                Map.entry("sasl.enabled.mechanisms", MECHANISM),
                Map.entry("sasl.mechanism.inter.broker.protocol", MECHANISM),
                Map.entry("listener.name.clients.scram-sha-512.sasl.jaas.config", jaas("broker", password("broker"))),
                Map.entry("listener.name.controller.ssl.client.auth", "required"),
                Map.entry("ssl.keystore.location", keys.resolve("broker.p12").toString()),
                Map.entry("ssl.keystore.password", STORE_PASSWORD),
                Map.entry("ssl.keystore.type", "PKCS12"),
                Map.entry("ssl.truststore.location", keys.resolve("trust.p12").toString()),
                Map.entry("ssl.truststore.password", STORE_PASSWORD),
                Map.entry("ssl.truststore.type", "PKCS12"),
                Map.entry("authorizer.class.name", "org.apache.kafka.metadata.authorizer.StandardAuthorizer"),
                Map.entry("allow.everyone.if.no.acl.found", "false"),
                Map.entry("super.users", "User:broker;User:admin;User:CN=broker")));
        USERS.forEach(user -> settings.put("scram." + user, password(user)));
        return settings;
    }

    /** A CA, the broker's key that it signed, and a trust store with the CA alone. */
    private static void makeKeys(Path folder) throws IOException, InterruptedException {
        keytool(folder, "-genkeypair -alias ca -keyalg EC -dname CN=nexus-test-ca -ext bc:c -keystore ca.p12");
        keytool(folder, "-exportcert -rfc -alias ca -keystore ca.p12 -file ca.pem");
        keytool(folder, "-importcert -noprompt -alias ca -keystore trust.p12 -file ca.pem");
        keytool(folder, "-genkeypair -alias broker -keyalg EC -dname CN=broker -keystore broker.p12");
        keytool(folder, "-certreq -alias broker -keystore broker.p12 -file broker.csr");
        keytool(
                folder,
                "-gencert -alias ca -keystore ca.p12 -ext san=ip:127.0.0.1,dns:localhost -infile broker.csr -outfile"
                        + " broker.pem -rfc");
        keytool(folder, "-importcert -noprompt -alias ca -keystore broker.p12 -file ca.pem");
        keytool(folder, "-importcert -noprompt -alias broker -keystore broker.p12 -file broker.pem");
    }

    private static void keytool(Path folder, String arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(java("keytool")));
        command.addAll(List.of(arguments.split(" ", -1)));
        command.addAll(List.of("-storetype", "PKCS12", "-storepass", STORE_PASSWORD));
        Process keytool = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .start();
        String output = new String(keytool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (keytool.waitFor() != 0) {
            throw new IllegalStateException("keytool " + arguments + ": " + output);
        }
    }

    private static String java(String tool) {
        return Path.of(System.getProperty("java.home"), "bin", tool).toString();
    }

    @Override
    public void close() throws IOException {
        process.getOutputStream().close(); // what it waits for
        try {
            if (!process.waitFor(10, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
