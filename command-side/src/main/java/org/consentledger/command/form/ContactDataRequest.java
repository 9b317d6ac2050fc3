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
 * Contact data as it is sent to us. Texts are kept as they are; white space around an address or an id is nobody's, and
 * goes. An empty text is no value.
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

    /** As if it had been sent: to hold what comes another way to the same form. */
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

    /** Whether there is any way to tell the person from all others. No getter by its name: it is nothing to be sent. */
    public boolean identifiesPerson() {
        return (emails != null && !emails.isEmpty()) || orAbsent(salesforceId) != null;
    }

    /** What was sent; only to be called once it has been found valid. */
    public ContactData toContactData() {
        return new ContactData(
                orAbsent(firstName),
                orAbsent(lastName),
                orAbsent(company),
                orAbsent(title),
                emails == null ? List.of() : emails.stream().map(String::strip).toList(),
                phones == null ? List.of() : List.copyOf(phones),
                orAbsent(website),
                orAbsent(facebook),
                orAbsent(twitter),
                orAbsent(linkedin),
                orAbsent(other),
                salesforceId == null ? null : orAbsent(salesforceId.strip()));
    }
}
