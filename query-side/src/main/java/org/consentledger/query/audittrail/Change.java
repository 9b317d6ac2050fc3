package org.consentledger.query.audittrail;

import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.consentledger.kernel.person.AddressEvent.AddressSuppressed;
import org.consentledger.kernel.person.Authorization;
import org.consentledger.kernel.person.ContactField;
import org.consentledger.kernel.person.Evidence;
import org.consentledger.kernel.person.FieldChange;
import org.consentledger.kernel.person.PersonEvent;
import org.consentledger.kernel.person.PersonEvent.AuthorizationSet;
import org.consentledger.kernel.person.PersonEvent.ContactDataChanged;
import org.consentledger.kernel.person.PersonEvent.EmailAccepted;
import org.consentledger.kernel.person.PersonEvent.EmailFailed;
import org.consentledger.kernel.person.PersonEvent.EmailRefused;
import org.consentledger.kernel.person.PersonEvent.EmailSent;
import org.consentledger.kernel.person.PersonEvent.PersonErased;
import org.consentledger.kernel.person.PersonEvent.PersonExported;
import org.consentledger.kernel.person.PersonEvent.PersonRegistered;
import org.consentledger.kernel.person.PersonEvent.ResubscribeApproved;
import org.consentledger.kernel.person.PersonEvent.ResubscribeRejected;
import org.consentledger.kernel.person.PersonEvent.ResubscribeRequested;
import org.consentledger.kernel.person.PersonEvent.SalesforceRecordLinked;
import org.consentledger.kernel.person.PersonEvent.SourceSet;
import org.consentledger.kernel.person.PersonEvent.Unsubscribed;
import org.consentledger.kernel.person.Source;
import org.consentledger.kernel.person.SubscriptionStatus;
import org.consentledger.kernel.privacy.Erased;
import org.jspecify.annotations.Nullable;

/**
 * The change that an event made to one field. It is a pure function of the event, as events contain the previous
 * values.
 *
 * @param from a {@code String}, a {@code List<String>}, or null
 * @param to as {@code from}
 * @param personal whether the values become unreadable with the erasure of the person
 */
record Change(String field, @Nullable Object from, @Nullable Object to, boolean personal) {

    /** This change after the erasure of the person: equal to the change that the erased event gives. */
    Change erased() {
        return personal ? new Change(field, erased(from), erased(to), true) : this;
    }

    private static @Nullable Object erased(@Nullable Object value) {
        if (value instanceof List<?> list) {
            return list.isEmpty() ? list : Erased.TEXTS;
        }
        return value == null ? null : Erased.TEXT;
    }

