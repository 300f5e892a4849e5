package dev.nexus.standalone.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nexus.standalone.FakeGateway;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ArtefactFolderTest {

    @TempDir
    private Path home;

    private FakeGateway server;

    @BeforeEach
    void start() throws IOException {
        server = new FakeGateway();
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void filesAreWrittenWhereTheyBelong() throws IOException {
        server.file("roman.py", "x = 1\n").file("tests/test a ü.py", "y = 2\n").job("completed", "");

        fetch();

        assertThat(home.resolve("out/roman.py")).hasContent("x = 1\n");
        assertThat(home.resolve("out/tests/test a ü.py")).hasContent("y = 2\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"../evil.py", "/evil.py", "a/../../evil.py", "..\\evil.py", ".bashrc", "a\u0000.py"})
    void noPathLeavesTheFolderAndThenNothingIsWritten(String path) throws IOException {
        server.file("good.py", "").file(path, "evil").job("completed", "");

        assertThatThrownBy(this::fetch).isInstanceOf(IOException.class).hasMessageContaining("nothing is written");

        assertThat(written()).isEmpty();
    }

    @Test
    void noLinkLeadsOutOfTheFolder() throws IOException {
        Path outside = Files.createDirectory(home.resolve("outside"));
        Files.createDirectory(home.resolve("out"));
        Files.createSymbolicLink(home.resolve("out/tests"), outside);
        server.file("tests/test_a.py", "evil").job("completed", "");

        assertThatThrownBy(this::fetch).isInstanceOf(IOException.class).hasMessageContaining("is a link");

        assertThat(outside).isEmptyDirectory();
    }

    @Test
    void bytesThatTheJobDoesNotReferToAreRefused() {
        server.file("a.py", "right").job("completed", "").file("a.py", "wrong");

        assertThatThrownBy(this::fetch).isInstanceOf(IOException.class).hasMessageContaining("a.py");

        assertThat(home.resolve("out/a.py")).doesNotExist();
    }

    private void fetch() throws IOException {
        try (GatewayClient client = new GatewayClient(server.url())) {
            new ArtefactFolder(home.resolve("out")).fetch(client, client.job(FakeGateway.JOB));
        }
    }

    private List<Path> written() throws IOException {
        try (Stream<Path> files = Files.walk(home)) {
            return files.filter(Files::isRegularFile).toList();
        }
    }
}
