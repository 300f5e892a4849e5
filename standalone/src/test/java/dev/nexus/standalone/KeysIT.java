package dev.nexus.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An operator's and a client's commands, and everything on one machine that asks for keys. */
class KeysIT {

    @TempDir
    private Path folder;

    private String out = "";
    private String err = "";

    @Test
    void aKeyIsMadeUsedRotatedAndRevoked() throws Exception {
        try (DataDirectory data = DataDirectory.open(folder.resolve("data"), "test");
                Embedded all = Embedded.start(new Embedded.Settings(
                        data,
                        "127.0.0.1",
                        0,
                        new BrokerPort.Any(),
                        EmbeddedBroker.Life.SHORT,
                        "OFF",
                        Map.of("NEXUS_SECURITY_MODE", "keys")))) {
            Map<String, String> operator = Map.of(
                    "KAFKA_BOOTSTRAP_SERVERS",
                    all.bootstrapServers(),
                    "NEXUS_SERVER",
                    all.gateway().toString());
            assertThat(run(operator, "jobs")).isEqualTo(ExitCode.USAGE);
            assertThat(err).contains("this needs a key");

            assertThat(run(operator, "keys", "create", "--tenant", "acme", "--scope", "jobs:read", "--name", "ci"))
                    .as(err)
                    .isZero();
            String key = out.strip();
            Map<String, String> client = new HashMap<>(operator);
            client.put("NEXUS_API_KEY", key);
            await().atMost(Chain.LIMIT).until(() -> run(client, "jobs") == 0);

            String id = key.split("_", -1)[1];
            assertThat(run(operator, "keys", "list")).isZero();
            assertThat(out).contains(id).contains("acme").contains("ci").doesNotContain(key.split("_", -1)[2]);
            assertThat(run(operator, "keys", "rotate", id, "--overlap", "PT1H"))
                    .as(err)
                    .isZero();
            Map<String, String> next = new HashMap<>(operator);
            next.put("NEXUS_API_KEY", out.strip());
            await().atMost(Chain.LIMIT).until(() -> run(next, "jobs") == 0);
            assertThat(run(client, "jobs")).isZero();

            assertThat(run(operator, "keys", "revoke", id)).isZero();
            await().atMost(Chain.LIMIT).until(() -> run(client, "jobs") == ExitCode.USAGE);
            assertThat(err).contains("revoked");
            assertThat(run(next, "jobs")).isZero();
        }
    }

    @Test
    void whatIsWrongIsToldInOneLine() {
        assertThat(run(Map.of(), "keys", "create", "--tenant", "a b", "--scope", "admin"))
                .isEqualTo(ExitCode.USAGE);
        assertThat(err).contains("--tenant must be").hasLineCount(1);
        assertThat(run(Map.of(), "keys", "create", "--tenant", "a", "--scope", "root"))
                .isEqualTo(ExitCode.USAGE);
        assertThat(err).contains("there are jobs:read, jobs:write and admin");
        assertThat(run(Map.of(), "keys", "create", "--tenant", "a", "--scope", "admin", "--expires", "soon"))
                .isEqualTo(ExitCode.USAGE);
        assertThat(err).contains("--expires is 'soon'");
    }

    private int run(Map<String, String> environment, String... command) {
        var output = new StringWriter();
        var errors = new StringWriter();
        Shell shell =
                new Shell(folder, environment, new PrintWriter(output, true), new PrintWriter(errors, true), false);
        int code = Nexus.run(shell, command);
        out = output.toString();
        err = errors.toString();
        return code;
    }
}
