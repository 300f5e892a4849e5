package dev.nexus.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nexus.contract.Fidelity;
import dev.nexus.contract.JobId;
import dev.nexus.contract.Json;
import dev.nexus.contract.ModelCall;
import dev.nexus.contract.TaskId;
import dev.nexus.contract.Usage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CassettesTest {

    private static final JobId JOB = new JobId("0198c5a2-7c00-7000-8000-000000000001");
    private static final TaskId BUILD = TaskId.build("a", 0);
    private static final String RECORDED = Nonce.of(JOB, BUILD);
    private static final String OTHER = "fedcba9876543210";

    @TempDir
    private Path folder;

    @Test
    void anEqualQuestionOfAnotherJobGetsTheReplyWithItsOwnNonce() throws IOException {
        record("a.json", BUILD, "<file-" + RECORDED + " path=\"a.py\">", "length", Fidelity.SCAFFOLD);

        var answer = Cassettes.in(folder).answer(files(OTHER, "the spec"));

        assertThat(answer)
                .contains(new Cassettes.Answer(
                        "<file-" + OTHER + " path=\"a.py\">", ModelReply.Stop.LENGTH, Fidelity.SCAFFOLD));
    }

    @Test
    void aPlanIsFoundByTheTagOfItsSpecification() throws IOException {
        String nonce = Nonce.of(JOB, TaskId.plan());
        write("plan.json", call(TaskId.plan(), "system", "<specification-" + nonce + ">\nx", "{}", "end"));

        var answer = Cassettes.in(folder)
                .answer(new ModelRequest(
                        "v",
                        "system",
                        List.of(new ModelCall.Message("user", "<specification-" + OTHER + ">\nx")),
                        new OutputFormat.JsonDocument("plan", "{}"),
                        100));

        assertThat(answer).map(Cassettes.Answer::text).contains("{}");
    }

    @Test
    void anotherQuestionHasNoReply() throws IOException {
        record("a.json", BUILD, "reply", "end", Fidelity.IMPLEMENTATION);

        assertThat(Cassettes.in(folder).answer(files(OTHER, "another spec"))).isEmpty();
        assertThat(Cassettes.in(null).answer(files(OTHER, "the spec"))).isEmpty();
    }

    @Test
    void theOfflineModelGivesTheRecordedReplyAndItsOwnToAllElse() throws IOException, Exception {
        record("a.json", BUILD, "from the cassette", "end", Fidelity.IMPLEMENTATION);
        var model = new OfflineModel(
                new ModelSettings.Offline(
                        java.time.Duration.ZERO, java.time.Duration.ZERO, ModelSettings.Faults.NONE, folder),
                Repertoire.load());

        ModelReply recorded = model.reply(files(OTHER, "the spec"), new Listener());
        ModelReply own = model.reply(AgentPrompts.plan("fizzbuzz"), new Listener());

        assertThat(recorded.text()).isEqualTo("from the cassette");
        assertThat(recorded.usage().calls()).isEqualTo(1);
        assertThat(own.text()).contains("FizzBuzz");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            no JSON                                        | which is none (Unrecognized token 'no'
            {"job": "x"}                                   | which has no list 'calls'
            {"calls": [{"type": "model.call"}]}            | which is none (
            {"calls": ["call"]}                            | which is none (
            """)
    void aFileThatIsNoExportEndsTheStartAndIsNamed(String content, String why) throws IOException {
        Files.writeString(folder.resolve("bad.json"), content);

        assertThatThrownBy(() -> Cassettes.in(folder))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageStartingWith("nexus.models.offline.cassettes holds bad.json, " + why)
                .hasMessageEndingWith("; write it with 'nexus calls ID --json', or take it away");
    }

    @Test
    void aFolderThatIsNotThereEndsTheStart() {
        assertThatThrownBy(() -> Cassettes.in(folder.resolve("none")))
                .hasMessageContaining("nexus.models.offline.cassettes is '")
                .hasMessageEndingWith("none', which is no folder that can be read");
    }

    private void record(String file, TaskId task, String reply, String stop, Fidelity fidelity) throws IOException {
        ModelCall call = call(task, "Tags end in " + RECORDED, "the spec", reply, stop);
        write(
                file,
                new ModelCall(
                        call.callKey(),
                        task,
                        1,
                        1,
                        "a/b",
                        "v",
                        call.system(),
                        call.messages(),
                        reply,
                        stop,
                        call.usage(),
                        fidelity,
                        10));
    }

    private static ModelCall call(TaskId task, String system, String question, String reply, String stop) {
        return new ModelCall(
                JOB + "/" + task + "/1/hash",
                task,
                1,
                1,
                "a/b",
                "v",
                system,
                List.of(new ModelCall.Message("user", question)),
                reply,
                stop,
                Usage.NONE,
                Fidelity.IMPLEMENTATION,
                10);
    }

    private void write(String file, ModelCall call) throws IOException {
        String json = new String(Json.write(call), StandardCharsets.UTF_8);
        Files.writeString(folder.resolve(file), "{\"job\": \"" + JOB + "\", \"calls\": [" + json + "]}");
    }

    private static ModelRequest files(String nonce, String spec) {
        return new ModelRequest(
                "v",
                "Tags end in " + nonce,
                List.of(new ModelCall.Message("user", spec)),
                new OutputFormat.Files(nonce),
                100);
    }
}
