package dev.nexus.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

class AsyncApiIT {

    private static final String SPECIFICATION = "@asyncapi/specs@6.11.1";

    @TempDir
    Path folder;

    @Test
    void theDocumentFitsTheOfficialSchemaOfAsyncApi() throws Exception {
        JsonNode official = Json.tree(
                Files.readAllBytes(installed().resolve("node_modules/@asyncapi/specs/schemas/3.0.0-without-$id.json")));
        var schema =
                SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_7).getSchema(official);

        var problems = schema.validate(AsyncApi.document(new Topics("")));

        assertThat(problems).isEmpty();
    }

    private Path installed() throws InterruptedException, IOException {
        Path output = folder.resolve("npm.txt");
        try {
            Process npm = new ProcessBuilder(
                            "npm",
                            "install",
                            "--no-save",
                            "--no-package-lock",
                            "--no-audit",
                            "--no-fund",
                            "--prefix",
                            folder.toString(),
                            SPECIFICATION)
                    .redirectErrorStream(true)
                    .redirectOutput(output.toFile())
                    .start();
            boolean ended = npm.waitFor(2, TimeUnit.MINUTES);
            npm.descendants().forEach(ProcessHandle::destroyForcibly);
            npm.destroyForcibly();
            assumeTrue(
                    ended && npm.exitValue() == 0,
                    () -> "npm cannot install " + SPECIFICATION + (ended ? "" : " within two minutes"));
        } catch (IOException e) {
            assumeTrue(false, "npm is not installed (apt-get install npm)");
        }
        assertThat(Files.readString(output, StandardCharsets.UTF_8)).contains("added");
        return folder;
    }
}
