package dev.nexus.gateway.http;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.nexus.contract.Json;
import tools.jackson.databind.json.JsonMapper;

/** The JSON of answers: as on Kafka, but empty lists are shown, so that clients need not ask whether they are there. */
final class Views {

    private static final JsonMapper MAPPER = Json.MAPPER
            .rebuild()
            .changeDefaultPropertyInclusion(i -> i.withValueInclusion(JsonInclude.Include.NON_NULL))
            .build();

    private Views() {}

    static byte[] json(Object view) {
        return MAPPER.writeValueAsBytes(view);
    }
}
