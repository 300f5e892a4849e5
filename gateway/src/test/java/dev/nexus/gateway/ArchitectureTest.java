package dev.nexus.gateway;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/** The dependency rules of the gateway. */
class ArchitectureTest {

    private static final JavaClasses GATEWAY = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("dev.nexus.gateway");

    @Test
    void theGatewayUsesTheContractAndNothingElseOfCommon() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("dev.nexus.agent..", "dev.nexus.model..")
                .check(GATEWAY);
    }

    @Test
    void theFoldAndTheDecisionsArePure() {
        classes()
                .that()
                .resideInAPackage("dev.nexus.gateway.job")
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(
                        "dev.nexus.gateway.job",
                        "dev.nexus.contract",
                        "java.lang..",
                        "java.math",
                        "java.time",
                        "java.util..",
                        "org.pcollections",
                        "org.jspecify.annotations",
                        "com.fasterxml.jackson.annotation")
                .check(GATEWAY);
    }

    @Test
    void theFoldReadsNoClockAndNoChance() {
        noClasses()
                .that()
                .resideInAPackage("dev.nexus.gateway.job")
                .should()
                .callMethod(java.time.Instant.class, "now")
                .orShould()
                .callMethod(System.class, "nanoTime")
                .orShould()
                .callMethod(System.class, "currentTimeMillis")
                .orShould()
                .dependOnClassesThat()
                .haveNameMatching(".*Random.*")
                .check(GATEWAY);
    }

    @Test
    void noPackagesDependOnEachOtherInACircle() {
        slices().matching("dev.nexus.gateway.(*)..").should().beFreeOfCycles().check(GATEWAY);
    }
}
