package org.consentledger;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.core.importer.ImportOption.OnlyIncludeTests;
import com.tngtech.archunit.lang.ArchRule;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.util.List;
import javax.crypto.Cipher;
import org.axonframework.serialization.Revision;
import org.consentledger.kernel.person.AddressEvent;
import org.consentledger.kernel.person.PersonEvent;
import org.consentledger.kernel.privacy.Personal;
import org.junit.jupiter.api.Test;
import org.springframework.web.bind.annotation.RestController;

/**
 * The dependency rules of docs/architecture.md, each under its sentence. Those that aren't about one class or a sealed
 * type are also tried on classes that were planted to break them.
 */
class ArchitectureTest {

    private static final JavaClasses CODE =
            new ClassFileImporter().withImportOption(new DoNotIncludeTests()).importPackages("org.consentledger");
    private static final JavaClasses PLANTED = new ClassFileImporter()
            .withImportOption(new OnlyIncludeTests())
            .importPackages(
                    "org.consentledger.command.planted",
                    "org.consentledger.command.plantedcircle",
                    "org.consentledger.command.person.planted",
                    "org.consentledger.query.planted",
                    "org.consentledger.web.planted",
                    "org.consentledger.kernel.planted",
                    "org.consentledger.foundation.planted");

    @Test
    void the_command_side_knows_nothing_of_the_query_side() {
        holds(noClasses()
                .that()
                .resideInAPackage("..command..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("org.consentledger.query.."));
    }

    @Test
    void the_query_side_knows_nothing_of_the_command_side() {
        holds(noClasses()
                .that()
                .resideInAPackage("..query..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("org.consentledger.command.."));
    }

    @Test
    void the_pages_use_the_ledger_only_over_http() {
        holds(noClasses()
                .that()
                .resideInAPackage("org.consentledger.web..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "org.consentledger.command..",
                        "org.consentledger.query..",
                        "org.consentledger.foundation..",
                        "org.consentledger.kernel.."));
    }

    @Test
    void neither_side_knows_the_pages() {
        holds(noClasses()
                .that()
                .resideInAnyPackage("..command..", "..query..", "..foundation..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("org.consentledger.web.."));
    }

    @Test
    void the_foundation_knows_neither_side() {
        holds(noClasses()
                .that()
                .resideInAPackage("..foundation..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("org.consentledger.command..", "org.consentledger.query.."));
    }

    @Test
    void the_kernel_is_plain_java() {
        holds(classes()
                .that()
                .resideInAPackage("..kernel..")
                .should()
                .onlyDependOnClassesThat(resideInAnyPackage(
                        "java..",
                        "org.consentledger.kernel..",
                        "org.jspecify..",
                        "com.fasterxml.jackson.annotation..",
                        "org.axonframework.modelling.command..",
                        "org.axonframework.serialization..")));
    }

    @Test
    void the_rules_of_a_person_know_no_framework() {
        classes()
                .that()
                .haveFullyQualifiedName("org.consentledger.command.person.Person")
                .should()
                .onlyDependOnClassesThat(resideInAnyPackage(
                        "java..",
                        "org.consentledger.kernel..",
                        "org.consentledger.command.person",
                        "org.consentledger.command.registers",
                        "org.jspecify.."))
                .check(CODE);
    }

    @Test
    void the_folds_know_no_framework() {
        classes()
                .that(describe(
                        "are folds",
                        (JavaClass type) -> List.of("PersonDocument", "UnsubscribeHistory", "Suppression", "Change")
                                .contains(type.getSimpleName())))
                .should()
                .onlyDependOnClassesThat(resideInAnyPackage(
                        "java..",
                        "org.consentledger.kernel..",
                        "org.consentledger.query..",
                        "org.jspecify..",
                        "org.bson.."))
                .check(CODE);
    }

    @Test
    void rules_and_folds_do_not_read_the_clock() {
        holds(noClasses()
                .that()
                .resideInAnyPackage("..command..", "..query..")
                .should()
                .callMethod(Instant.class, "now")
                .orShould()
                .callMethod(LocalDate.class, "now")
                .orShould()
                .callMethod(LocalDateTime.class, "now"));
    }

    @Test
    void only_one_class_uses_the_cipher() {
        holds(noClasses()
                .that()
                .doNotHaveFullyQualifiedName("org.consentledger.foundation.privacy.AesGcm")
                .should()
                .dependOnClassesThat()
                .areAssignableTo(Cipher.class));
    }

    @Test
    void personal_components_are_texts_or_lists_of_texts() {
        holds(fields().that()
                .areAnnotatedWith(Personal.class)
                .should()
                .haveRawType(describe(
                        "String or List",
                        (JavaClass type) -> type.isEquivalentTo(String.class) || type.isEquivalentTo(List.class))));
    }

    @Test
    void features_have_no_cyclic_dependencies() {
        holds(slices().matching("org.consentledger.(*).(*)..").should().beFreeOfCycles());
    }

    @Test
    void every_event_is_a_record_that_states_its_revision() {
        classes()
                .that()
                .areAssignableTo(PersonEvent.class)
                .or()
                .areAssignableTo(AddressEvent.class)
                .and()
                .areNotInterfaces()
                .should()
                .beAnnotatedWith(Revision.class)
                .andShould()
                .beRecords()
                .check(CODE.that(describe("are no interfaces", (JavaClass type) -> !type.isInterface())));
    }

    @Test
    void controllers_and_handlers_are_package_private() {
        holds(classes()
                .that()
                .areAnnotatedWith(RestController.class)
                .should()
                .bePackagePrivate()
                .andShould()
                .haveSimpleNameEndingWith("Controller"));
    }

    private static void holds(ArchRule rule) {
        assertThat(rule.evaluate(PLANTED).hasViolation())
                .as("sees the planted violation: %s", rule.getDescription())
                .isTrue();
        rule.check(CODE);
    }
}
