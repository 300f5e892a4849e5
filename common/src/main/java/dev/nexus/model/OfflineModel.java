package dev.nexus.model;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.nexus.contract.ErrorCode;
import dev.nexus.contract.ErrorInfo;
import dev.nexus.contract.Fidelity;
import dev.nexus.contract.Json;
import dev.nexus.contract.Plan;
import dev.nexus.contract.Usage;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.json.JsonMapper;

/**
 * A model without a network: it gives the answers on its {@link Cassettes}, implements what its {@link Repertoire} has, and writes a scaffold for anything else. Equal
 * prompts give equal answers, equally late and with equal faults.
 */
final class OfflineModel implements LanguageModel {

    /** The schema of a plan wants every list, the empty ones too. */
    private static final JsonMapper COMPLETE = Json.MAPPER
            .rebuild()
            .changeDefaultPropertyInclusion(i -> i.withValueInclusion(JsonInclude.Include.NON_NULL))
            .build();

    /** Calls that are made for one answer while they are refused with 429, as a client of a live provider would. */
    private static final int TRIES = 4;

    private static final int PIECES = 20;
    private static final int CHARS_PER_TOKEN = 4;

    private final ModelSettings.Offline settings;
    private final Repertoire repertoire;
    private final Cassettes cassettes;

    private record Answer(String text, Fidelity fidelity) {}

    OfflineModel(ModelSettings.Offline settings, Repertoire repertoire) {
        this.settings = settings;
        this.repertoire = repertoire;
        this.cassettes = Cassettes.in(settings.cassettes());
    }

    @Override
    public ModelReply reply(ModelRequest request, Caller pieces) throws ModelException, InterruptedException {
        Dice dice = new Dice(settings.faults().seed(), request);
        Optional<Cassettes.Answer> known = cassettes.answer(request);
        if (known.isPresent()) {
            Cassettes.Answer recorded = known.get();
            stream(recorded.text(), dice, pieces);
            return new ModelReply(
                    Models.OFFLINE,
                    recorded.text(),
                    recorded.stop(),
                    usage(request, recorded.text()),
                    recorded.fidelity());
        }
        Answer answer = answer(request, dice);
        awaitAdmission(dice, pieces);
        String text = answer.text();
        ModelReply.Stop stop = ModelReply.Stop.END;
        if (dice.roll("invalid") < settings.faults().invalidOutput()) {
            text = spoilt(text, request.format());
        }
        int length = Math.min(text.length(), request.maxOutputTokens() * CHARS_PER_TOKEN);
        if (dice.roll("truncated") < settings.faults().truncated()) {
            length = Math.min(length, text.length() / 2);
        }
        if (length < text.length()) {
            text = text.substring(0, length);
            stop = ModelReply.Stop.LENGTH;
        }
        stream(text, dice, pieces);
        return new ModelReply(Models.OFFLINE, text, stop, usage(request, text), answer.fidelity());
    }

    private Answer answer(ModelRequest request, Dice dice) throws ModelException {
        return switch (Question.in(request)) {
            case Question.ForPlan q -> plan(q);
            case Question.ForFiles q -> files(q, dice);
            case Question.ForTests q -> tests(q);
            case Question.ForReview q -> review(q);
        };
    }

    private Answer plan(Question.ForPlan asked) {
        Optional<String> other = TargetLanguage.otherThanPython(asked.spec());
        if (other.isPresent()) {
            Plan none = new Plan("The specification asks for " + other.get() + ".", other.get(), List.of(), List.of());
            return new Answer(json(none), Fidelity.IMPLEMENTATION);
        }
        return repertoire
                .forSpec(asked.spec())
                .map(project -> new Answer(json(project.plan()), project.fidelity()))
                .orElseGet(() -> new Answer(json(Scaffold.planFor(asked.spec())), Fidelity.SCAFFOLD));
    }

    private Answer files(Question.ForFiles asked, Dice dice) {
        Project project = repertoire
                .forStep(asked.spec(), asked.plan(), asked.step())
                .orElseGet(() -> new Scaffold(asked.plan()));
        Map<String, String> files = new LinkedHashMap<>();
        for (String path : asked.step().files()) {
            String fresh = project.file(path, asked.failures());
            boolean isMended = !fresh.equals(project.file(path, List.of()));
            boolean isRepair = !asked.failures().isEmpty();
            // In a repair, what these failures do not speak against stays as it is.
            String current = asked.current().getOrDefault(path, fresh);
            String kept =
                    isRepair ? project.byHeart(path, asked.failures(), current).orElse(current) : fresh;
            files.put(path, isMended ? fresh : kept);
        }
        if (dice.roll("forged") < settings.faults().forged()) {
            files.replaceAll((path, content) -> path.endsWith(".py") ? content + "\n\n" + forgery(dice) : content);
        }
        return new Answer(blocks(asked.nonce(), files), project.fidelity());
    }

