package dev.nexus.gateway.webhook;

import dev.nexus.contract.Webhook;
import dev.nexus.gateway.intake.FieldError;
import dev.nexus.gateway.intake.InvalidRequest;
import dev.nexus.gateway.intake.JsonBody;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * A subscription that someone asks for.
 *
 * @param onlyNamed as in {@link Webhook}
 */
public record NewWebhook(
        String url,
        List<String> events,
        boolean onlyNamed,
        @Nullable String description) {

    private static final List<String> FIELDS = List.of("url", "events", "jobs", "description");
    private static final int DESCRIPTION_CHARS = 256;
    private static final Duration LONGEST_OVERLAP = Duration.ofDays(7);
    private static final Duration OVERLAP = Duration.ofDays(1);

    Webhook as(String id, String tenant, String secret, Instant now) {
        return new Webhook(id, tenant, url, events, onlyNamed, description, secret, null, null, now, null);
    }

    /** Whether that is what it asks for. */
    boolean isLike(Webhook known) {
        return url.equals(known.url())
                && events.equals(known.events())
                && onlyNamed == known.onlyNamed()
                && Objects.equals(description, known.description());
    }

    /** @throws InvalidRequest with all that is wrong */
    static NewWebhook read(byte[] json, Target target) throws InvalidRequest {
        JsonNode root = JsonBody.parse(json, "{\"url\": \"https://…\"}");
        List<FieldError> errors = unknown(root, FIELDS);
        JsonNode url = root.get("url");
        String problem = url == null || !url.isString()
                ? "must be a text, such as https://example.com/hooks"
                : target.problemWith(url.stringValue());
        if (problem != null) {
            errors.add(new FieldError("/url", problem));
        }
        List<String> events = events(root.get("events"), errors);
        JsonNode jobs = root.get("jobs");
        String which = jobs == null ? "all" : jobs.asString("");
        if (!which.equals("all") && !which.equals("named")) {
            errors.add(new FieldError(
                    "/jobs", "must be \"all\", or \"named\" for those alone whose options.webhooks names it"));
        }
        JsonNode description = root.get("description");
        if (description != null
                && !(description.isString() && description.stringValue().length() <= DESCRIPTION_CHARS)) {
            errors.add(
                    new FieldError("/description", "must be a text of at most " + DESCRIPTION_CHARS + " characters"));
        }
        if (url == null || !errors.isEmpty()) {
            throw InvalidRequest.of(errors);
        }
        return new NewWebhook(
                url.stringValue(),
                events,
                which.equals("named"),
                description == null ? null : description.stringValue());
    }

    private static List<String> events(@Nullable JsonNode node, List<FieldError> errors) {
        if (node == null) {
            return EventNames.DEFAULTS;
        }
        if (!node.isArray() || node.isEmpty()) {
            errors.add(new FieldError("/events", "must be a list of event types; leave it out for the usual ones"));
            return List.of();
        }
        Set<String> events = new LinkedHashSet<>();
        for (int i = 0; i < node.size(); i++) {
            String name = node.get(i).asString("");
            if (!EventNames.KNOWN.contains(name)) {
                errors.add(new FieldError(
                        "/events/" + i, "is no event; use some of " + String.join(", ", EventNames.KNOWN)));
            }
            events.add(name);
        }
        return List.copyOf(events);
    }

    /**
     * How long the secret of before signs beside a new one: what the body says, a day if nothing.
     *
     * @throws InvalidRequest unless it is from none to 7 days
     */
    static Duration overlap(byte[] json) throws InvalidRequest {
        if (json.length == 0) {
            return OVERLAP;
        }
        JsonNode root = JsonBody.parse(json, "{\"overlap\": \"PT24H\"}");
        List<FieldError> errors = unknown(root, List.of("overlap"));
        JsonNode node = root.get("overlap");
        Duration overlap = node == null ? OVERLAP : duration(node);
        if (overlap == null || overlap.isNegative() || overlap.compareTo(LONGEST_OVERLAP) > 0) {
            errors.add(new FieldError(
                    "/overlap",
                    "must be a duration of at most " + LONGEST_OVERLAP.toDays()
                            + " days in the form of ISO 8601, such as \"PT24H\", or \"PT0S\" for none"));
        }
        if (overlap == null || !errors.isEmpty()) {
            throw InvalidRequest.of(errors);
        }
        return overlap;
    }

    private static @Nullable Duration duration(JsonNode node) {
        try {
            return Duration.parse(node.asString(""));
        } catch (DateTimeParseException e) {
            return null; // said by the caller
        }
    }

    private static List<FieldError> unknown(JsonNode root, List<String> known) {
        List<FieldError> errors = new ArrayList<>();
        for (String name : root.propertyNames()) {
            if (!known.contains(name)) {
                errors.add(new FieldError(
                        "/" + JsonBody.pointerTo(name), "is not known; use " + String.join(", ", known)));
            }
        }
        return errors;
    }
}
