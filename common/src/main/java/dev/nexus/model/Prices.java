package dev.nexus.model;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.LocalDate;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.dataformat.yaml.YAMLMapper;

/** The price list: that of {@code prices.yml}, with those of {@code nexus.models.prices} before it. */
final class Prices {

    /** A model with a date behind its name is the same model. */
    private static final Pattern DATE = Pattern.compile("-20\\d\\d-?[01]\\d-?[0-3]\\d$");

    private final Map<String, Price> listed;
    private final Map<String, Price> configured;
    private final LocalDate asOf;

    private record Listed(LocalDate asOf, Map<String, Price> prices) {}

    private Prices(Map<String, Price> configured, Listed listed) {
        this.configured = configured;
        this.listed = listed.prices();
        this.asOf = listed.asOf();
    }

    /** @param configured go before those of the file */
    static Prices with(Map<String, Price> configured) {
        try (InputStream in = Prices.class.getResourceAsStream("/prices.yml")) {
            if (in == null) {
                throw new IllegalStateException("there is no prices.yml on the class path");
            }
            return new Prices(configured, YAMLMapper.shared().readValue(in, Listed.class));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** When the prices of the file were looked up. */
    LocalDate asOf() {
        return asOf;
    }

    /**
     * What a model costs; null if no one knows.
     *
     * @param model as {@code provider/model}; a price that is configured for the provider alone covers all its models
     */
    @Nullable
    Price of(String model) {
        String undated = DATE.matcher(model).replaceFirst("");
        String provider = model.substring(0, Math.max(0, model.indexOf('/')));
        return Stream.of(
                        configured.get(model),
                        configured.get(undated),
                        configured.get(provider),
                        listed.get(model),
                        listed.get(undated))
                .filter(Objects::nonNull)
                .findFirst()
                .orElse(null);
    }
}
