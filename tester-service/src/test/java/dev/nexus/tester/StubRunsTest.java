package dev.nexus.tester;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nexus.contract.Plan;
import dev.nexus.contract.TestQuality;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests over stubs in the real sandbox: what passes there proves nothing, what compares an answer does not pass. */
@Timeout(120)
class StubRunsTest {

    private static final Plan PLAN = new Plan(
            "A bank",
            "python",
            List.of(
                    new Plan.Module(
                            "bank.account",
                            List.of(
                                    function("Account", "class Account(owner: str)"),
                                    function("Account.deposit", "deposit(self, amount: int) -> int"),
                                    function("Account.balance", "balance: int"),
                                    function("Overdrawn", "class Overdrawn(Exception)"),
                                    function("interest", "interest(amount: int) -> int"),
                                    function("rates", "async def rates() -> list[int]"),
                                    function("LIMIT", "LIMIT: int"))),
                    new Plan.Module("bank", List.of(function("open_account", "open_account(owner) -> Account")))),
            List.of(new Plan.PlanStep("bank", "Bank", List.of("bank/__init__.py", "bank/account.py"), List.of())));

    private static final String IMPORTS = """
            import asyncio
            import pytest
            import bank
            from bank import account, open_account
            from bank.account import Account, Overdrawn, interest, rates, LIMIT, Beyond

            """;

    private static Sandbox sandbox;

    @BeforeAll
    static void open() throws Exception {
        sandbox = Sandboxes.open(Sandboxes.SETTINGS);
    }

    @AfterAll
    static void close() {
        sandbox.close();
    }

    private static Plan.Function function(String name, String signature) {
        return new Plan.Function(name, signature, null);
    }

    private static StubRuns.Found found(String test) throws Exception {
        var tests = Map.of("tests/test_bank.py", test);
        return new StubRuns(sandbox::run).of(Stubs.of(PLAN, List.of(), tests.values()), tests, () -> {});
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "assert True",
                "assert callable(interest) and isinstance(Account, type)",
                "interest(1)",
                "assert interest(1) is not ...",
                "assert interest(2) == interest(2)",
                "assert Account('x') is not None",
                "Account('x').deposit(5)",
                "assert isinstance(Account('x'), Account)",
                "assert asyncio.run(rates()) is not ...",
                "assert issubclass(Overdrawn, Exception)",
                "pytest.skip('not today')",
                "try:\n        interest(1)\n    except Exception:\n        pass",
                "with pytest.raises(Exception):\n        interest('x')",
                "with pytest.raises(NotImplementedError):\n        interest(1)",
            })
    void aTestThatPassesOverStubsProvesNothing(String body) throws Exception {
        StubRuns.Found found = found(IMPORTS + "def test_it():\n    " + body + "\n");

        assertThat(found.quality()).isEqualTo(new TestQuality(1, 0, List.of("tests/test_bank.py::test_it")));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "assert interest(100) == 5",
                "assert interest(100)",
                "assert not interest(0)",
                "assert interest(100) is None",
                "assert Account('x').deposit(5) == 5",
                "assert Account('x').balance == 0",
                "assert account.LIMIT == 1000 and LIMIT > 3",
                "assert bank.open_account('x').owner == 'x'",
                "assert asyncio.run(rates()) == [1]",
                "with pytest.raises(Overdrawn):\n        Account('x').deposit(-5)",
                "with pytest.raises((ValueError, TypeError)):\n        interest('x')",
                "with pytest.raises(Beyond):\n        interest('x')",
                "for day in interest(5):\n        assert day",
            })
    void aTestThatAsksForAnAnswerIsMeaningful(String body) throws Exception {
        StubRuns.Found found = found(IMPORTS + "def test_it():\n    " + body + "\n");

        assertThat(found.quality()).isEqualTo(new TestQuality(1, 1, List.of()));
    }

    @Test
    void eachSetOfParametersIsATestOfItsOwn() throws Exception {
        StubRuns.Found found = found(IMPORTS + """
                @pytest.mark.parametrize("amount, expected", [(0, None), (100, 5), (200, 10)])
                def test_interest(amount, expected):
                    if expected is not None:
                        assert interest(amount) == expected


                class TestAccount:
                    def test_empty(self):
                        assert Account("x").balance == 0
                """);

        assertThat(found.quality())
                .isEqualTo(new TestQuality(4, 3, List.of("tests/test_bank.py::test_interest[0-None]")));
    }

    @Test
    void testsThatCannotBeCollectedAreNone() throws Exception {
        StubRuns.Found found = found("import nothing_like_it\ndef test_it():\n    assert nothing_like_it.f() == 1\n");

        assertThat(found.quality().tests()).isZero();
        assertThat(found.quality().isPoor()).isTrue();
    }

    @Test
    void aTestThatWasNotReachedBehindOneThatHangsIsNotMeaningful() throws Exception {
        var tests = Map.of("tests/test_bank.py", IMPORTS + """
                def test_ahead():
                    assert interest(100) == 5
                def test_hanging():
                    while interest(1) != 1:
                        pass
                def test_behind():
                    assert interest(100) == 5
                """);
        var runs = new StubRuns(
                (files, permission) -> sandbox.run(files, new Pass.Whole(), Duration.ofSeconds(3), permission)
                        .report());

        StubRuns.Found found = runs.of(Stubs.of(PLAN, List.of(), tests.values()), tests, () -> {});

        assertThat(found.tests()).hasSize(3);
        assertThat(found.vacuous()).containsExactly("tests/test_bank.py::test_behind");
    }

    @Test
    void aRunOverStubsHasATimeLimitOfItsOwn() {
        assertThat(StubRuns.limit(Duration.ofMinutes(2))).isEqualTo(Duration.ofSeconds(10));
        assertThat(StubRuns.limit(Duration.ofSeconds(4))).isEqualTo(Duration.ofSeconds(4));
    }

    @Test
    void theInterfaceOfAUsersFilesIsWhateverTheTestsAskFor() throws Exception {
        var tests = Map.of("tests/test_app.py", """
                import pytest
                from app.shop import Basket, TooMany, total
                def test_total():
                    assert total(Basket("x")) == 0
                def test_too_many():
                    with pytest.raises(TooMany):
                        Basket("x").add(1000)
                def test_basket():
                    assert Basket("x")
                """);
        Stubs stubs = Stubs.of(null, List.of("app/__init__.py", "app/shop.py", "prices.csv"), tests.values());

        StubRuns.Found found = new StubRuns(sandbox::run).of(stubs, tests, () -> {});

        assertThat(found.quality()).isEqualTo(new TestQuality(3, 2, List.of("tests/test_app.py::test_basket")));
    }
}
