package org.consentledger.command.form;

import static org.consentledger.command.form.Texts.CONTACT_TEXT;
import static org.consentledger.command.form.Texts.orAbsent;

import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import org.consentledger.kernel.person.ContactData;
import org.consentledger.kernel.person.EmailAddress;
import org.consentledger.kernel.person.SalesforceId;
import org.jspecify.annotations.Nullable;

/**
 * Contact data in a request. Texts are kept as they are, but white space around addresses and ids is removed. An empty
 * text counts as absent.
 */
@Consistent
public record ContactDataRequest(
        @Text(max = CONTACT_TEXT) @Nullable String firstName,
        @Text(max = CONTACT_TEXT) @Nullable String lastName,
        @Text(max = CONTACT_TEXT) @Nullable String company,
        @Text(max = CONTACT_TEXT) @Nullable String title,

        @Size(max = ContactData.MOST_ENTRIES, message = "must have at most 20 entries") @Nullable
        List<@NotNull(message = "must not be null") @MailAddress String> emails,

        @Size(max = ContactData.MOST_ENTRIES, message = "must have at most 20 entries") @Nullable
        List<@NotNull(message = "must not be null") @Text(max = CONTACT_TEXT, filled = true) String> phones,

        @Text(max = CONTACT_TEXT) @Nullable String website,
        @Text(max = CONTACT_TEXT) @Nullable String facebook,
        @Text(max = CONTACT_TEXT) @Nullable String twitter,
        @Text(max = CONTACT_TEXT) @Nullable String linkedin,
        @Text(max = CONTACT_TEXT) @Nullable String other,
        @Nullable String salesforceId)
        implements FieldRules {

    /** Converts contact data from another channel to a request, to validate it by the same constraints. */
    public static ContactDataRequest of(ContactData contact) {
        return new ContactDataRequest(
                contact.firstName(),
                contact.lastName(),
                contact.company(),
                contact.title(),
                contact.emails(),
                contact.phones(),
                contact.website(),
                contact.facebook(),
                contact.twitter(),
                contact.linkedin(),
                contact.other(),
                contact.salesforceId());
    }

    @Override
    public List<BrokenRule> brokenRules() {
        var broken = new ArrayList<BrokenRule>();
        if (emails != null) {
            var seen = new HashSet<String>();
            for (int i = 0; i < emails.size(); i++) {
                var email = emails.get(i);
                if (email != null && EmailAddress.isWellFormed(email) && !seen.add(EmailAddress.comparable(email))) {
                    broken.add(new BrokenRule("emails", i, "is the same address as one before"));
                }
            }
        }
        if (salesforceId != null && !salesforceId.isEmpty() && !SalesforceId.isWellFormed(salesforceId)) {
            broken.add(BrokenRule.of("salesforceId", "must have 15 or 18 letters and digits"));
        }
        return broken;
    }

    /** Returns whether the data identify a person. The name is no getter's, so that it isn't a property of the JSON. */
    public boolean identifiesPerson() {
        return (emails != null && !emails.isEmpty()) || orAbsent(salesforceId) != null;
    }

    /** Converts the request. MUST be called only after it has been validated. */
    public ContactData toContactData() {
        return new ContactData(
                orAbsent(firstName),
                orAbsent(lastName),
                orAbsent(company),
                orAbsent(title),
                emails == null
                        ? List.of()
                        : emails.stream().map(EmailAddress::written).toList(),
                phones == null ? List.of() : List.copyOf(phones),
                orAbsent(website),
                orAbsent(facebook),
                orAbsent(twitter),
                orAbsent(linkedin),
                orAbsent(other),
                salesforceId == null ? null : orAbsent(salesforceId.strip()));
    }
}
