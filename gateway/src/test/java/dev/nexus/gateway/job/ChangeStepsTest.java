package dev.nexus.gateway.job;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nexus.contract.ArtefactRef;
import dev.nexus.contract.JobEvent;
import dev.nexus.contract.JobKind;
import dev.nexus.contract.JobOptions;
import dev.nexus.contract.Order;
import dev.nexus.contract.TaskId;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What is decided for a job that changes code which is there already. */
class ChangeStepsTest {

    private static final ArtefactRef OLD_BANK = Story.file("bank.py", 1);
    private static final ArtefactRef OTHER = Story.file("other.py", 2);
    private static final ArtefactRef OLD_TEST = Story.file("tests/test_old.py", 3);

    private static Story change() {
        return new Story()
                .then(new JobEvent.JobAccepted(
                        JobKind.PIPELINE,
                        "default",
                        "A bank",
                        null,
                        List.of(OLD_BANK, OTHER, OLD_TEST),
                        null,
                        JobOptions.DEFAULTS,
                        Map.of(),
                        "hash"));
    }

    private static List<Order> orders(Story story) {
        return NextSteps.of(story.state(), Story.START, Workers.heardBy("gateway"), Story.DEADLINES).stream()
                .map(step -> ((Step.Issue) step).order())
                .toList();
    }

    @Test
    void thePlannerSeesTheCode() {
        assertThat(orders(change()))
                .singleElement()
                .isInstanceOfSatisfying(
                        Order.PlanOrder.class,
                        order -> assertThat(order.files()).containsExactly(OLD_BANK, OTHER, OLD_TEST));
    }

    @Test
    void eachStepSeesTheCodeAndWhatItsStepsBeforeMadeOfIt() {
        Story story = change().planned().built("money", 0).built("rules", 0);

        assertThat(build(story, "bank").files())
                .extracting(ArtefactRef::path)
                .containsExactlyInAnyOrder("bank.py", "other.py", "money.py", "rules.py");
        assertThat(build(story, "bank").files()).contains(OLD_BANK, OTHER);
    }

    private static Order.BuildOrder build(Story story, String step) {
        return orders(story).stream()
                .filter(order -> order.task().equals(TaskId.build(step, 0)))
                .map(Order.BuildOrder.class::cast)
                .findFirst()
                .orElseThrow();
    }

    @Test
    void whatNoStepNamesStaysAndTheOldTestsRunBesideTheNewOnes() {
        Story story = change().planned()
                .built("money", 0)
                .built("rules", 0)
                .built("bank", 0)
                .testsWritten();

        assertThat(orders(story)).singleElement().isInstanceOfSatisfying(Order.RunTestsOrder.class, order -> {
            assertThat(order.files()).contains(OTHER, OLD_TEST).doesNotContain(OLD_BANK);
            assertThat(order.files())
                    .extracting(ArtefactRef::path)
                    .containsExactlyInAnyOrder(
                            "bank.py", "other.py", "money.py", "rules.py", "tests/test_old.py", "tests/test_bank.py");
        });
    }

    @Test
    void anOldTestIsReplacedByNobody() {
        Story story = change().planned()
                .did(TaskId.tests(), Story.wrote("tests/test_old.py", 99))
                .did(TaskId.build("money", 0), Story.wrote("tests/test_old.py", 98));

        assertThat(story.state().artefacts()).containsEntry("tests/test_old.py", OLD_TEST);
    }
}
