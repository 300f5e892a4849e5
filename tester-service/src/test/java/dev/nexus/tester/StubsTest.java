package dev.nexus.tester;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nexus.contract.Plan;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class StubsTest {

    private static Plan plan(List<Plan.Module> modules, String... files) {
        return new Plan(
                "A bank", "python", modules, List.of(new Plan.PlanStep("bank", "Bank", List.of(files), List.of())));
    }

    private static Plan.Module module(String name, String... namesAndSignatures) {
        List<Plan.Function> functions = new ArrayList<>();
        for (int i = 0; i < namesAndSignatures.length; i += 2) {
            functions.add(new Plan.Function(namesAndSignatures[i], namesAndSignatures[i + 1], null));
        }
        return new Plan.Module(name, functions);
    }

    private static String text(Map<String, byte[]> files, String path) {
        return new String(files.get(path), StandardCharsets.UTF_8);
    }

    private static Map<String, byte[]> raising(Plan plan, String... tests) {
        return Stubs.of(plan, List.of(), List.of(tests)).answering(Stubs.Answer.RAISES);
    }

    @Test
    void everyModuleOfThePlanIsThereAndNoOtherFile() {
        Plan plan = plan(
                List.of(module("bank.account"), module("rules"), module("shop"), module("shop.till")),
                "bank/__init__.py",
                "bank/account.py",
                "src/rules.py",
                "rates.json");

        assertThat(raising(plan))
                .containsOnlyKeys(
                        "bank/__init__.py", "bank/account.py", "src/rules.py", "shop/__init__.py", "shop/till.py");
    }

    @Test
    void theAnswerIsAllThatDiffers() {
        Stubs stubs = Stubs.of(plan(List.of(), "bank.py"), List.of(), List.of());

        assertThat(text(stubs.answering(Stubs.Answer.RAISES), "bank.py")).startsWith("_ANSWER = \"raises\"\n");
        assertThat(text(stubs.answering(Stubs.Answer.NONE), "bank.py"))
                .isEqualTo(text(stubs.answering(Stubs.Answer.TRUTHY), "bank.py")
                        .replace("_ANSWER = \"truthy\"", "_ANSWER = \"none\""));
    }

    @Test
    void functionsClassesMethodsValuesAndExceptionsAreTold() {
        Plan plan = plan(
                List.of(module(
                        "bank",
                        "Account",
                        "class Account(owner: str)",
                        "Account.__init__",
                        "__init__(self, owner)",
                        "Account.deposit",
                        "deposit(self, amount)",
                        "Account.wait",
                        "async def wait(self)",
                        "Account.balance",
                        "balance: int",
                        "open_account",
                        "open_account(owner) -> Account",
                        "Overdrawn",
                        "class Overdrawn(ValueError)",
                        "Locked",
                        "class Locked()",
                        "LIMIT",
                        "LIMIT: int")),
                "bank.py");

        String text = text(raising(plan, "with pytest.raises(bank.Locked, match='x'):"), "bank.py");

        assertThat(text).endsWith("""
                _function("open_account")
                _exception("Overdrawn")
                _exception("Locked")
                _value("LIMIT")
                _class("Account", [("deposit", False), ("wait", True)])
                """);
    }

    @Test
    void whatTestsCatchIsAnException() {
        String text = text(
                raising(
                        plan(List.of(), "bank.py"),
                        "with pytest.raises((bank.Locked, ValueError)):\n",
                        "self.assertRaisesRegex(Closed, 'x')\nexcept bank.account.Gone as e:\n"),
                "bank.py");

        assertThat(text).contains("\n_EXCEPTIONS = {\"Closed\", \"Gone\", \"Locked\", \"ValueError\"}\n");
    }

    @Test
    void aNameThatIsNoneIsLeftOut() {
        Plan plan = plan(
                List.of(module("bank", "x\"); import os #", "x()", "a.b.c", "c()"), module("../evil"), module("a b")),
                "bank.py");

        assertThat(raising(plan)).containsOnlyKeys("bank.py");
        assertThat(text(raising(plan), "bank.py")).doesNotContain("import os");
    }
}
