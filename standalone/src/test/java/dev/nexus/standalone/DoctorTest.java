package dev.nexus.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nexus.contract.Json;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Set-ups that are broken, each in one way: the doctor names what is wrong, and what to do. */
@Timeout(180)
class DoctorTest {

    @TempDir
    private Path folder;

    private final Map<String, String> environment = new HashMap<>(Map.of("PATH", ""));
    private FakeGateway server;

    @BeforeEach
    void start() throws IOException {
        server = new FakeGateway();
        server.answer("GET /system", 200, TopTableTest.SYSTEM);
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void anOldJdkIsToBeReplaced() {
        Finding found = MachineChecks.jdk(Runtime.Version.parse("17.0.9"), Map.of());

        assertWrong(found, "Java 17.0.9 is too old, Nexus needs 25", "set JAVA_HOME to a JDK 25");
    }

    @Test
    void anOldJavaHomeIsAHintAsTheScriptFindsAnother() throws IOException {
        Files.writeString(folder.resolve("release"), "IMPLEMENTOR=\"x\"\nJAVA_VERSION=\"17.0.9\"\n");

        Finding found = MachineChecks.jdk(Runtime.version(), Map.of("JAVA_HOME", folder.toString()));

        assertThat(found.status()).isEqualTo(Finding.Status.HINT);
        assertThat(found.found()).endsWith("JAVA_HOME is a Java 17");
    }

    @Test
    void aDataDirectoryThatIsNoneIsNamed() throws IOException {
        Files.writeString(folder.resolve("taken"), "");

        JsonNode found = wrong("disk", "--data", "taken/nexus");

        assertFound(found, "taken is no directory", "give another one with --data");
    }

    @Test
    void aFullDiskIsNamedWithWhatIsNeeded() {
        environment.put("NEXUS_LIMITS_MINFREEDISK", "8000TB");

        JsonNode found = wrong("disk");

        assertFound(found, "are free for", "free some, or give a --data on another disk");
        assertThat(found.get("found").stringValue()).contains("nexus.limits.min-free-disk");
    }

    @Test
    void aPortThatAnotherProgramHasIsNamed() throws IOException {
        try (ServerSocket other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            int port = other.getLocalPort();
            hangUpOnAll(other);

            JsonNode found = wrong("ports", "--port", String.valueOf(port));

            assertFound(found, "port " + port + " of 127.0.0.1 is in use by another program", "nexus up --port");
        }
    }

    @Test
    void aPortThatAGatewayHasIsWell() {
        JsonNode found = look("ports", "--port", String.valueOf(server.url().getPort()));

        assertThat(found.get("status").stringValue()).isEqualTo("ok");
    }

    @Test
    void aSandboxThatDoesNotStandIsNamedByTheTestersOwnCheck() {
        environment.put("NEXUS_TESTER_VENV", folder.resolve("nowhere").toString());

        JsonNode found = wrong("sandbox");

        // Where there is no bubblewrap, that is what has to be mended first.
        assertThat(found.get("found").stringValue() + found.get("remedy").stringValue())
                .containsAnyOf("nexus.tester.venv", "bubblewrap", "namespaces");
    }

    @Test
    void aSettingOfTheSandboxThatCannotBeIsNamed() {
        environment.put("NEXUS_TESTER_MEMORY", "1MB");

        assertFound(wrong("sandbox"), "nexus.tester.memory is 1 MB", "set it between");
    }

    @Test
    void aBrokerThatIsNotThereIsNamed() {
        environment.put("KAFKA_BOOTSTRAP_SERVERS", "127.0.0.1:1");

        assertFound(wrong("broker"), "no Kafka broker answers", "set KAFKA_BOOTSTRAP_SERVERS");
    }

    @Test
    void somethingElseOnTheBrokersPortIsNamed() throws IOException {
        try (ServerSocket other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            hangUpOnAll(other);
            environment.put("KAFKA_BOOTSTRAP_SERVERS", "127.0.0.1:" + other.getLocalPort());

            assertFound(
                    wrong("broker"), "it speaks TLS there, or is no Kafka broker", "spring.kafka.security.protocol");
        }
    }

    @Test
    void aTrustStoreThatIsNotThereIsNamed() {
        environment.put("KAFKA_BOOTSTRAP_SERVERS", "127.0.0.1:1");
        environment.put("SPRING_KAFKA_SECURITY_PROTOCOL", "SSL");
        environment.put("SPRING_KAFKA_SSL_TRUST_STORE_LOCATION", "file:" + folder.resolve("nowhere.p12"));

        assertFound(wrong("broker"), "trust store", "see its location, type and password");
    }

    @Test
    void liveModelsWithoutAKeyAreNamed() {
        environment.put("ENABLE_LIVE_LLM", "true");

        assertFound(wrong("models"), "ENABLE_LIVE_LLM is true, but no provider has a key", "set OPENAI_API_KEY");
    }

    @Test
    void aModelOfNobodyIsNamedWithItsSetting() {
        environment.put("NEXUS_MODELS_AGENTS_BUILDER", "nobody/best");

        JsonNode found = wrong("models");

        assertThat(found.get("found").stringValue()).contains("nexus.models.agents.builder is 'nobody/best'");
    }

    @Test
    void aKeyThatIsNotUsedIsAHint() {
        environment.put("OPENAI_API_KEY", "sk-secret");

        JsonNode found = look("models");

        assertThat(found.get("status").stringValue()).isEqualTo("hint");
        assertThat(found.get("remedy").stringValue()).contains("ENABLE_LIVE_LLM=true");
        assertThat(found.toString()).doesNotContain("sk-secret");
    }

    @Test
    void aGatewayThatIsNotThereIsNamed() {
        String url = server.url().toString();
        server.close();

        assertFound(
                wrong("gateway", "--server", url), "no Nexus gateway answers at " + url, "start one with 'nexus up'");
    }

    @Test
    void aKeyThatIsRefusedIsNamed() {
        server.answer("GET /system", 401, "{\"detail\": \"this key is revoked\", \"code\": \"unauthorized\"}");
        environment.put("NEXUS_API_KEY", "nxs_k7Qm2ZpX9a_secret");

        JsonNode found = wrong("gateway", "--server", server.url().toString());

        assertFound(found, "refuses NEXUS_API_KEY: this key is revoked", "nexus keys create");
        assertThat(found.toString()).doesNotContain("secret");
    }

    @Test
    void aKeyThatIsMissingIsNamed() {
        server.answer("GET /system", 401, "{\"detail\": \"this needs a key\", \"code\": \"unauthorized\"}");

        assertFound(
                wrong("gateway", "--server", server.url().toString()),
                "asks for a key, and NEXUS_API_KEY is not set",
                "nexus keys create");
    }

    @Test
    void aKeyWithoutTheScopeIsNamed() {
        server.answer("GET /system", 403, "{\"detail\": \"it lacks jobs:read\", \"code\": \"forbidden\"}");
        environment.put("NEXUS_API_KEY", "nxs_k7Qm2ZpX9a_secret");

        assertFound(
                wrong("gateway", "--server", server.url().toString()),
                "does not allow NEXUS_API_KEY to read",
                "jobs:read");
    }

    @Test
    void aWorkerThatCannotWorkIsNamedWithItsOwnRemedy() {
        JsonNode found = second("gateway", "--server", server.url().toString());

        assertFound(found, "builder-service-77aa0011: no slot is free", "start another one");
    }

    @Test
    void aServiceWithoutAWorkerIsNamed() {
        server.answer("GET /system", 200, TopTableTest.SYSTEM.replaceAll("(?s),\\s*\"problem\": \"[^\"]*\"", ""));

        JsonNode found = second("gateway", "--server", server.url().toString());

        assertFound(found, "no tester-service is there", "start tester-service with the same brokers");
    }

    @Test
    void forPeopleEachIsALineAndTheExitCodeTells() {
        environment.put("ENABLE_LIVE_LLM", "true");
        StringWriter out = new StringWriter();

        int code = Nexus.run(
                new Shell(folder, environment, new PrintWriter(out, true), new PrintWriter(out, true), false),
                "doctor",
                "--only",
                "jdk,models");

        assertThat(code).isEqualTo(1);
        assertThat(out.toString().lines()).hasSize(3).first().asString().startsWith("ok     jdk      Java ");
        assertThat(out.toString())
                .contains("\nWRONG  models   ENABLE_LIVE_LLM is true")
                .endsWith("1 thing to mend.\n");
    }

    @Test
    void aCheckThatThereIsNotIsRefused() {
        StringWriter err = new StringWriter();

        int code = Nexus.run(
                new Shell(folder, environment, new PrintWriter(err, true), new PrintWriter(err, true), false),
                "doctor",
                "--only",
                "weather");

        assertThat(code).isEqualTo(ExitCode.USAGE);
        assertThat(err.toString()).startsWith("nexus: --only knows no 'weather'; use some of jdk, disk, ports");
    }

    /** Something that takes connections and ends them, as it is no Nexus. */
    private static void hangUpOnAll(ServerSocket other) {
        Thread.ofVirtual().start(() -> {
            try {
                while (!other.isClosed()) {
                    other.accept().close();
                }
            } catch (IOException e) {
                assertThat(other.isClosed()).isTrue();
            }
        });
    }

    private JsonNode wrong(String check, String... more) {
        JsonNode found = look(check, more);
        assertThat(found.get("status").stringValue()).as(found.toString()).isEqualTo("wrong");
        return found;
    }

    private JsonNode look(String check, String... more) {
        return report(check, more).at("/checks/0");
    }

    private JsonNode second(String check, String... more) {
        return report(check, more).at("/checks/1");
    }

    private JsonNode report(String check, String... more) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        String[] arguments = new String[more.length + 4];
        System.arraycopy(new String[] {"doctor", "--json", "--only", check}, 0, arguments, 0, 4);
        System.arraycopy(more, 0, arguments, 4, more.length);
        int code = Nexus.run(
                new Shell(folder, environment, new PrintWriter(out, true), new PrintWriter(err, true), false),
                arguments);
        assertThat(err.toString()).isEmpty();
        JsonNode report = Json.tree(out.toString().getBytes(StandardCharsets.UTF_8));
        assertThat(code).isEqualTo(report.get("ok").booleanValue() ? 0 : 1);
        return report;
    }

    private static void assertFound(JsonNode found, String what, String remedy) {
        assertThat(found.get("found").stringValue()).contains(what);
        assertThat(found.get("remedy").stringValue()).contains(remedy);
    }

    private static void assertWrong(Finding found, String what, String remedy) {
        assertThat(found.status()).isEqualTo(Finding.Status.WRONG);
        assertThat(found.found()).contains(what);
        assertThat(String.valueOf(found.remedy())).contains(remedy);
    }
}
