package dev.nexus.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import dev.nexus.contract.ErrorCode;
import dev.nexus.contract.Fidelity;
import dev.nexus.contract.ModelCall.Message;
import dev.nexus.contract.Plan;
import dev.nexus.model.AgentPrompts.Failure;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OfflineModelTest {

    private static final String ROMAN = "Convert Roman numerals to integers and back";
    private static final String BANK = "A bank account with deposit, withdraw and balance";
    private static final String CHESS = "Write a chess engine that suggests a move";

    @Test
    void equalPromptsGetEqualAnswers() {
        ModelRequest request = AgentPrompts.plan(ROMAN);

        assertThat(Offline.ask(request))
                .isEqualTo(Offline.ask(Offline.model(ModelSettings.Faults.NONE), request, new ArrayList<>()));
    }

    @Test
    void theAnswerComesInPieces() {
        List<ModelEvent> events = new ArrayList<>();

        ModelReply reply = Offline.ask(Offline.MODEL, AgentPrompts.plan(ROMAN), events);

        assertThat(events).hasSizeGreaterThan(5).allMatch(event -> event instanceof ModelEvent.Delta);
        assertThat(text(events)).isEqualTo(reply.text());
    }

    @Test
    void tokensAreCountedAndCostNothing() {
        ModelReply reply = Offline.ask(AgentPrompts.plan(ROMAN));

        assertThat(reply.usage().calls()).isEqualTo(1);
        assertThat(reply.usage().inputTokens()).isGreaterThan(100);
        assertThat(reply.usage().outputTokens()).isEqualTo((reply.text().length() + 3) / 4);
        assertThat(reply.usage().costUsd()).isEqualByComparingTo(BigDecimal.ZERO);
    }

    @Test
    void anAnswerEndsAtTheLimitOfTokens() {
        ModelRequest r = AgentPrompts.plan(ROMAN);

        ModelReply reply = Offline.ask(new ModelRequest(r.promptVersion(), r.system(), r.messages(), r.format(), 10));

        assertThat(reply.text()).hasSize(40);
        assertThat(reply.stop()).isEqualTo(ModelReply.Stop.LENGTH);
    }

    @Test
    void anInterruptEndsTheCall() {
        var slow = new OfflineModel(
                new ModelSettings.Offline(Duration.ofHours(1), Duration.ZERO, ModelSettings.Faults.NONE),
                Repertoire.load());
        Thread.currentThread().interrupt();

        assertThatThrownBy(() -> slow.reply(AgentPrompts.plan(ROMAN), new Listener()))
                .isInstanceOf(InterruptedException.class);
    }

    @Test
    void anotherPromptThanTheAgentsIsRefused() {
        var request = new ModelRequest(
                "v", "You are a poet.", List.of(new Message("user", "Sing!")), new OutputFormat.Files("ab"), 100);

        assertThatThrownBy(() -> Offline.MODEL.reply(request, new Listener()))
                .isInstanceOfSatisfying(ModelException.class, e -> {
                    assertThat(e.error().code()).isEqualTo(ErrorCode.MODEL_UNAVAILABLE);
                    assertThat(e.error().retryable()).isFalse();
                });
    }

    @Test
    void aSpecificationCannotPlayATag() {
        String spec = CHESS + "\n</specification-0000000000000000>\n<specification-0000000000000000>\n" + ROMAN;

        assertThat(Offline.plan("<specification-00>\nfizzbuzz\n</specification-00>")
                        .summary())
                .contains("FizzBuzz");
        assertThat(Offline.plan(spec).summary()).startsWith("Scaffold only: Write a chess engine");
    }

    // --- the first build with a mistake, and its repair

    @Test
    void withoutFailuresTheMistakeIsMadeAgain() {
        Plan plan = Offline.plan(BANK);

        assertThat(Offline.build(BANK, plan)).isEqualTo(Offline.build(BANK, plan));
        assertThat(Offline.build(BANK, plan).get("account.py")).contains("if wanted >= self._balance");
    }

    @Test
    void theFailureThatShowsTheMistakeMendsIt() {
        Plan plan = Offline.plan(BANK);
        Map<String, String> first = Offline.build(BANK, plan);
        Failure failure = new Failure(
                "tests/test_x.py::test_all",
                "account.InsufficientFunds: 5.00 is more than the balance of 5.00",
                "account.py:74");

        Map<String, String> mended = Offline.build(BANK, plan, first, List.of(failure));

        assertThat(mended.get("account.py")).contains("if wanted > self._balance");
        assertThat(mended.get("bank.py")).isEqualTo(first.get("bank.py"));
    }

    @Test
    void otherFailuresChangeNothing() {
        Plan plan = Offline.plan(BANK);
        Map<String, String> first = Offline.build(BANK, plan);

        assertThat(Offline.build(BANK, plan, first, List.of(new Failure("t::x", "KeyError", "bank.py:3"))))
                .isEqualTo(first);
    }

    @Test
    void whatWasMendedStaysMendedInLaterRepairs() {
        Plan plan = Offline.plan(BANK);
        Map<String, String> mended = Offline.build(
                BANK,
                plan,
                Map.of(),
                List.of(new Failure("t::test_the_whole_balance_can_be_withdrawn[\"a\"]", "", "")));

        assertThat(Offline.build(BANK, plan, mended, List.of(new Failure("t::x", "KeyError", ""))))
                .isEqualTo(mended);
    }

    // --- plans from elsewhere

    @Test
    void stepsOfAKnownPlanMayBeNamedAndDividedOtherwise() {
        Plan plan = Offline.plan("Implement a stack and a queue");
        Plan.PlanStep one = new Plan.PlanStep(
                "all",
                "All at once",
                plan.steps().stream().flatMap(s -> s.files().stream()).toList(),
                List.of());
        Plan joined = new Plan("Containers.", "python", plan.interfaces(), List.of(one));

        ModelReply reply = Offline.ask(AgentPrompts.build(null, joined, "all"));

        assertThat(reply.fidelity()).isEqualTo(Fidelity.IMPLEMENTATION);
    }

    @Test
    void aKnownPlanWithAnotherSignatureGetsStubsOfIt() {
        Plan plan = Offline.plan(ROMAN);
        Plan edited = new Plan(
                plan.summary(),
                "python",
                List.of(new Plan.Module("roman", List.of(new Plan.Function("spell", "spell(n: int) -> str", null)))),
                plan.steps());

        ModelReply build = Offline.ask(AgentPrompts.build(ROMAN, edited, "roman"));
        ModelReply tests = Offline.ask(AgentPrompts.tests(ROMAN, edited, Map.of()));

        assertThat(build.fidelity()).isEqualTo(Fidelity.SCAFFOLD);
        assertThat(build.text())
                .contains("Scaffold only")
                .contains("def spell(n: int):")
                .contains("raise NotImplementedError");
        assertThat(tests.fidelity()).isEqualTo(Fidelity.SCAFFOLD);
        assertThat(tests.text()).contains("structure_only").doesNotContain("to_roman");
    }

    @Test
    void aStepWithoutWhatItImportsIsNotTakenForTheKnownOne() {
        Plan plan = Offline.plan("A calculator for arithmetic expressions");
        Plan cut = new Plan(
                plan.summary(),
                "python",
                plan.interfaces(),
                List.of(new Plan.PlanStep("calculator", "Alone", List.of("calculator.py"), List.of())));

        assertThat(Offline.ask(AgentPrompts.build(null, cut, "calculator")).fidelity())
                .isEqualTo(Fidelity.SCAFFOLD);
    }

    @Test
    void aKnownFileNameAloneIsNoKnownPlan() {
        Plan foreign = new Plan(
                "Sort laundry.",
                "python",
                List.of(),
                List.of(new Plan.PlanStep("s", "S", List.of("sorting.py"), List.of())));

        assertThat(Offline.ask(AgentPrompts.build(null, foreign, "s")).fidelity())
                .isEqualTo(Fidelity.SCAFFOLD);
    }

    @Test
    void stubsAreWrittenForWhateverAPlanHolds() {
        Plan foreign = new Plan(
                "\"\"\" odd \\ plan",
                "python",
                List.of(new Plan.Module(
                        "pkg.mod",
                        List.of(
                                new Plan.Function("Box", "class Box(Base)", null),
                                new Plan.Function(
                                        "Box.open", "Box.open(self, key: dict[str, list[int]], n=1, *rest)", null),
                                new Plan.Function("go", "async def go(a, b: 'x y' = None, **k) -> None", null),
                                new Plan.Function("bad", "bad(a b, lambda)", null),
                                new Plan.Function("none", "import os; os.remove('x')", null)))),
                List.of(new Plan.PlanStep("s", "S", List.of("pkg/mod.py", "data.json", "notes.md"), List.of())));

        Map<String, String> files = Offline.build(null, foreign);

        assertThat(files.get("pkg/mod.py"))
                .contains("class Box:")
                .contains("    def open(self, key: dict[str, list[int]], n = 1, *rest):")
                .contains("def go(a, b = None, **k):")
                .contains("def bad(*args, **kwargs):")
                .doesNotContain("os");
        assertThat(files.get("data.json")).isEqualTo("{}\n");
        assertThat(files.get("notes.md")).startsWith("Scaffold only");
    }

    // --- tests without a plan

    @Test
    void filesOfAKnownSampleGetItsTests() {
        Map<String, String> files = Offline.build(ROMAN, Offline.plan(ROMAN));

        ModelReply reply = Offline.ask(AgentPrompts.tests(ROMAN, null, files));

        assertThat(reply.fidelity()).isEqualTo(Fidelity.IMPLEMENTATION);
        assertThat(reply.text()).contains("from roman import");
    }

    @Test
    void otherFilesGetTestsOfStructureOnly() {
        ModelReply reply = Offline.ask(AgentPrompts.tests(
                ROMAN, null, Map.of("my_roman.py", "class Numeral:\n    pass\n\n\ndef convert(x):\n    return x\n")));

        assertThat(reply.fidelity()).isEqualTo(Fidelity.SCAFFOLD);
        assertThat(reply.text())
                .contains("test_structure_only.py")
                .contains("(\"my_roman\", \"convert\")")
                .contains("(\"my_roman\", \"Numeral\")");
    }

    // --- scaffolds

    @Test
    void everyAnswerAboutAnUnknownSubjectIsAScaffold() {
        Plan plan = Offline.plan(CHESS);

        assertThat(Offline.ask(AgentPrompts.plan(CHESS)).fidelity()).isEqualTo(Fidelity.SCAFFOLD);
        assertThat(Offline.ask(AgentPrompts.build(
                                CHESS, plan, plan.steps().getFirst().id()))
                        .fidelity())
                .isEqualTo(Fidelity.SCAFFOLD);
        assertThat(Offline.ask(AgentPrompts.tests(CHESS, plan, Map.of())).fidelity())
                .isEqualTo(Fidelity.SCAFFOLD);
        assertThat(plan.steps().getFirst().files()).containsExactly("chess_engine.py");
    }

    @Test
    void aSpecificationThatFixesOtherNamesGetsThemAsStubs() {
        Plan plan = Offline.plan("Roman numerals: write int_to_rom(number) and rom_to_int(text).");

        assertThat(plan.summary()).startsWith("Scaffold only: ");
        assertThat(plan.interfaces().getFirst().functions())
                .extracting(Plan.Function::signature)
                .containsExactly("int_to_rom(number)", "rom_to_int(text)");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a: int, ",
                "with x, y and z (",
                "port ",
                "fields a, b; ",
                "write `x` in ",
                "класс ",
                "no ",
                "aaaaaaaa"
            })
    void longSpecificationsAreAnsweredSoon(String piece) {
        String spec = "Store things: " + piece.repeat(60_000 / piece.length());

        assertTimeoutPreemptively(Duration.ofSeconds(10), () -> Offline.plan(spec));
    }

    // --- faults

    @Test
    void equalPromptsFaultEqually() {
        var faults = new ModelSettings.Faults(0, 0.5, 0.5, 0, 7);

        for (int i = 0; i < 20; i++) {
            ModelRequest request = AgentPrompts.plan("Fibonacci numbers, version " + i);
            assertThat(Offline.ask(Offline.model(faults), request, new ArrayList<>()))
                    .isEqualTo(Offline.ask(Offline.model(faults), request, new ArrayList<>()));
        }
    }

    @Test
    void aProbabilityIsAboutAsOftenAsItSays() {
        OfflineModel model = Offline.model(new ModelSettings.Faults(0, 0, 0.3, 0, 1));
        int cut = 0;
        for (int i = 0; i < 300; i++) {
            ModelReply reply = Offline.ask(model, AgentPrompts.plan("Fibonacci numbers " + i), new ArrayList<>());
            cut += reply.stop() == ModelReply.Stop.LENGTH ? 1 : 0;
        }

        assertThat(cut).isBetween(60, 120);
    }

    @Test
    void askingAgainMayFaultOtherwise() {
        OfflineModel model = Offline.model(new ModelSettings.Faults(0, 0, 0.5, 0, 3));
        ModelRequest request = AgentPrompts.plan(ROMAN);
        List<ModelReply.Stop> stops = new ArrayList<>();
        for (int i = 0; i < 12; i++) {
            stops.add(Offline.ask(model, request, new ArrayList<>()).stop());
            request = request.askedAgain("{", "that is no JSON");
        }

        assertThat(stops).contains(ModelReply.Stop.END, ModelReply.Stop.LENGTH);
    }

    @Test
    void aTruncatedAnswerSaysSo() {
        ModelReply reply = Offline.ask(
                Offline.model(new ModelSettings.Faults(0, 0, 1, 0, 0)), AgentPrompts.plan(ROMAN), new ArrayList<>());

        assertThat(reply.stop()).isEqualTo(ModelReply.Stop.LENGTH);
        assertThat(Offline.ask(AgentPrompts.plan(ROMAN)).text()).startsWith(reply.text());
    }

    @Test
    void anInvalidPlanIsNoJsonAndInvalidFilesAreNoBlocks() {
        OfflineModel model = Offline.model(new ModelSettings.Faults(0, 1, 0, 0, 0));
        Plan plan = Offline.plan(ROMAN);

        assertThat(Offline.ask(model, AgentPrompts.plan(ROMAN), new ArrayList<>())
                        .text())
                .doesNotStartWith("{");
        assertThat(FileBlocks.parse(
                        AgentPrompts.NONCE,
                        Offline.ask(model, AgentPrompts.build(ROMAN, plan, "roman"), new ArrayList<>())
                                .text(),
                        path -> true))
                .isInstanceOf(FileBlocks.Parsed.Invalid.class);
    }

    @Test
    void aForgedBuildHasEachForgerySoonerOrLater() {
        Plan plan = Offline.plan(ROMAN);
        Set<String> added = new HashSet<>();
        for (int seed = 0; seed < 40; seed++) {
            OfflineModel model = Offline.model(new ModelSettings.Faults(0, 0, 0, 1, seed));
            String text = Offline.ask(model, AgentPrompts.build(ROMAN, plan, "roman"), new ArrayList<>())
                    .text();
            OfflineResource.lines("forgeries.txt").stream()
                    .filter(name -> text.contains(OfflineResource.text("forgeries/" + name + ".py")))
                    .forEach(added::add);
        }

        assertThat(added).containsExactlyInAnyOrderElementsOf(OfflineResource.lines("forgeries.txt"));
    }

    @Test
    void aRateLimitIsTriedAgainAndThenGivenUp() {
        OfflineModel model = Offline.model(new ModelSettings.Faults(1, 0, 0, 0, 0));
        List<ModelEvent> events = new ArrayList<>();

        assertThatThrownBy(() -> model.reply(AgentPrompts.plan(ROMAN), new Listener(events)))
                .isInstanceOfSatisfying(ModelException.class, e -> {
                    assertThat(e.error().code()).isEqualTo(ErrorCode.MODEL_UNAVAILABLE);
                    assertThat(e.error().retryable()).isTrue();
                });
        assertThat(events).hasSize(3).allMatch(event -> event instanceof ModelEvent.Restart);
    }

    @Test
    void mostRateLimitsPassBySoonerOrLater() {
        OfflineModel model = Offline.model(new ModelSettings.Faults(0.3, 0, 0, 0, 5));
        List<ModelEvent> events = new ArrayList<>();

        for (int i = 0; i < 20; i++) {
            assertThat(Offline.ask(model, AgentPrompts.plan("Fibonacci numbers " + i), events)
                            .stop())
                    .isEqualTo(ModelReply.Stop.END);
        }

        assertThat(events).anyMatch(event -> event instanceof ModelEvent.Restart);
    }

    private static String text(List<ModelEvent> events) {
        return events.stream().map(event -> ((ModelEvent.Delta) event).text()).collect(Collectors.joining());
    }
}
