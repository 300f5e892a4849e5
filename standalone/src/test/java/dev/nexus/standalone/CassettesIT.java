package dev.nexus.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** The recorded calls of one installation, played by the offline model of another. */
class CassettesIT {

    private static final String SPEC = "{\"spec\": \"A ray tracer with soft shadows\"}";

    @TempDir
    static Path folder;

    @Test
    void anEditedExportIsWhatTheOfflineModelPlays() throws Exception {
        JsonNode recorded;
        String export;
        try (Chain chain = new Chain(folder.resolve("data"), Map.of("NEXUS_MODELS_OFFLINE_LATENCY", "20ms"))) {
            recorded = chain.done("/jobs", SPEC);
            export = chain.get("/jobs/" + id(recorded) + "/calls");
        }
        assertThat(export).contains("raise NotImplementedError");
        Path cassettes = Files.createDirectory(folder.resolve("cassettes"));
        Files.writeString(
                cassettes.resolve("tracer.json"), export.replace("raise NotImplementedError", "return 'as recorded'"));

        JsonNode played;
        String code;
        Map<String, String> settings =
                Map.of("NEXUS_MODELS_OFFLINE_LATENCY", "20ms", "NEXUS_MODELS_OFFLINE_CASSETTES", cassettes.toString());
        try (Chain other = new Chain(folder.resolve("other"), settings)) {
            played = other.done("/jobs", SPEC);
            code = other.get("/jobs/" + id(played) + "/artefacts/"
                    + played.at("/artefacts/0/path").stringValue());
        }

        assertThat(id(played)).isNotEqualTo(id(recorded));
        assertThat(played.get("plan")).isEqualTo(recorded.get("plan"));
        assertThat(code).contains("return 'as recorded'").doesNotContain("raise NotImplementedError");
    }

    private static String id(JsonNode job) {
        return job.get("id").stringValue();
    }
}
