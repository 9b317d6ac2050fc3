package org.consentledger.query.contactability;

import static org.assertj.core.api.Assertions.assertThat;
import static org.consentledger.query.readmodel.RecordedEvents.BY_ANNA;
import static org.consentledger.query.readmodel.RecordedEvents.BY_OLGA;
import static org.consentledger.query.readmodel.RecordedEvents.EVIDENCE;

import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.UUID;
import org.consentledger.kernel.person.AddressEvent.AddressSuppressed;
import org.consentledger.kernel.person.Authorization;
import org.consentledger.kernel.person.AuthorizationType;
import org.consentledger.kernel.person.ContactData;
import org.consentledger.kernel.person.ContactField;
import org.consentledger.kernel.person.FieldChange;
import org.consentledger.kernel.person.PersonEvent.AuthorizationSet;
import org.consentledger.kernel.person.PersonEvent.ContactDataChanged;
import org.consentledger.kernel.person.PersonEvent.PersonErased;
import org.consentledger.kernel.person.PersonEvent.PersonRegistered;
import org.consentledger.kernel.person.PersonEvent.ResubscribeApproved;
import org.consentledger.kernel.person.PersonEvent.Unsubscribed;
import org.consentledger.kernel.person.PersonId;
import org.consentledger.kernel.person.Source;
import org.consentledger.kernel.person.SourceType;
import org.consentledger.kernel.person.UnsubscribeCause;
import org.consentledger.query.testing.Api;
import org.consentledger.query.testing.QuerySideTest;
import org.consentledger.query.testing.Writer;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import tools.jackson.databind.JsonNode;

@QuerySideTest
class ContactabilityControllerTest {

    private static final Instant NOW = Instant.parse("2026-03-02T09:00:00Z");

    @Autowired
    private Writer writer;

    @Autowired
    private Api api;

    private final PersonId ada = PersonId.random();
    private final String address = UUID.randomUUID() + "@example.org";

    @Test
    void an_address_of_a_person_with_a_legal_basis_may_be_mailed_in_any_spelling() {
        writer.record(registered(), authorized());

        var because = askFor(" " + address.toUpperCase(java.util.Locale.ROOT), true);

        assertThat(because.get("rule").asString()).isEqualTo("ALLOWED");
        assertThat(because.get("personId").asString()).isEqualTo(ada.toString());
        assertThat(because.get("version").asLong()).isEqualTo(2);
        assertThat(because.get("position").asLong()).isPositive();
    }

    @Test
    void without_a_legal_basis_it_may_not() {
        writer.record(registered());

        assertThat(askFor(address, false).get("rule").asString()).isEqualTo("NO_AUTHORIZATION");
    }

    @Test
    void an_opt_out_forbids_it_and_an_approved_opt_in_allows_it_again() {
        writer.record(registered(), authorized(), unsubscribed());
        var because = askFor(address, false);
        assertThat(because.get("rule").asString()).isEqualTo("UNSUBSCRIBED");
        assertThat(because.get("version").asLong()).isEqualTo(3);

        writer.record(BY_ANNA, new ResubscribeApproved(ada, EVIDENCE, "letter seen", hashes(), NOW));
        assertThat(askFor(address, true).get("rule").asString()).isEqualTo("ALLOWED");
    }

    @Test
    void an_opt_out_stays_with_an_address_that_the_person_no_longer_has() {
        writer.record(registered(), authorized(), unsubscribed());
        writer.record(new ContactDataChanged(
                ada,
                List.of(new FieldChange(ContactField.EMAILS, List.of(address), List.of("other-" + address))),
                NOW));

        var because = askFor(address, false);

        assertThat(because.get("rule").asString()).isEqualTo("SUPPRESSED");
        assertThat(because.get("personId").asString()).isEqualTo(ada.toString());
    }

    @Test
    void an_opt_out_outlives_the_person() {
        writer.record(registered(), authorized(), unsubscribed());
        writer.record(new PersonErased(ada, "asked for it", NOW));

        assertThat(askFor(address, false).get("rule").asString()).isEqualTo("ERASED");
    }

    @Test
    void an_erased_person_without_an_opt_out_leaves_no_trace() {
        writer.record(registered(), authorized());
        writer.record(new PersonErased(ada, "asked for it", NOW));

        assertThat(askFor(address, false).get("rule").asString()).isEqualTo("UNKNOWN_ADDRESS");
    }

    @Test
    void an_address_without_a_person_can_be_opted_out() {
        assertThat(askFor(address, false).get("rule").asString()).isEqualTo("UNKNOWN_ADDRESS");

        writer.record(BY_OLGA, new AddressSuppressed(writer.hash.ofEmail(address), null, NOW));

        var because = askFor(address, false);
        assertThat(because.get("rule").asString()).isEqualTo("SUPPRESSED");
        assertThat(because.get("personId").isNull()).isTrue();
        assertThat(because.get("position").asLong()).isPositive();
    }

    @Test
    void at_most_a_thousand_addresses_can_be_queried_at_once() {
        var many = String.join("\",\"", Collections.nCopies(1000, "x@example.org"));

        assertThat(ask("{\"emails\":[\"" + many + "\"]}").json().get("results")).hasSize(1000);
        assertThat(ask("{\"emails\":[\"" + many + "\",\"y\"]}").field()).isEqualTo("emails");
        assertThat(ask("{\"emails\":[]}").field()).isEqualTo("emails");
        assertThat(ask("{\"emails\":[null]}").field()).isEqualTo("emails[0]");
        assertThat(ask("{}").field()).isEqualTo("emails");
        assertThat(ask("{\"emails\":[\"x\"],\"more\":1}").field()).isEqualTo("more");
        assertThat(ask("[").status()).isEqualTo(400);
        assertThat(ask("{\"emails\":[\"not an address\"]}")
                        .json()
                        .at("/results/0/because/rule")
                        .asString())
                .isEqualTo("UNKNOWN_ADDRESS");
    }

    private JsonNode askFor(String email, boolean allowed) {
        var result = ask("{\"emails\":[\"" + email + "\"]}").json().at("/results/0");
        assertThat(result.get("email").asString()).isEqualTo(email);
        assertThat(result.get("allowed").asBoolean()).isEqualTo(allowed);
        return result.get("because");
    }

    private Api.Answer ask(String json) {
        return api.post("olga.operator", "/api/contactability", json);
    }

    private List<org.consentledger.kernel.person.AddressHash> hashes() {
        return List.of(writer.hash.ofEmail(address));
    }

    private PersonRegistered registered() {
        return new PersonRegistered(
                ada, ContactData.NONE.with(ContactField.EMAILS, List.of(address)), Source.of(SourceType.IMPORT), NOW);
    }

    private AuthorizationSet authorized() {
        return new AuthorizationSet(ada, Authorization.of(AuthorizationType.LEGITIMATE_INTEREST), null, NOW);
    }

    private Unsubscribed unsubscribed() {
        return new Unsubscribed(ada, UnsubscribeCause.REQUESTED, null, null, hashes(), NOW);
    }
}