    /** What a build adds to its files to be taken for right. */
    private static String forgery(Dice dice) {
        List<String> names = OfflineResource.lines("forgeries.txt");
        return OfflineResource.text("forgeries/" + names.get((int) (dice.roll("forgery") * names.size())) + ".py");
    }

    private Answer tests(Question.ForTests asked) {
        Plan plan = asked.plan();
        Optional<Project> known = plan == null
                ? repertoire.forFiles(asked.spec(), asked.current())
                : repertoire.forPlan(asked.spec(), plan);
        Map<String, String> tests = known.map(project -> asked.isAskedAgain() ? project.tests() : project.firstTests())
                .orElseGet(() -> plan == null ? StructureTests.of(asked.current()) : new Scaffold(plan).tests());
        return new Answer(
                blocks(asked.nonce(), tests), known.map(Project::fidelity).orElse(Fidelity.SCAFFOLD));
    }

    /** Takes back the test of a sample that is known to be wrong, if it failed. */
    private Answer review(Question.ForReview asked) {
        Optional<Project> known =
                asked.plan() == null ? Optional.empty() : repertoire.forPlan(asked.spec(), asked.plan());
        String answer = known.flatMap(project -> project.wrongTest()
                        .filter(wrong -> asked.failures().contains(wrong.test()))
                        .map(wrong -> "<wrong-" + asked.nonce() + " test=\"" + wrong.test() + "\">\n" + wrong.why()
                                + "\n</wrong-" + asked.nonce() + ">\n" + blocks(asked.nonce(), project.tests())))
                .orElse("NONE\n");
        return new Answer(answer, Fidelity.IMPLEMENTATION);
    }

    private void awaitAdmission(Dice dice, Caller pieces) throws ModelException, InterruptedException {
        for (int call = 1; dice.roll("429 " + call) < settings.faults().rateLimited(); call++) {
            if (call == TRIES) {
                throw new ModelException(new ErrorInfo(
                        ErrorCode.MODEL_UNAVAILABLE,
                        "the offline model was asked to play a rate limit (429), and did so " + TRIES
                                + " times in a row",
                        true));
            }
            Thread.sleep(settings.latency().multipliedBy(1L << (call - 1)));
            pieces.accept(new ModelEvent.Restart("rate limited (429), call " + (call + 1)));
        }
    }

    private void stream(String text, Dice dice, Caller pieces) throws InterruptedException {
        Duration whole = settings.latency().plusNanos((long) (settings.jitter().toNanos() * dice.roll("jitter")));
        int size = Math.max(1, (text.length() + PIECES - 1) / PIECES);
        for (int from = 0; from < text.length(); from += size) {
            Thread.sleep(whole.dividedBy(PIECES));
            pieces.accept(new ModelEvent.Delta(text.substring(from, Math.min(from + size, text.length()))));
        }
    }

    private static String spoilt(String text, OutputFormat format) {
        return switch (format) {
            case OutputFormat.JsonDocument d -> "Here is the plan:\n" + text.replaceFirst("\"", "");
            case OutputFormat.Files f -> text.replaceFirst("</file-" + f.nonce() + ">\n", "");
        };
    }

    private static Usage usage(ModelRequest request, String reply) {
        long input = request.system().length()
                + request.messages().stream().mapToLong(m -> m.text().length()).sum();
        return new Usage(1, 0, tokens(input), tokens(reply.length()), BigDecimal.ZERO);
    }

    private static long tokens(long chars) {
        return (chars + CHARS_PER_TOKEN - 1) / CHARS_PER_TOKEN;
    }

    private static String json(Plan plan) {
        return COMPLETE.writeValueAsString(plan);
    }

    private static String blocks(String nonce, Map<String, String> files) {
        StringBuilder text = new StringBuilder();
        files.forEach((path, content) -> text.append(FileBlocks.write(nonce, path, content)));
        return text.toString();
    }
}
