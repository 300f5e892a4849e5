package dev.nexus.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.context.annotation.ClassPathScanningCandidateComponentProvider;
import org.springframework.core.type.filter.AnnotationTypeFilter;

/** The README's table of settings, and the settings. */
class SettingsTableTest {

    private static final String ENABLE_LIVE_LLM = "nexus.models.live"; // in the table under that name

    private static final Pattern KEY = Pattern.compile("`([a-z.*-]+)`");

    @Test
    void theTableHasEverySettingAndNoOther() throws Exception {
        assertThat(inTheTable()).isEqualTo(inTheCode());
    }

    private static Set<String> inTheTable() throws IOException {
        Set<String> keys = new TreeSet<>();
        for (String line : Files.readAllLines(Path.of("../README.md"))) {
            if (!line.startsWith("| `nexus.")) {
                continue;
            }
            String first = "";
            Matcher key = KEY.matcher(line.substring(0, line.indexOf('|', 1)));
            while (key.find()) {
                String named = key.group(1);
                if (named.startsWith(".")) { // a sibling of the first
                    keys.add(first.substring(0, first.lastIndexOf('.')) + named);
                } else {
                    first = named;
                    keys.add(named);
                }
            }
        }
        return keys;
    }

    private static Set<String> inTheCode() throws ClassNotFoundException {
        var scanner = new ClassPathScanningCandidateComponentProvider(false);
        scanner.addIncludeFilter(new AnnotationTypeFilter(ConfigurationProperties.class));
        Set<String> keys = new TreeSet<>();
        for (var found : scanner.findCandidateComponents("dev.nexus")) {
            Class<?> settings = Class.forName(Objects.requireNonNull(found.getBeanClassName()));
            add(settings.getAnnotation(ConfigurationProperties.class).value(), settings, keys);
        }
        return keys;
    }

    private static void add(String prefix, Class<?> settings, Set<String> keys) {
        for (RecordComponent component : settings.getRecordComponents()) {
            String key = prefix + "."
                    + component.getName().replaceAll("([A-Z])", "-$1").toLowerCase(java.util.Locale.ROOT);
            if (component.getType().isRecord()) {
                add(key, component.getType(), keys);
            } else if (Map.class.isAssignableFrom(component.getType())
                    && component.getGenericType() instanceof ParameterizedType map
                    && map.getActualTypeArguments()[1] instanceof Class<?> each
                    && each.isRecord()) {
                add(key + ".*", each, keys);
            } else if (Map.class.isAssignableFrom(component.getType())) {
                Stream.of("planner", "builder", "tester").forEach(agent -> keys.add(key + "." + agent));
            } else if (!key.equals(ENABLE_LIVE_LLM)) {
                keys.add(key);
            }
        }
    }
}