    static List<Change> of(PersonEvent event) {
        var changes = new Changes();
        switch (event) {
            case PersonRegistered registered -> {
                for (var field : ContactField.values()) {
                    var values = registered.contact().values(field);
                    if (!values.isEmpty()) {
                        changes.contact(new FieldChange(field, List.of(), values));
                    }
                }
                changes.source(null, registered.source());
            }
            case ContactDataChanged changed -> changed.changes().forEach(changes::contact);
            case AuthorizationSet set -> changes.authorization(set.previous(), set.authorization());
            case SourceSet set -> changes.source(set.previous(), set.source());
            case Unsubscribed unsubscribed -> {
                switch (unsubscribed.cause()) {
                    case REQUESTED ->
                        changes.plain(
                                "subscription.status",
                                SubscriptionStatus.SUBSCRIBED.name(),
                                SubscriptionStatus.UNSUBSCRIBED.name());
                    // The event does not contain the previous status
                    case SUPPRESSED_ADDRESS ->
                        changes.plain("subscription.status", null, SubscriptionStatus.UNSUBSCRIBED.name());
                    case REPEATED -> changes.plain("resubscribeRequest", "PENDING", "OVERTAKEN");
                    case ADDRESS_ADDED -> {}
                }
                changes.plain("subscription.cause", null, unsubscribed.cause().name());
                changes.plain(
                        "subscription.reason",
                        null,
                        unsubscribed.reason() == null
                                ? null
                                : unsubscribed.reason().name());
                changes.personal("subscription.comment", null, unsubscribed.comment());
            }
            case ResubscribeRequested requested -> changes.evidence("resubscribeRequest", requested.evidence());
            case ResubscribeApproved approved -> {
                changes.plain(
                        "subscription.status",
                        SubscriptionStatus.UNSUBSCRIBED.name(),
                        SubscriptionStatus.SUBSCRIBED.name());
                changes.evidence("evidence", approved.evidence());
                changes.personal("approval.reason", null, approved.reason());
            }
            case ResubscribeRejected rejected -> {
                changes.plain("resubscribeRequest", "PENDING", "REJECTED");
                changes.personal("rejection.reason", null, rejected.reason());
            }
            case EmailAccepted accepted -> {
                changes.email(accepted.emailId(), "ACCEPTED");
                changes.personal("email.to", null, accepted.to());
                changes.personal("email.subject", null, accepted.subject());
                changes.personal("email.digest", null, accepted.digest());
                changes.plain("email.nonCommercial", null, Boolean.toString(accepted.nonCommercial()));
            }
            case EmailRefused refused -> {
                changes.email(refused.emailId(), "REFUSED");
                changes.plain("email.reason", null, refused.reason().name());
                changes.personal("email.subject", null, refused.subject());
                changes.personal("email.digest", null, refused.digest());
                changes.plain("email.nonCommercial", null, Boolean.toString(refused.nonCommercial()));
            }
            case EmailSent sent -> changes.email(sent.emailId(), "SENT");
            case EmailFailed failed -> {
                changes.email(failed.emailId(), "FAILED");
                changes.plain("email.reason", null, failed.reason().name());
                changes.plain("email.status", null, failed.status());
            }
            case PersonExported exported ->
                changes.plain("exportId", null, exported.exportId().toString());
            case SalesforceRecordLinked linked ->
                changes.personal("salesforceId", linked.previous(), linked.salesforceId());
            case PersonErased erased -> {
                changes.plain("erased", "false", "true");
                changes.plain("erasure.reason", null, erased.reason());
            }
        }
        return changes.all();
    }

    static List<Change> of(AddressSuppressed event) {
        var changes = new Changes();
        changes.plain("suppressed", "false", "true");
        changes.plain(
                "suppression.reason",
                null,
                event.reason() == null ? null : event.reason().name());
        return changes.all();
    }

    private static final class Changes {

        private final List<Change> changes = new ArrayList<>();

        void contact(FieldChange change) {
            var field = change.field();
            changes.add(new Change(field.jsonName(), value(field, change.from()), value(field, change.to()), true));
        }

        private static @Nullable Object value(ContactField field, List<String> values) {
            if (field.isList()) {
                return values;
            }
            return values.isEmpty() ? null : values.getFirst();
        }

        void authorization(@Nullable Authorization from, Authorization to) {
            plain(
                    "authorization.type",
                    from == null ? null : from.type().name(),
                    to.type().name());
            plain(
                    "authorization.dateOfConsent",
                    from == null ? null : text(from.dateOfConsent()),
                    text(to.dateOfConsent()));
            personal(
                    "authorization.purposeOfProcessing",
                    from == null ? null : from.purposeOfProcessing(),
                    to.purposeOfProcessing());
            personal("authorization.description", from == null ? null : from.description(), to.description());
        }

        void source(@Nullable Source from, Source to) {
            plain(
                    "source.type",
                    from == null ? null : from.type().name(),
                    to.type().name());
            personal("source.description", from == null ? null : from.description(), to.description());
        }

        void evidence(String name, Evidence evidence) {
            plain(name + ".dateOfConsent", null, text(evidence.dateOfConsent()));
            personal(name + ".purposeOfProcessing", null, evidence.purposeOfProcessing());
            personal(name + ".givenHow", null, evidence.givenHow());
            personal(name + ".reference", null, evidence.reference());
        }

        void email(UUID emailId, String what) {
            plain("email.id", null, emailId.toString());
            plain("email.state", null, what);
        }

        void plain(String field, @Nullable String from, @Nullable String to) {
            if (from == null ? to != null : !from.equals(to)) {
                changes.add(new Change(field, from, to, false));
            }
        }

        // Two personal values can't be compared after an erasure, so the comparison must not decide before it either.
        void personal(String field, @Nullable String from, @Nullable String to) {
            if (from != null || to != null) {
                changes.add(new Change(field, from, to, true));
            }
        }

        private static @Nullable String text(@Nullable Object value) {
            return value == null ? null : value.toString();
        }

        List<Change> all() {
            return List.copyOf(changes);
        }
    }
}
