package dev.nexus.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.support.GenericApplicationContext;

@ExtendWith(OutputCaptureExtension.class)
class StartFailureReporterTest {

    private final StartFailureReporter reporter = new StartFailureReporter(new GenericApplicationContext());

    @Test
    void whatNexusKnowsIsToldInOneLineWithoutWhatLiesAroundAndBeneathIt(CapturedOutput output) {
        var reason = new CannotStart("the setting x is missing; set it", new IllegalArgumentException("beneath"));

        boolean isTold = reporter.reportException(new IllegalStateException("around", reason));

        assertThat(isTold).isTrue();
        List<String> lines = output.getAll().lines().toList();
        assertThat(lines).singleElement().asString().endsWith("cannot start: the setting x is missing; set it");
    }

    @Test
    void whatItDoesNotKnowIsLeftToOthers(CapturedOutput output) {
        boolean isTold = reporter.reportException(new IllegalStateException("a defect"));

        assertThat(isTold).isFalse();
        assertThat(output.getAll()).isEmpty();
    }
}
