package org.consentledger.query.testing;

import java.util.List;
import java.util.UUID;
import org.axonframework.eventhandling.DomainEventMessage;
import org.axonframework.eventhandling.EventMessage;
import org.consentledger.foundation.privacy.LookupHash;
import org.consentledger.foundation.store.AppendParticipant;
import org.consentledger.foundation.store.LedgerEngine;
import org.consentledger.kernel.person.AddressEvent.AddressSuppressed;
import org.consentledger.kernel.person.AddressHash;
import org.consentledger.kernel.person.AuthorizationType;
import org.consentledger.kernel.person.ContactField;
import org.consentledger.kernel.person.PersonEvent;
import org.consentledger.kernel.person.PersonEvent.AuthorizationSet;
import org.consentledger.kernel.person.PersonEvent.ContactDataChanged;
import org.consentledger.kernel.person.PersonEvent.PersonErased;
import org.consentledger.kernel.person.PersonEvent.PersonRegistered;
import org.consentledger.kernel.person.PersonEvent.ResubscribeApproved;
import org.consentledger.kernel.person.PersonEvent.Unsubscribed;
import org.consentledger.kernel.person.UnsubscribeCause;
import org.springframework.jdbc.core.JdbcTemplate;

/** Writes the rows of the registers that the query side reads, as the command side does. */
class RegisterRows implements AppendParticipant {

    private final JdbcTemplate jdbc;
    private final LookupHash hash;

    RegisterRows(JdbcTemplate jdbc, LookupHash hash) {
        this.jdbc = jdbc;
        this.hash = hash;
    }

    @Override
    public void beforeAppend(List<? extends EventMessage<?>> events) {
        for (var event : events) {
            var message = (DomainEventMessage<?>) event;
            var stream = LedgerEngine.streamOf(message);
            var version = LedgerEngine.versionOf(message);
            switch (event.getPayload()) {
                case PersonEvent ofPerson -> {
                    write(ofPerson, stream, version);
                    jdbc.update("UPDATE person SET version = ? WHERE person_id = ?", version, stream);
                }
                case AddressSuppressed suppressed -> suppress(suppressed.address(), stream, version);
                default -> {}
            }
        }
    }

    private void write(PersonEvent event, UUID person, int version) {
        switch (event) {
            case PersonRegistered registered -> {
                jdbc.update("INSERT INTO person (person_id, version) VALUES (?, 1)", person);
                subscription("SUBSCRIBED", person, version);
                hold(registered.contact().emails(), person);
            }
            case ContactDataChanged changed ->
                changed.changes().stream()
                        .filter(change -> change.field() == ContactField.EMAILS)
                        .forEach(change -> {
                            change.from()
                                    .forEach(email -> jdbc.update(
                                            "DELETE FROM person_identity WHERE key_hash = ? AND person_id = ?",
                                            hash.ofEmail(email).value(),
                                            person));
                            hold(change.to(), person);
                        });
            case AuthorizationSet set -> authorization(set.authorization().type(), person, version);
            case Unsubscribed optOut -> {
                optOut.addresses().forEach(address -> suppress(address, person, version));
                if (optOut.cause() != UnsubscribeCause.ADDRESS_ADDED) {
                    subscription("UNSUBSCRIBED", person, version);
                }
            }
            case ResubscribeApproved approved -> {
                approved.addresses()
                        .forEach(address ->
                                jdbc.update("DELETE FROM suppression WHERE address_hash = ?", address.value()));
                subscription("SUBSCRIBED", person, version);
                authorization(AuthorizationType.CONSENT, person, version);
            }
            case PersonErased ignored -> {
                jdbc.update("DELETE FROM person_identity WHERE person_id = ?", person);
                jdbc.update("UPDATE person SET erased = true WHERE person_id = ?", person);
            }
            default -> {}
        }
    }

    private void hold(List<String> emails, UUID person) {
        emails.forEach(email -> jdbc.update(
                "INSERT INTO person_identity (key_hash, person_id) VALUES (?, ?)"
                        + " ON CONFLICT (key_hash) DO UPDATE SET person_id = excluded.person_id",
                hash.ofEmail(email).value(),
                person));
    }

    private void suppress(AddressHash address, UUID stream, int version) {
        jdbc.update(
                "INSERT INTO suppression (address_hash, stream, version) VALUES (?, ?, ?) ON CONFLICT (address_hash)"
                        + " DO UPDATE SET stream = excluded.stream, version = excluded.version",
                address.value(),
                stream,
                version);
    }

    private void subscription(String status, UUID person, int version) {
        jdbc.update(
                "UPDATE person SET subscription = ?, subscription_version = ? WHERE person_id = ?",
                status,
                version,
                person);
    }

    private void authorization(AuthorizationType type, UUID person, int version) {
        jdbc.update(
                "UPDATE person SET authorization_type = ?, authorization_version = ? WHERE person_id = ?",
                type.name(),
                version,
                person);
    }
}
