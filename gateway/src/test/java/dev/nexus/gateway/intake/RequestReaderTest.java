package dev.nexus.gateway.intake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.nexus.contract.ErrorCode;
import dev.nexus.contract.JobId;
import dev.nexus.contract.JobOptions;
import dev.nexus.contract.JobRequest;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RequestReaderTest {

    @Test
    void aPromptMayHaveTheLineEndsOfWindowsAndIsKeptWithout() throws InvalidRequest {
        String json = "{'kind': 'replay', 'job': '0198c5a2-7c00-7000-8000-000000000001',"
                + " 'prompts': {'tests': 'Test.\\r\\n---\\r\\n{{spec}}\\r\\n'}}";

        JobRequest request = RequestReader.read(bytes(json), "kind");

        assertThat(((JobRequest.Replay) request).prompts()).containsEntry("tests", "Test.\n---\n{{spec}}\n");
    }

    @Test
    void aReplayNamesWhatItExchanges() throws InvalidRequest {
        String json =
                "{'kind': 'replay', 'job': '0198c5a2-7c00-7000-8000-000000000001', 'models': {'planner': 'a/b, c/d'},"
                        + " 'prompts': {'builder': 'Write.\\n---\\n{{spec}}'}, 'options': {'maxRepairs': 0}}";

        JobRequest request = RequestReader.read(bytes(json), "kind");

        assertThat(request)
                .isEqualTo(new JobRequest.Replay(
                        new JobId("0198c5a2-7c00-7000-8000-000000000001"),
                        Map.of("planner", "a/b, c/d"),
                        Map.of("builder", "Write.\n---\n{{spec}}"),
                        new JobOptions(0, null, null),
                        Map.of()));
    }

    @Test
    void aPromptOfMoreThan64KilobytesIsRefused() {
        InvalidRequest refusal = refusal("{'kind': 'replay', 'job': '0198c5a2-7c00-7000-8000-000000000001', 'prompts':"
                + " {'review': 'x\\n---\\n" + "y".repeat(65_536) + "'}}");

        assertThat(refusal).hasMessage("/prompts/review has 65542 bytes in UTF-8, the limit is 65536; shorten it");
    }

    @Test
    void aSpecAloneAsksForAPipelineWithDefaults() throws InvalidRequest {
        JobRequest request = RequestReader.read(bytes("{'spec': 'a stack'}"), "kind");

        assertThat(request).isEqualTo(new JobRequest.Pipeline("a stack", JobOptions.DEFAULTS, Map.of()));
    }

    @Test
    void optionsAndMetadataAreTaken() throws InvalidRequest {
        JobRequest request = RequestReader.read(
                bytes(
                        "{'spec': 'x', 'options': {'maxRepairs': 0, 'noCache': true, 'deadline': 'PT90S'}, 'metadata': {'b': '2', 'a': '1'}}"),
                "kind");

        assertThat(request.options()).isEqualTo(new JobOptions(0, true, Duration.ofSeconds(90)));
        assertThat(request.metadata()).isEqualTo(Map.of("a", "1", "b", "2"));
    }

    @ParameterizedTest
    @CsvSource({"0.5", "0.000001", "1000000", "1e-3", "2.500000000"})
    void aBudgetIsTakenAsItIsWritten(String usd) throws InvalidRequest {
        JobRequest request = RequestReader.read(bytes("{'spec': 'x', 'options': {'budgetUsd': " + usd + "}}"), "kind");

        assertThat(request.options().budgetUsd()).isEqualByComparingTo(usd);
    }

    @Test
    void onKafkaTheTypeSaysWhatIsWanted() throws InvalidRequest {
        JobRequest request = RequestReader.read(bytes("{'type': 'plan', 'spec': 'x'}"), "type");

        assertThat(request).isInstanceOf(JobRequest.PlanOnly.class);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{'spec': ''}                                   | /spec is empty; describe the software in plain language",
                "{'spec': '  '}                                 | /spec is empty; describe the software in plain language",
                "{}                                             | /spec is missing; describe the software in plain language",
                "{'spec': null}                                 | /spec is missing; describe the software in plain language",
                "{'spec': 5}                                    | /spec must be a string",
                "{'spec': 'a\\u0000b'}                          | /spec holds a NUL character; remove it",
                "{'spec': '\\ud800'}                            | /spec holds half of a surrogate pair; send whole Unicode characters",
                "''                                             | the request must be a JSON object, such as {\"spec\": \"…\"}",
                "[]                                             | the request must be a JSON object, such as {\"spec\": \"…\"}",
                "{'spec': 'x', 'kind': 'dance'}                 | /kind must be one of pipeline, plan, build, test, replay, retry",
                "{'spec': 'x', 'sepc': 'y'}                     | /sepc is not known here; use basedOn, files, kind, metadata, options, spec",
                "{'spec': 'x', 'options': 3}                    | /options must be an object",
                "{'spec': 'x', 'options': {'maxRepairs': 6}}    | /options/maxRepairs must be a whole number from 0 to 5",
                "{'spec': 'x', 'options': {'maxRepairs': '1'}}  | /options/maxRepairs must be a whole number from 0 to 5",
                "{'spec': 'x', 'options': {'maxRepair': 1}}     | /options/maxRepair is not known; use maxRepairs, noCache, deadline, budgetUsd, approval, webhooks",
                "{'spec': 'x', 'options': {'deadline': '10 min'}} | /options/deadline must be a duration of at least 1 s in the form of ISO 8601, such as \"PT10M\"",
                "{'spec': 'x', 'options': {'deadline': 'PT0.5S'}} | /options/deadline must be a duration of at least 1 s in the form of ISO 8601, such as \"PT10M\"",
                "{'spec': 'x', 'options': {'deadline': 600}} | /options/deadline must be a duration of at least 1 s in the form of ISO 8601, such as \"PT10M\"",
                "{'spec': 'x', 'options': {'budgetUsd': 0}} | /options/budgetUsd must be a number of US dollars, more than 0, at most 1000000, with at most 6 digits behind the point, such as 0.50",
                "{'spec': 'x', 'options': {'budgetUsd': -1}} | /options/budgetUsd must be a number of US dollars, more than 0, at most 1000000, with at most 6 digits behind the point, such as 0.50",
                "{'spec': 'x', 'options': {'budgetUsd': 0.0000001}} | /options/budgetUsd must be a number of US dollars, more than 0, at most 1000000, with at most 6 digits behind the point, such as 0.50",
                "{'spec': 'x', 'options': {'budgetUsd': 1000000.01}} | /options/budgetUsd must be a number of US dollars, more than 0, at most 1000000, with at most 6 digits behind the point, such as 0.50",
                "{'spec': 'x', 'options': {'budgetUsd': 1e7}} | /options/budgetUsd must be a number of US dollars, more than 0, at most 1000000, with at most 6 digits behind the point, such as 0.50",
                "{'spec': 'x', 'options': {'budgetUsd': 1e400}} | /options/budgetUsd must be a number of US dollars, more than 0, at most 1000000, with at most 6 digits behind the point, such as 0.50",
                "{'spec': 'x', 'options': {'budgetUsd': 1e999999999}} | /options/budgetUsd must be a number of US dollars, more than 0, at most 1000000, with at most 6 digits behind the point, such as 0.50",
                "{'spec': 'x', 'options': {'budgetUsd': '1'}} | /options/budgetUsd must be a number of US dollars, more than 0, at most 1000000, with at most 6 digits behind the point, such as 0.50",
                "{'spec': 'x', 'options': {'budgetUsd': null}} | /options/budgetUsd must be a number of US dollars, more than 0, at most 1000000, with at most 6 digits behind the point, such as 0.50",
                "{'spec': 'x', 'options': {'budgetUsd': true}} | /options/budgetUsd must be a number of US dollars, more than 0, at most 1000000, with at most 6 digits behind the point, such as 0.50",
                "{'spec': 'x', 'options': {'budgetUsd': {}}} | /options/budgetUsd must be a number of US dollars, more than 0, at most 1000000, with at most 6 digits behind the point, such as 0.50",
                "{'spec': 'x', 'options': {'noCache': 1}}       | /options/noCache must be true or false",
                "{'spec': 'x', 'metadata': []}                  | /metadata must be an object with string values",
                "{'spec': 'x', 'metadata': {'a': 1}}            | /metadata/a must be a string of at most 256 characters",
                "{'kind': 'replay'}                             | /job is missing; name the job to be run again",
                "{'kind': 'replay', 'job': 'no'}                | /job must be the id of a job: a UUID in lower case",
                "{'kind': 'replay', 'job': '0198c5a2-7c00-7000-8000-000000000001', 'spec': 'x'} | /spec is not known here; use job, kind, metadata, models, options, prompts",
                "{'kind': 'replay', 'job': '0198c5a2-7c00-7000-8000-000000000001', 'models': []} | /models must be an object with string values",
                "{'kind': 'replay', 'job': '0198c5a2-7c00-7000-8000-000000000001', 'models': {'gateway': 'x'}} | /models/gateway is not known; use builder, planner, tester",
                "{'kind': 'replay', 'job': '0198c5a2-7c00-7000-8000-000000000001', 'models': {'tester': ' '}} | /models/tester must name a model in 1 to 200 characters, such as provider/model",
                "{'kind': 'replay', 'job': '0198c5a2-7c00-7000-8000-000000000001', 'models': {'tester': 5}} | /models/tester must be a string",
                "{'kind': 'replay', 'job': '0198c5a2-7c00-7000-8000-000000000001', 'prompts': {'tester': 'x'}} | /prompts/tester is not known; use builder, planner, review, tests",
                "{'kind': 'replay', 'job': '0198c5a2-7c00-7000-8000-000000000001', 'prompts': {'tests': 'x'}} | /prompts/tests has no line '---'; put one between what is for the system role and what is for the user's",
                "{'kind': 'build'}                              | the request must have either /plan or /job, and not both",
                "{'kind': 'build', 'job': 'no'}                 | /job must be the id of a job: a UUID in lower case",
                "{'kind': 'build', 'plan': {}}                  | /plan must have summary, language, interface and steps, as GET /jobs/{id} shows a plan",
                "{'kind': 'test', 'spec': null, 'files': [{'path': 'a.py', 'content': ''}]} | /spec must be a string",
                "{'kind': 'test', 'spec': null, 'files': [{'path': 'test_a.py', 'content': ''}]} | /spec must be a string",
                "{'kind': 'test', 'spec': 5, 'files': [{'path': 'a.py', 'content': ''}]} | /spec must be a string",
                "{'kind': 'test', 'files': []}                  | /files must be a list of at least one {\"path\", \"content\"}",
                "{'kind': 'test', 'files': [{'path': 'a.py'}]}  | /files/0 must have path and content, both strings (and 1 more)",
            })
    void whatIsWrongIsNamedWithItsPlaceAndRemedy(String json, String message) {
        InvalidRequest refusal = refusal(json);

        assertThat(refusal).hasMessage(message);
        assertThat(refusal.code()).isEqualTo(ErrorCode.INVALID_REQUEST);
    }

    @ParameterizedTest
    @ValueSource(strings = {"{", "{'spec': 'x'} {}", "{'spec': 'x', 'spec': 'y'}", "nonsense"})
    void whatIsNotOneJsonDocumentIsRefused(String json) {
        InvalidRequest refusal = refusal(json);

        assertThat(refusal).hasMessageContaining("is not one valid JSON document");
    }

    @Test
    void bytesThatAreNotUtf8AreRefused() {
        byte[] latin1 = bytes("{'spec': 'naïf'}".replace("ï", "\u00ef"), StandardCharsets.ISO_8859_1);

        InvalidRequest refusal = catchThrowableOfType(InvalidRequest.class, () -> RequestReader.read(latin1, "kind"));

        assertThat(refusal).hasMessageContaining("is not valid UTF-8");
    }

    @Test
    void aSpecOf64KibibytesIsTakenAndOneByteMoreIsNot() throws InvalidRequest {
        assertThat(RequestReader.read(bytes("{'spec': '" + "x".repeat(65536) + "'}"), "kind"))
                .isInstanceOf(JobRequest.Pipeline.class);

        assertThat(refusal("{'spec': '" + "x".repeat(65537) + "'}"))
                .hasMessage("/spec has 65537 bytes in UTF-8, the limit is 65536; shorten it");
    }

    @Test
    void aRequestOverOneMebibyteIsTooLarge() {
        InvalidRequest refusal = refusal("{'spec': '" + "x".repeat(1024 * 1024) + "'}");

        assertThat(refusal.code()).isEqualTo(ErrorCode.TOO_LARGE);
    }

    @ParameterizedTest
    @ValueSource(strings = {"../etc/passwd", "/etc/passwd", "a/../../b.py", ".env", "a\\\\b.py", "C:/x.py", "run.sh"})
    void aPathThatLeavesTheJobIsRefused(String path) {
        InvalidRequest refusal = refusal("{'kind': 'test', 'files': [{'path': '" + path
                + "', 'content': ''}, {'path': 'test_a.py', 'content': ''}]}");

        assertThat(refusal.errors())
                .singleElement()
                .satisfies(error -> assertThat(error.pointer()).isEqualTo("/files/0/path"));
    }

    @Test
    void filesWithoutTestAndWithoutSpecAreRefused() {
        InvalidRequest refusal = refusal("{'kind': 'test', 'files': [{'path': 'a.py', 'content': ''}]}");

        assertThat(refusal)
                .hasMessage("/files hold no test; add a file such as tests/test_app.py, or a spec to write tests from");
    }

    @Test
    void testsMayBeWantedWithASpecOrWithout() throws InvalidRequest {
        var plain = (JobRequest.Test)
                RequestReader.read(bytes("{'kind': 'test', 'files': [{'path': 'test_a.py', 'content': ''}]}"), "kind");
        var withSpec = (JobRequest.Test) RequestReader.read(
                bytes("{'kind': 'test', 'spec': 'x', 'files': [{'path': 'a.py', 'content': ''}]}"), "kind");

        assertThat(plain.spec()).isNull();
        assertThat(withSpec.spec()).isEqualTo("x");
    }

    @Test
    void aFileThatIsTheFolderOfAnotherIsRefused() {
        InvalidRequest refusal = refusal("{'kind': 'test', 'files': [{'path': 'test_a.py', 'content': ''},"
                + " {'path': 'Test_a.py/b.py', 'content': ''}]}");

        assertThat(refusal)
                .hasMessage("/files hold 'test_a.py' as a file and as the folder of another; rename one of them");
    }

    @Test
    void fortyOneFilesAreTooMany() {
        String files = IntStream.range(0, 41)
                .mapToObj(i -> "{'path': 'f" + i + ".py', 'content': ''}")
                .collect(Collectors.joining(","));

        InvalidRequest refusal = refusal("{'kind': 'test', 'spec': 'x', 'files': [" + files + "]}");

        assertThat(refusal).hasMessage("/files has 41 entries, the limit is 40; send fewer");
    }

    @Test
    void everythingThatIsWrongIsSaidAtOnce() {
        InvalidRequest refusal = refusal("{'spec': '', 'options': {'maxRepairs': 9}, 'metadata': {'': 'x'}}");

        assertThat(refusal.errors().stream().map(FieldError::pointer))
                .isEqualTo(List.of("/spec", "/options/maxRepairs", "/metadata/"));
    }

    @Test
    void aPlanIsCheckedByThePlannersRules() {
        InvalidRequest refusal = refusal("{'kind': 'build', 'plan': {'summary': 's', 'language': 'python', 'interface':"
                + " [], 'steps': [{'id': 'a', 'title': 't', 'files': ['../a.py'], 'dependsOn': ['b']}]}}");

        assertThat(refusal.errors()).hasSize(2);
    }

    private static InvalidRequest refusal(String json) {
        return catchThrowableOfType(InvalidRequest.class, () -> RequestReader.read(bytes(json), "kind"));
    }

    private static byte[] bytes(String json) {
        return bytes(json, StandardCharsets.UTF_8);
    }

    private static byte[] bytes(String json, java.nio.charset.Charset charset) {
        return json.replace('\'', '"').getBytes(charset);
    }
}
