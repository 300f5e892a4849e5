package dev.nexus.model;

import com.samskivert.mustache.Mustache;
import com.samskivert.mustache.Template;
import dev.nexus.contract.Json;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** The files below {@code offline/} on the class path: what the offline model knows. */
final class OfflineResource {

    private OfflineResource() {}

    static String text(String path) {
        try (InputStream in = OfflineResource.class.getClassLoader().getResourceAsStream("offline/" + path)) {
            if (in == null) {
                throw new IllegalStateException("there is no resource offline/" + path);
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The lines that are neither empty nor comments with {@code #}. */
    static List<String> lines(String path) {
        return text(path)
                .lines()
                .map(String::strip)
                .filter(line -> !line.isEmpty() && !line.startsWith("#"))
                .toList();
    }

    static Template template(String path) {
        return Mustache.compiler().escapeHTML(false).strictSections(true).compile(text(path));
    }

    static <T> T json(String path, Class<T> type) {
        return Json.read(text(path).getBytes(StandardCharsets.UTF_8), type);
    }
}
