package dev.nexus.contract;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/** The shape of this module; a fourth package needs a decision record. */
class ArchitectureTest {

    private static final JavaClasses COMMON = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("dev.nexus");

    @Test
    void thereAreThreePackages() {
        var packages = COMMON.stream().map(JavaClass::getPackageName).distinct();

        assertThat(packages).containsExactlyInAnyOrder("dev.nexus.contract", "dev.nexus.agent", "dev.nexus.model");
    }

    @Test
    void theContractStandsAlone() {
        noClasses()
                .that()
                .resideInAPackage("dev.nexus.contract")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("dev.nexus.agent", "dev.nexus.model")
                .check(COMMON);
    }

    @Test
    void theModelsKnowNothingOfTheAgents() {
        noClasses()
                .that()
                .resideInAPackage("dev.nexus.model")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("dev.nexus.agent")
                .check(COMMON);
    }

    @Test
    void noPackagesDependOnEachOtherInACircle() {
        slices().matching("dev.nexus.(*)..").should().beFreeOfCycles().check(COMMON);
    }

    @Test
    void aNameSaysWhatAClassIsFor() {
        classes()
                .should()
                .haveNameNotMatching(".*(Util|Helper|Manager|Impl)s?([A-Z$].*)?")
                .check(COMMON);
    }
}
