package dev.nexus.planner;

import com.networknt.schema.Error;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SchemaRegistryConfig;
import com.networknt.schema.SpecificationVersion;
import dev.nexus.agent.Asking.Reading;
import dev.nexus.contract.Json;
import dev.nexus.contract.Plan;
import dev.nexus.contract.PlanRules;
import dev.nexus.model.OutputFormat;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/** What the model must answer: one JSON document that fits the schema, reads as a plan, and can be built. */
sealed interface PlanReply {

    /** The form that the model is told to answer in, and that the answer is checked against. */
    OutputFormat.JsonDocument FORMAT = new OutputFormat.JsonDocument("plan", Reader.schemaText());

    record Valid(Plan plan) implements PlanReply {}

    /** The specification demands a language that is not built here. */
    record OtherLanguage(String language) implements PlanReply {}

    /** The problems of a plan that cannot be used name the place, and what to do about it. */
    static Reading<PlanReply> read(String text) {
        return Reader.read(text);
    }

    /** The checks, each of which needs the one before. */
    final class Reader {

        private static final Pattern FENCED = Pattern.compile("```(?:json)?\\s*\\n(.*)\\n\\s*```", Pattern.DOTALL);
        private static final Schema SCHEMA = schema();

        private Reader() {}

        private static Reading<PlanReply> read(String text) {
            JsonNode tree;
            try {
                tree = Json.MAPPER.readTree(withoutFence(text.strip()));
            } catch (JacksonException e) {
                return unusable("the answer is not one JSON document: " + e.getOriginalMessage());
            }
            if (tree.isMissingNode()) {
                return unusable("the answer is empty; a plan is wanted");
            }
            List<String> problems =
                    SCHEMA.validate(tree).stream().map(Error::toString).toList();
            if (!problems.isEmpty()) {
                return new Reading.Unusable<>(problems);
            }
            Plan plan = Json.MAPPER.treeToValue(tree, Plan.class);
            if (!plan.language().startsWith("python")) {
                return new Reading.Usable<>(new OtherLanguage(plan.language()));
            }
            problems = problemsWith(plan);
            return problems.isEmpty() ? new Reading.Usable<>(new Valid(plan)) : new Reading.Unusable<>(problems);
        }

        private static List<String> problemsWith(Plan plan) {
            List<String> problems = new ArrayList<>();
            if (!plan.language().equals("python")) {
                problems.add("/language: write python, without a version");
            }
            problems.addAll(PlanRules.problemsWith(plan));
            return problems;
        }

        private static Reading<PlanReply> unusable(String problem) {
            return new Reading.Unusable<>(List.of(problem));
        }

        private static String withoutFence(String text) {
            Matcher fenced = FENCED.matcher(text);
            return fenced.matches() ? fenced.group(1) : text;
        }

        private static Schema schema() {
            // English whatever the machine's language is: the messages go to the model, and into the key of its reply.
            SchemaRegistryConfig config =
                    SchemaRegistryConfig.builder().locale(Locale.ENGLISH).build();
            return SchemaRegistry.withDefaultDialect(
                            SpecificationVersion.DRAFT_2020_12, registry -> registry.schemaRegistryConfig(config))
                    .getSchema(schemaText());
        }

        private static String schemaText() {
            try (InputStream in = PlanReply.class.getResourceAsStream("/prompts/plan.schema.json")) {
                return new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
