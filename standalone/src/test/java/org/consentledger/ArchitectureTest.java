package org.consentledger;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.belongToAnyOf;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.AccessTarget.CodeUnitAccessTarget;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaMethod;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.core.importer.ImportOption.OnlyIncludeTests;
import com.tngtech.archunit.lang.ArchRule;
import java.time.Clock;
import java.time.InstantSource;
import java.util.Calendar;
import java.util.Date;
import java.util.List;
import java.util.stream.Stream;
import javax.crypto.Cipher;
import org.axonframework.modelling.command.TargetAggregateIdentifier;
import org.axonframework.serialization.Revision;
import org.consentledger.command.person.planted.ReadsTheClock;
import org.consentledger.kernel.person.AddressEvent;
import org.consentledger.kernel.person.PersonEvent;
import org.consentledger.kernel.privacy.Personal;
import org.junit.jupiter.api.Test;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.ControllerAdvice;

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
        holds(
                classes()
                        .that()
                        .resideInAPackage("..kernel..")
                        .should()
                        .onlyDependOnClassesThat(resideInAnyPackage(
                                        "java..",
                                        "org.consentledger.kernel..",
                                        "org.jspecify..",
                                        "com.ibm.icu..",
                                        "com.fasterxml.jackson.annotation..")
                                .or(belongToAnyOf(TargetAggregateIdentifier.class, Revision.class))),
                "NotPlain",
                "NeedsAggregates");
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

    /**
     * A fold is a class that makes itself out of an event (the method {@code of} of a record, for example), or that has
     * a method {@code evolve} for an event.
     */
    @Test
    void the_folds_know_no_framework() {
        var folds = describe(
                "are folds",
                (JavaClass type) ->
                        !type.isInterface() && type.getMethods().stream().anyMatch(ArchitectureTest::folds));
        assertThat(CODE.that(folds).stream().map(JavaClass::getSimpleName))
                .contains("Person", "PersonDocument", "UnsubscribeHistory", "Change", "AuditEntry", "CountedEvent");
        holds(
                classes()
                        .that(folds)
                        .should()
                        .onlyDependOnClassesThat(resideInAnyPackage(
                                "java..",
                                "org.consentledger.kernel..",
                                "org.consentledger.command..",
                                "org.consentledger.query..",
                                "org.jspecify..",
                                "org.bson..")),
                "FoldsWithSpring",
                "ListsItselfWithSpring");
    }

    private static boolean folds(JavaMethod method) {
        return !method.getModifiers().contains(JavaModifier.PRIVATE)
                && method.getRawParameterTypes().stream().anyMatch(ArchitectureTest::isEvent)
                && (method.getName().equals("evolve")
                        || method.getReturnType().getAllInvolvedRawTypes().contains(method.getOwner()));
    }

    private static boolean isEvent(JavaClass type) {
        return type.isAssignableTo(PersonEvent.class)
                || type.isAssignableTo(AddressEvent.class)
                || type.isAssignableTo("org.consentledger.query.readmodel.Recorded");
    }

    /**
     * The clock of the ledger, the timestamps of Axon, the current day of the pages, and the ids that begin with the
     * millisecond of their creation. All other code has a {@link Clock} injected: {@code LocalDate.now(clock)} is
     * permitted, and so is {@link System#nanoTime} for durations.
     */
    @Test
    void four_classes_read_the_real_clock() {
        var rule = noClasses()
                .that()
                .doNotHaveFullyQualifiedName("org.consentledger.foundation.http.HttpAutoConfiguration")
                .and()
                .doNotHaveFullyQualifiedName("org.consentledger.foundation.store.StoreAutoConfiguration")
                .and()
                .doNotHaveFullyQualifiedName("org.consentledger.web.ledger.WebSettings")
                .and()
                .doNotHaveFullyQualifiedName("org.consentledger.kernel.identifier.TimeOrderedUuid")
                .should()
                .accessTargetWhere(describe(
                        "reads the real clock",
                        (JavaAccess<?> access) -> access.getTarget() instanceof CodeUnitAccessTarget target
                                && readsTheRealClock(target)));
        holds(
                rule,
                Stream.of(ReadsTheClock.class.getDeclaredMethods())
                        .filter(method -> !method.isSynthetic())
                        .map(method -> "ReadsTheClock." + method.getName() + "(")
                        .toArray(String[]::new));
        assertThat(rule.evaluate(PLANTED).getFailureReport().getDetails())
                .noneSatisfy(detail -> assertThat(detail).contains("ReadsTheInjectedClock"));
    }

    private static boolean readsTheRealClock(CodeUnitAccessTarget target) {
        var owner = target.getOwner();
        var name = target.getName();
        var parameters = target.getRawParameterTypes();
        if (owner.getPackageName().startsWith("java.time")) {
            return name.equals("now") && parameters.stream().noneMatch(type -> type.isEquivalentTo(Clock.class))
                    || owner.isAssignableTo(InstantSource.class)
                            && (name.startsWith("system") || name.startsWith("tick"));
        }
        return owner.isEquivalentTo(System.class) && name.equals("currentTimeMillis")
                || owner.isAssignableTo(Calendar.class) && (name.equals("getInstance") || name.equals("<init>"))
                || owner.isEquivalentTo(Date.class) && name.equals("<init>") && parameters.isEmpty();
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
    void classes_for_http_are_package_private() {
        holds(
                classes()
                        .that()
                        .areMetaAnnotatedWith(Controller.class)
                        .or()
                        .areMetaAnnotatedWith(ControllerAdvice.class)
                        .should()
                        .bePackagePrivate(),
                "MeetsTheOtherSide",
                "PublicPages",
                "PublicAdvice",
                "PublicRestAdvice");
    }

    @Test
    void controllers_are_named_controllers() {
        holds(
                classes().that().areMetaAnnotatedWith(Controller.class).should().haveSimpleNameEndingWith("Controller"),
                "MeetsTheOtherSide",
                "PublicPages");
    }

    /**
     * Checks the rule on the code, and first that it sees the planted violations.
     *
     * @param planted texts, each of which a reported violation must contain
     */
    private static void holds(ArchRule rule, String... planted) {
        var seen = rule.evaluate(PLANTED);
        assertThat(seen.hasViolation())
                .as("sees the planted violation: %s", rule.getDescription())
                .isTrue();
        assertThat(planted)
                .allSatisfy(violation -> assertThat(seen.getFailureReport().getDetails())
                        .anySatisfy(detail -> assertThat(detail).contains(violation)));
        rule.check(CODE);
    }
}
