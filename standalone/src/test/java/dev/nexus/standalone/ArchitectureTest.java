package dev.nexus.standalone;

import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/** The dependency rule between the services, seen from where all of them are on one class path. */
class ArchitectureTest {

    @Test
    void noServiceDependsOnAnother() {
        var services = new ClassFileImporter()
                .withImportOption(new ImportOption.DoNotIncludeTests())
                .importPackages("dev.nexus.gateway", "dev.nexus.planner", "dev.nexus.builder", "dev.nexus.tester");

        slices().matching("dev.nexus.(*)..").should().notDependOnEachOther().check(services);
    }
}
