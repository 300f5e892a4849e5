package dev.nexus.standalone;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The dependency rule between the services, seen from where all of them are on one class path. */
class ArchitectureTest {

    @ParameterizedTest
    @ValueSource(strings = {"gateway", "planner", "builder", "tester"})
    void noServiceDependsOnAnother(String service) {
        var classes = new ClassFileImporter()
                .withImportOption(new ImportOption.DoNotIncludeTests())
                .importPackages("dev.nexus." + service);
        String[] others = Stream.of("gateway", "planner", "builder", "tester", "standalone", "bench")
                .filter(other -> !other.equals(service))
                .map(other -> "dev.nexus." + other + "..")
                .toArray(String[]::new);

        noClasses().should().dependOnClassesThat().resideInAnyPackage(others).check(classes);
    }
}
