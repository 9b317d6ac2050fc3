package org.consentledger.command.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import org.axonframework.messaging.interceptors.TransactionManagingInterceptor;
import org.axonframework.spring.messaging.unitofwork.SpringTransactionManager;
import org.axonframework.test.aggregate.AggregateTestFixture;
import org.axonframework.test.aggregate.FixtureConfiguration;
import org.consentledger.command.CommandSideTest;
import org.consentledger.command.gateway.CommandMetaData;
import org.consentledger.command.gateway.Envelope;
import org.consentledger.kernel.person.Authorization;
import org.consentledger.kernel.person.AuthorizationType;
import org.consentledger.kernel.person.CommandAnswer;
import org.consentledger.kernel.person.CommandRejected;
import org.consentledger.kernel.person.CommandRejected.Rule;
import org.consentledger.kernel.person.ContactData;
import org.consentledger.kernel.person.ContactField;
import org.consentledger.kernel.person.PersonCommand.RegisterPerson;
import org.consentledger.kernel.person.PersonCommand.SetAuthorization;
import org.consentledger.kernel.person.PersonEvent.AuthorizationSet;
import org.consentledger.kernel.person.PersonEvent.PersonErased;
import org.consentledger.kernel.person.PersonEvent.PersonRegistered;
import org.consentledger.kernel.person.PersonId;
import org.consentledger.kernel.person.Source;
import org.consentledger.kernel.person.SourceType;
import org.consentledger.kernel.provenance.Actor;
import org.consentledger.kernel.provenance.Provenance;
import org.consentledger.kernel.provenance.Via;
import org.hamcrest.CustomMatcher;
import org.hamcrest.Matcher;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.transaction.PlatformTransactionManager;

/** A person as Axon sees them: what has happened is given as events, and a command comes as a message. */
@CommandSideTest
class PersonAggregateTest {

    private static final PersonId ADA = PersonId.random();
    private static final Instant MONDAY = Instant.parse("2026-11-23T09:00:00Z");
    private static final Instant TUESDAY = Instant.parse("2026-11-24T09:00:00Z");
    private static final Authorization CONTRACT = Authorization.of(AuthorizationType.PERFORMANCE_OF_CONTRACT);
    private static final PersonRegistered REGISTERED =
            new PersonRegistered(ADA, mailedAt("ada.aggregate@example.org"), Source.of(SourceType.IMPORT), MONDAY);
    private static final Envelope BY_OTTO = Envelope.of(
                    new Provenance(new Actor("u-17", "Otto Operator", List.of("operator")), Via.API, "request-1", null))
            .causedBy("command-1");

    private final FixtureConfiguration<PersonAggregate> fixture = new AggregateTestFixture<>(PersonAggregate.class);

    @Autowired
    private Pipeline pipeline;

    @Autowired
    private PlatformTransactionManager transactions;

    @BeforeEach
    void connect() {
        fixture.registerInjectableResource(pipeline)
                .registerCommandHandlerInterceptor(
                        new TransactionManagingInterceptor<>(new SpringTransactionManager(transactions)));
    }

    @Test
    void records_what_the_rules_decide_and_who_asked_for_it() {
        fixture.given(REGISTERED)
                .when(new SetAuthorization(ADA, CONTRACT, TUESDAY), CommandMetaData.of(BY_OTTO))
                .expectEvents(new AuthorizationSet(ADA, CONTRACT, null, TUESDAY))
                .expectResultMessagePayload(new CommandAnswer(ADA, 2));

        var event = fixture.getEventStore()
                .readEvents(ADA.toString())
                .asStream()
                .reduce((first, second) -> second)
                .orElseThrow();
        assertThat(Provenance.of(event.getMetaData())).isEqualTo(BY_OTTO.provenance());
    }

    @Test
    void records_nothing_that_is_known_already() {
        fixture.given(REGISTERED, new AuthorizationSet(ADA, CONTRACT, null, MONDAY))
                .when(new SetAuthorization(ADA, CONTRACT, TUESDAY), CommandMetaData.of(BY_OTTO))
                .expectNoEvents()
                .expectResultMessagePayload(new CommandAnswer(ADA, 2));
    }

    @Test
    void is_registered_by_their_first_command() {
        var contact = mailedAt("new.aggregate@example.org");
        var source = Source.of(SourceType.IMPORT);

        fixture.givenNoPriorActivity()
                .when(new RegisterPerson(ADA, contact, source, null, MONDAY), CommandMetaData.of(BY_OTTO))
                .expectEvents(new PersonRegistered(ADA, contact, source, MONDAY))
                .expectResultMessagePayload(new CommandAnswer(ADA, 1));
    }

    @Test
    void is_not_registered_twice() {
        fixture.given(REGISTERED)
                .when(
                        new RegisterPerson(
                                ADA, mailedAt("other.aggregate@example.org"), REGISTERED.source(), null, TUESDAY),
                        CommandMetaData.of(BY_OTTO))
                .expectNoEvents()
                .expectException(rejected(Rule.PERSON_EXISTS));
    }

    @Test
    void whom_somebody_else_has_changed_rejects_a_command_for_the_version_before() {
        var seen = new Envelope(BY_OTTO.provenance(), 1L, null);

        fixture.given(REGISTERED, new AuthorizationSet(ADA, Authorization.other("a fair"), null, MONDAY))
                .when(new SetAuthorization(ADA, CONTRACT, TUESDAY), CommandMetaData.of(seen))
                .expectNoEvents()
                .expectException(rejected(Rule.VERSION_MISMATCH));
    }

    @Test
    void who_is_erased_rejects_every_command() {
        fixture.given(REGISTERED, new PersonErased(ADA, "asked for it", MONDAY))
                .when(new SetAuthorization(ADA, CONTRACT, TUESDAY), CommandMetaData.of(BY_OTTO))
                .expectNoEvents()
                .expectException(rejected(Rule.PERSON_ERASED));
    }

    private static ContactData mailedAt(String email) {
        return ContactData.NONE.with(ContactField.EMAILS, List.of(email));
    }

    private static Matcher<CommandRejected> rejected(Rule rule) {
        return new CustomMatcher<>("a rejection by " + rule) {
            @Override
            public boolean matches(Object thrown) {
                return thrown instanceof CommandRejected rejection && rejection.rule() == rule;
            }
        };
    }
}
