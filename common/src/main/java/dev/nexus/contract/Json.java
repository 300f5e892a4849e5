package dev.nexus.contract;

import com.fasterxml.jackson.annotation.JsonAutoDetect;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;
import java.lang.reflect.Executable;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.Version;
import tools.jackson.databind.AnnotationIntrospector;
import tools.jackson.databind.DatabindException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.cfg.DateTimeFeature;
import tools.jackson.databind.cfg.EnumFeature;
import tools.jackson.databind.cfg.MapperConfig;
import tools.jackson.databind.exc.MismatchedInputException;
import tools.jackson.databind.introspect.Annotated;
import tools.jackson.databind.introspect.AnnotatedParameter;
import tools.jackson.databind.introspect.JacksonAnnotationIntrospector;
import tools.jackson.databind.json.JsonMapper;

/** The one codec of the contract: records to JSON in UTF-8 and back. */
public final class Json {

    /**
     * Absent values and empty lists are left out, unknown fields are skipped; a key given twice is refused, and so is a
     * contract record without all that it must have.
     */
    public static final JsonMapper MAPPER = JsonMapper.builder()
            .changeDefaultPropertyInclusion(i -> i.withValueInclusion(JsonInclude.Include.NON_EMPTY)
                    .withContentInclusion(JsonInclude.Include.ALWAYS))
            .withConfigOverride( // an empty text is a text, such as that of an empty file
                    String.class,
                    o -> o.setInclude(
                            JsonInclude.Value.construct(JsonInclude.Include.NON_NULL, JsonInclude.Include.ALWAYS)))
            .changeDefaultVisibility(v -> v.withIsGetterVisibility(JsonAutoDetect.Visibility.NONE)) // components alone
            .annotationIntrospector(AnnotationIntrospector.pair(new JacksonAnnotationIntrospector(), new Required()))
            .enable(EnumFeature.READ_UNKNOWN_ENUM_VALUES_USING_DEFAULT_VALUE)
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
        T value = MAPPER.readValue(json, type);
        if (value == null) {
            throw MismatchedInputException.from(null, type, "null is no " + type.getSimpleName());
        }
        return value;
    }

    /** @throws JacksonException if {@code json} is none */
    public static JsonNode tree(byte[] json) {
        return MAPPER.readTree(json);
    }

    /**
     * Reads an event. One that this version cannot read, because a newer one wrote its type or a value in it, becomes
     * {@link JobEvent.Unrecognised}: it counts for every version alike.
     *
     * @throws JacksonException if {@code json} is no object with a {@code type} at all
     */
    public static JobEvent readEvent(byte[] json) {
        try {
            return read(json, JobEvent.class);
        } catch (DatabindException e) {
            JsonNode type = tree(json).get("type");
            if (type == null || !type.isString()) {
                throw e;
            }
            return new JobEvent.Unrecognised(type.stringValue());
        }
    }

    /** A component of a contract record that is not marked as nullable must be there; an absent list is an empty one. */
    private static final class Required extends AnnotationIntrospector {

        private static final long serialVersionUID = 1L;

        @Override
        public Version version() {
            return Version.unknownVersion();
        }

        @Override
        public JsonSetter.@Nullable Value findSetterInfo(MapperConfig<?> config, Annotated a) {
            if (!(a instanceof AnnotatedParameter parameter)
                    || !parameter.getDeclaringClass().isRecord()
                    || !parameter.getDeclaringClass().getPackageName().equals(Json.class.getPackageName())) {
                return null;
            }
            Class<?> type = parameter.getRawType();
            if (type == List.class || type == Map.class) {
                return JsonSetter.Value.forValueNulls(Nulls.AS_EMPTY);
            }
            boolean nullable = type == JobOptions.class // there are defaults
                    || ((Executable) parameter.getOwner().getAnnotated())
                            .getAnnotatedParameterTypes()[parameter.getIndex()].isAnnotationPresent(Nullable.class);
            return nullable ? null : JsonSetter.Value.forValueNulls(Nulls.FAIL);
        }
    }
}
