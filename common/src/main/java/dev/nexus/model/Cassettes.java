package dev.nexus.model;

import dev.nexus.contract.CannotStart;
import dev.nexus.contract.Fidelity;
import dev.nexus.contract.JobId;
import dev.nexus.contract.Json;
import dev.nexus.contract.LedgerEntry;
import dev.nexus.contract.ModelCall;
import dev.nexus.contract.ModelCall.Message;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/**
 * Calls of earlier jobs, as {@code GET /jobs/{id}/calls} gives them: an equal question is answered as it was then, in
 * whatever job and task it comes.
 */
final class Cassettes {

    /** Stands for the nonce of either question while they are compared. */
    private static final String NONCE = "(the nonce)";

    private static final Pattern TAG = Pattern.compile("<[a-z]+-([0-9a-f]{16})[ >]");

    private final Map<Asked, Recorded> replies = new HashMap<>();

    private record Asked(String system, List<Message> messages) {

        Asked without(@Nullable String nonce) {
            return nonce == null
                    ? this
                    : new Asked(
                            system.replace(nonce, NONCE),
                            messages.stream()
                                    .map(message -> new Message(
                                            message.role(), message.text().replace(nonce, NONCE)))
                                    .toList());
        }
    }

    /** A reply, with {@link #NONCE} in the place of its nonce. */
    private record Recorded(String reply, ModelReply.Stop stop, Fidelity fidelity) {}

    /** What is answered. */
    record Answer(String text, ModelReply.Stop stop, Fidelity fidelity) {}

    private Cassettes() {}

    /**
     * Reads all files {@code *.json} of a folder; of equal questions the first counts.
     *
     * @param folder null for none
     * @throws CannotStart if one is no export of calls, naming it
     */
    static Cassettes in(@Nullable Path folder) {
        Cassettes cassettes = new Cassettes();
        if (folder == null) {
            return cassettes;
        }
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.filter(path -> path.toString().endsWith(".json"))
                    .sorted()
                    .toList()) {
                cassettes.add(file);
            }
        } catch (IOException e) {
            throw new CannotStart(
                    "nexus.models.offline.cassettes is '" + folder + "', which is no folder that can be read", e);
        }
        return cassettes;
    }

    private void add(Path file) throws IOException {
        try {
            JsonNode calls = Json.tree(Files.readAllBytes(file)).get("calls");
            if (calls == null || !calls.isArray()) {
                throw unfit(file, "has no list 'calls'", null);
            }
            for (JsonNode call : calls) {
                if (Json.MAPPER.treeToValue(call, LedgerEntry.class) instanceof ModelCall recorded) {
                    add(recorded);
                }
            }
        } catch (JacksonException | IllegalArgumentException e) {
            throw unfit(
                    file,
                    "is none ("
                            + String.valueOf(e.getMessage()).lines().findFirst().orElse("") + ")",
                    e);
        }
    }

    private void add(ModelCall call) {
        int slash = call.callKey().indexOf('/');
        JobId job = new JobId(call.callKey().substring(0, Math.max(0, slash)));
        String nonce = Nonce.of(job, call.task());
        ModelReply.Stop stop = ModelReply.Stop.of(call.stop())
                .orElseThrow(() -> new IllegalArgumentException("no answer stops with '" + call.stop() + "'"));
        replies.putIfAbsent(
                new Asked(call.system(), call.messages()).without(nonce),
                new Recorded(call.reply().replace(nonce, NONCE), stop, call.fidelity()));
    }

    private static CannotStart unfit(Path file, String why, @Nullable Exception cause) {
        return new CannotStart(
                "nexus.models.offline.cassettes holds " + file.getFileName() + ", which " + why
                        + "; write it with 'nexus calls ID --json', or take it away",
                cause);
    }

    /** How the question was answered; empty if it was never asked. */
    Optional<Answer> answer(ModelRequest request) {
        String nonce = nonceOf(request);
        Recorded known = replies.get(new Asked(request.system(), request.messages()).without(nonce));
        return Optional.ofNullable(known)
                .map(recorded -> new Answer(
                        nonce == null ? recorded.reply() : recorded.reply().replace(NONCE, nonce),
                        recorded.stop(),
                        recorded.fidelity()));
    }

    private static @Nullable String nonceOf(ModelRequest request) {
        if (request.format() instanceof OutputFormat.Files(String nonce)) {
            return nonce;
        }
        return request.messages().stream()
                .map(message -> TAG.matcher(message.text()))
                .filter(Matcher::find)
                .map(tag -> tag.group(1))
                .findFirst()
                .orElse(null);
    }
}
