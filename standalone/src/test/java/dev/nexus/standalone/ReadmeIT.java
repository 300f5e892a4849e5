package dev.nexus.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every example that the README gives to client developers works as it stands there, but for the port. */
class ReadmeIT {

    private static final Pattern EXAMPLES = Pattern.compile("```sh\n(.*?)```", Pattern.DOTALL);

    @TempDir
    Path folder;

    /** The examples under a heading of the second rank. */
    private static String examples(String readme, String heading) {
        int from = readme.indexOf("\n## " + heading + "\n");
        assertThat(from).as(heading).isPositive();
        int to = readme.indexOf("\n## ", from + 1);
        StringBuilder script = new StringBuilder();
        for (Matcher block = EXAMPLES.matcher(readme.substring(from, to)); block.find(); ) {
            script.append(block.group(1)).append('\n');
        }
        return script.toString();
    }

    @Test
    void theExamplesOfTheApiWork() throws Exception {
        String readme = Files.readString(Path.of("..", "README.md"));
        String script = examples(readme, "HTTP") + examples(readme, "Webhooks");
        assertThat(script).contains("./nexus up &", "/jobs/$job/events", "/webhooks");
        try (Chain chain = new Chain(folder.resolve("data"), Map.of())) {
            String here = script.replaceAll("(?m)^\\./nexus up &.*$", "set -e")
                    .replace("http://127.0.0.1:8080", chain.gateway().toString().replaceAll("/$", ""));
            Path output = folder.resolve("output.txt");
            Process bash = new ProcessBuilder(List.of("bash", "-uxc", here))
                    .directory(Files.createDirectory(folder.resolve("client")).toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(output.toFile())
                    .start();
            try {
                boolean ended = bash.waitFor(5, TimeUnit.MINUTES);
                String said = Files.readString(output, StandardCharsets.UTF_8);

                assertThat(ended).as(said).isTrue();
                assertThat(bash.exitValue()).as(said).isZero();
                assertThat(said.lines().filter(line -> line.equals("passed")))
                        .as(said)
                        .hasSize(2);
                assertThat(said)
                        .contains(
                                "event: job.completed",
                                "\n304\n",
                                "<testsuite",
                                "urn:nexus:error:invalid_request",
                                "/options/maxRepairs",
                                "\nin_progress\n",
                                "\ncancelled\n",
                                "\"deleted\":true",
                                "whsec_")
                        .doesNotContain("\"code\":\"unavailable\"", "\"code\":\"internal_error\"");
                assertThat(Files.size(folder.resolve("client").resolve("roman.zip")))
                        .isPositive();
            } finally {
                bash.descendants().forEach(ProcessHandle::destroyForcibly);
                bash.destroyForcibly();
            }
        }
    }
}
