package dev.nexus.gateway.job;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nexus.contract.ArtefactRef;
import dev.nexus.contract.FileChange;
import dev.nexus.contract.JobKind;
import dev.nexus.contract.Outcome;
import dev.nexus.contract.TaskId;
import java.util.List;
import org.junit.jupiter.api.Test;

class RoundTest {

    @Test
    void aJobThatIsStillPlannedHasNoRound() {
        assertThat(Round.of(Story.of(JobKind.PIPELINE).planned().state())).isEmpty();
    }

    @Test
    void aRoundHasTheFilesThatItWasTestedWithAndWhatItChanged() {
        JobState first = Story.of(JobKind.PIPELINE)
                .readyToTest()
                .tested(0, 1, "assert 1 == 2")
                .state();
        FileChange change = new FileChange("bank.py", "--- a/bank.py\n");
        ArtefactRef mended = Story.file("bank.py", 77);

        List<Round> rounds = Round.of(Story.of(JobKind.PIPELINE)
                .readyToTest()
                .tested(0, 1, "assert 1 == 2")
                .did(TaskId.build("bank", 1), new Outcome.Written(List.of(mended), List.of(change)))
                .state());

        assertThat(rounds).hasSize(2);
        assertThat(rounds.getFirst()).isEqualTo(new Round(0, first.artefacts(), List.of(), first.report()));
        assertThat(rounds.getLast())
                .isEqualTo(new Round(1, first.artefacts().plus("bank.py", mended), List.of(change), null));
    }

    @Test
    void aTestJobHasOneRoundWithTheFilesThatCameWithIt() {
        JobState job = Story.of(JobKind.TEST).testsWritten().tested(0, 1).state();

        assertThat(Round.of(job)).containsExactly(new Round(0, job.artefacts(), List.of(), job.report()));
    }
}
