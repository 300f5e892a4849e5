package dev.nexus.contract;

import com.fasterxml.jackson.annotation.JsonInclude;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.cfg.DateTimeFeature;
import tools.jackson.databind.exc.InvalidTypeIdException;
import tools.jackson.databind.json.JsonMapper;

/** The one codec of the contract: records to JSON in UTF-8 and back. */
public final class Json {

    /** Absent values are left out, unknown fields are skipped, a key given twice is refused. */
    public static final JsonMapper MAPPER = JsonMapper.builder()
            .changeDefaultPropertyInclusion(i -> i.withValueInclusion(JsonInclude.Include.NON_EMPTY)
                    .withContentInclusion(JsonInclude.Include.ALWAYS))
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .disable(DateTimeFeature.WRITE_DATES_AS_TIMESTAMPS)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private Json() {}

    /** The JSON of a contract record. */
    public static byte[] write(Object value) {
        return MAPPER.writeValueAsBytes(value);
    }

    /** @throws JacksonException if {@code json} is none, or not that of a {@code type} */
    public static <T> T read(byte[] json, Class<T> type) {
        return MAPPER.readValue(json, type);
    }

    /** @throws JacksonException if {@code json} is none */
    public static JsonNode tree(byte[] json) {
        return MAPPER.readTree(json);
    }

    /**
     * Reads an event; a type that this version does not know becomes {@link JobEvent.Unrecognised}.
     *
     * @throws JacksonException if {@code json} is no event at all
     */
    public static JobEvent readEvent(byte[] json) {
        try {
            return MAPPER.readValue(json, JobEvent.class);
        } catch (InvalidTypeIdException e) {
            if (e.getTypeId() == null) {
                throw e;
            }
            return new JobEvent.Unrecognised(e.getTypeId());
        }
    }
}
