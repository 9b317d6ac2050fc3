package org.consentledger.foundation.http;

import java.time.DateTimeException;
import java.time.LocalDate;
import java.util.UUID;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.springframework.http.ProblemDetail;
import org.springframework.http.converter.json.ProblemDetailJacksonMixin;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.cfg.CoercionAction;
import tools.jackson.databind.cfg.CoercionInputShape;
import tools.jackson.databind.cfg.EnumFeature;
import tools.jackson.databind.deser.std.StdScalarDeserializer;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.module.SimpleModule;
import tools.jackson.databind.type.LogicalType;

/**
 * The JSON mapper of requests and responses. It is strict: an unknown field, a value of the wrong type, a duplicate
 * field and trailing content are errors. Stored events use another mapper, because that one must accept everything ever
 * written.
 */
public final class HttpJson {

    static final int MAX_DEPTH = 32;
    static final int MAX_NAME_LENGTH = 200;
    static final int MAX_NUMBER_LENGTH = 40;

    private static final Pattern ANYTHING = Pattern.compile(".*", Pattern.DOTALL);
    private static final Pattern DATE = Pattern.compile("\\d{4}-\\d{2}-\\d{2}");
    private static final Pattern UUID_FORM = Pattern.compile("[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}");

    private static final JsonMapper MAPPER = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(MAX_DEPTH)
                            .maxNameLength(MAX_NAME_LENGTH)
                            .maxNumberLength(MAX_NUMBER_LENGTH)
                            .build())
                    .build())
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
            .enable(
                    DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES,
                    DeserializationFeature.FAIL_ON_TRAILING_TOKENS,
                    DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES,
                    DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY)
            .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
            .enable(EnumFeature.FAIL_ON_NUMBERS_FOR_ENUMS)
            .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
            .withCoercionConfigDefaults(config -> {
                for (var shape : CoercionInputShape.values()) {
                    config.setCoercion(shape, CoercionAction.Fail);
                }
            })
            .withCoercionConfig(
                    LogicalType.Textual,
                    config -> config.setCoercion(CoercionInputShape.EmptyString, CoercionAction.TryConvert))
            .addModule(new SimpleModule("strict-texts")
                    // Jackson's own deserializer descends into a nested list in an unwrapped object, and then loses
                    // the fields after it
                    .addDeserializer(String.class, new StrictText<>(String.class, ANYTHING, text -> text))
                    .addDeserializer(LocalDate.class, new StrictText<>(LocalDate.class, DATE, LocalDate::parse))
                    .addDeserializer(UUID.class, new StrictText<>(UUID.class, UUID_FORM, UUID::fromString)))
            .addMixIn(ProblemDetail.class, ProblemDetailJacksonMixin.class)
            .build();

    /** Returns the mapper for JSON outside of a request's body: a part of a form or a parameter. */
    public static JsonMapper mapper() {
        return MAPPER;
    }

    /** Parses an id in its canonical form of 36 characters. {@link UUID#fromString} accepts many other forms. */
    static UUID uuid(String text) {
        if (!UUID_FORM.matcher(text).matches()) {
            throw new IllegalArgumentException("not a UUID");
        }
        return UUID.fromString(text);
    }

    /**
     * Reads a value from a JSON string of a fixed form. Jackson's own deserializers also accept numbers, arrays and
     * other forms.
     */
    private static final class StrictText<T> extends StdScalarDeserializer<T> {

        private final Pattern form;
        private final transient Function<String, T> read;

        StrictText(Class<T> type, Pattern form, Function<String, T> read) {
            super(type);
            this.form = form;
            this.read = read;
        }

        @Override
        @SuppressWarnings("unchecked")
        public T deserialize(JsonParser parser, DeserializationContext context) {
            if (!parser.hasToken(JsonToken.VALUE_STRING)) {
                return (T) context.handleUnexpectedToken(getValueType(context), parser);
            }
            var text = parser.getString();
            if (form.matcher(text).matches()) {
                try {
                    return read.apply(text);
                } catch (DateTimeException noSuchDay) {
                    // 2026-02-30 has the right form and is not a date
                }
            }
            return (T) context.handleWeirdStringValue(handledType(), text, "not of the expected form");
        }
    }

    private HttpJson() {}
}
