package dev.nexus.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.nexus.contract.Json;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

class PortableSchemaTest {

    @Test
    void thatOfAPlanHasNothingThatAnyProviderRefuses() throws Exception {
        // Given
        String plan = Files.readString(
                Path.of("..", "planner-service", "src", "main", "resources", "prompts", "plan.schema.json"));
        // When
        JsonNode schema = PortableSchema.of(plan);
        // Then
        assertThat(schema.propertyNames())
                .containsExactlyInAnyOrder("description", "type", "properties", "required", "additionalProperties");
        assertThat(schema.toString())
                .doesNotContain("$ref")
                .doesNotContain("$defs")
                .doesNotContain("\"pattern\"")
                .doesNotContain("\"title\":\"Plan\"")
                .doesNotContain("$schema");
        JsonNode function = schema.path("properties")
                .path("interface")
                .path("items")
                .path("properties")
                .path("functions")
                .path("items");
        assertThat(function.path("required"))
                .extracting(JsonNode::stringValue)
                .containsExactly("name", "signature", "description");
        assertThat(function.path("additionalProperties").booleanValue()).isFalse();
        assertThat(function.path("description").stringValue()).isEqualTo("A public function, class or method.");
    }

    @Test
    void constraintsAreDroppedAndMeaningsKept() {
        // When
        JsonNode schema = PortableSchema.of("""
                {"type": "object", "required": ["size", "kind", "both", "fixed"], "properties": {
                  "size": {"type": "integer", "minimum": 1, "maximum": 9, "description": "How large."},
                  "kind": {"type": "string", "enum": ["a", "b"], "minLength": 1},
                  "both": {"anyOf": [{"type": "null"}, {"$ref": "#/$defs/id", "description": "Its own."}]},
                  "fixed": {"type": "string", "const": "x"}},
                 "$defs": {"id": {"type": "string", "pattern": "x", "description": "Of all."}}}""");
        // Then
        assertThat(schema).isEqualTo(Json.MAPPER.readTree("""
                {"type": "object", "required": ["size", "kind", "both", "fixed"], "additionalProperties": false,
                 "properties": {
                  "size": {"type": "integer", "description": "How large."},
                  "kind": {"type": "string", "enum": ["a", "b"]},
                  "both": {"anyOf": [{"type": "null"}, {"type": "string", "description": "Its own."}]},
                  "fixed": {"type": "string", "enum": ["x"]}}}"""));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"type\": \"array\"} | root",
                "{\"type\": \"object\", \"properties\": {\"a\": {\"type\": \"string\"}}} | #/properties/a",
                "{\"type\": \"object\", \"required\": [\"a\"], \"properties\": {\"a\": {\"type\": \"array\"}}} | items",
                "{\"type\": \"object\", \"required\": [\"a\"], \"properties\": {\"a\": {}}} | type",
                "{\"type\": \"object\", \"required\": [\"a\"], \"properties\": {\"a\": {\"$ref\": \"#/$defs/b\"}}} | #/$defs/b",
                "{\"type\": \"object\", \"required\": [\"a\"], \"properties\": {\"a\": {\"$ref\": \"#/$defs/b\"}},"
                        + " \"$defs\": {\"b\": {\"type\": \"array\", \"items\": {\"$ref\": \"#/$defs/b\"}}}} | recursion",
            })
    void whatNotEveryProviderTakesIsRefusedWithItsPlace(String schema, String named) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> PortableSchema.of(schema))
                .withMessageContaining(named);
    }
}
