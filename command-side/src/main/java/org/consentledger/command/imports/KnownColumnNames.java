package org.consentledger.command.imports;

import static org.consentledger.command.imports.ColumnMeaning.COMPANY;
import static org.consentledger.command.imports.ColumnMeaning.EMAILS;
import static org.consentledger.command.imports.ColumnMeaning.FACEBOOK;
import static org.consentledger.command.imports.ColumnMeaning.FIRST_NAME;
import static org.consentledger.command.imports.ColumnMeaning.FULL_NAME;
import static org.consentledger.command.imports.ColumnMeaning.LAST_NAME;
import static org.consentledger.command.imports.ColumnMeaning.LINKEDIN;
import static org.consentledger.command.imports.ColumnMeaning.OPT_OUT;
import static org.consentledger.command.imports.ColumnMeaning.OTHER;
import static org.consentledger.command.imports.ColumnMeaning.PHONES;
import static org.consentledger.command.imports.ColumnMeaning.SALESFORCE_ID;
import static org.consentledger.command.imports.ColumnMeaning.SOME_ID;
import static org.consentledger.command.imports.ColumnMeaning.STATUS;
import static org.consentledger.command.imports.ColumnMeaning.TITLE;
import static org.consentledger.command.imports.ColumnMeaning.TWITTER;
import static org.consentledger.command.imports.ColumnMeaning.WEBSITE;

import java.text.Normalizer;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Maps column names to meanings. It knows the names in the exports of Salesforce (API names and report labels),
 * HubSpot, Mautic, listmonk, Google Contacts (both generations) and the ledger itself, and common synonyms. Names are
 * compared by their letters and digits only: {@code E-Mail Address} and {@code email_address} are the same.
 */
final class KnownColumnNames {

    private static final Pattern OBJECT_PREFIX = Pattern.compile("^(contact|lead)\\s*[:.]\\s*");
    private static final Pattern NOT_A_LETTER_OR_DIGIT = Pattern.compile("[^\\p{L}\\p{N}]");
    private static final Pattern NUMBERED =
            Pattern.compile("(email|phone|website|organization)\\d+(value|name|title)?");

    private static final Map<String, ColumnMeaning> KNOWN = known();

    private static Map<String, ColumnMeaning> known() {
        var known = new HashMap<String, ColumnMeaning>();
        put(known, FIRST_NAME, "firstname", "first", "givenname", "forename");
        put(known, LAST_NAME, "lastname", "last", "familyname", "surname");
        put(known, FULL_NAME, "name", "fullname", "contactname", "displayname");
        put(known, COMPANY, "company", "companyname", "accountname", "accountaccountname", "companyaccount");
        put(known, COMPANY, "associatedcompany", "organization", "organisation", "organizationname");
        put(known, TITLE, "title", "jobtitle", "position", "organizationtitle");
        put(known, EMAILS, "email", "emails", "emailaddress", "emailaddresses", "emailid", "mail");
        put(known, EMAILS, "primaryemail", "secondaryemail", "workemail", "businessemail", "personalemail");
        put(known, EMAILS, "otheremail", "additionalemailaddresses");
        put(known, PHONES, "phone", "phones", "phonenumber", "phonenumbers", "telephone", "telephonenumber");
        put(known, PHONES, "mobile", "mobilephone", "mobilenumber", "mobilephonenumber", "cell", "cellphone");
        put(known, PHONES, "homephone", "otherphone", "workphone", "businessphone", "directphone");
        put(known, WEBSITE, "website", "websiteurl", "accountwebsite", "homepage");
        put(known, FACEBOOK, "facebook", "facebookurl", "facebookprofile");
        put(known, TWITTER, "twitter", "twitterurl", "twitterusername", "twitterhandle", "twitterprofile");
        put(known, LINKEDIN, "linkedin", "linkedinurl", "linkedinbio", "linkedinprofile", "linkedinprofileurl");
        put(known, OTHER, "other");
        put(known, SALESFORCE_ID, "salesforceid", "salesforcecontactid", "salesforceleadid");
        put(known, SOME_ID, "id", "contactid", "leadid", "contactid18", "leadid18", "recordid");
        put(known, OPT_OUT, "hasoptedoutofemail", "emailoptout", "optedoutofemail", "optout", "optedout");
        put(known, OPT_OUT, "unsubscribed", "unsubscribedfromallemail", "portalunsubscribe");
        put(known, OPT_OUT, "dnc", "donotcontact", "donotemail");
        put(known, STATUS, "status", "subscriberstatus", "subscriptionstatus");
        return Map.copyOf(known);
    }

    private static void put(Map<String, ColumnMeaning> known, ColumnMeaning meaning, String... names) {
        for (var name : names) {
            known.put(name, meaning);
        }
    }

    /** Returns the meaning of a column by its name, or empty if the name is unknown. */
    static Optional<ColumnMeaning> meaning(String header) {
        var plain = Normalizer.normalize(header, Normalizer.Form.NFKC).strip().toLowerCase(Locale.ROOT);
        var key = key(OBJECT_PREFIX.matcher(plain).replaceFirst(""));
        if (key.startsWith("optedoutofemail")) {
            // HubSpot has a column for each subscription type, with the name of the type behind this prefix
            return Optional.of(OPT_OUT);
        }
        var numbered = NUMBERED.matcher(key);
        if (numbered.matches()) {
            return numbered(numbered.group(1), numbered.group(2) == null ? "value" : numbered.group(2));
        }
        return Optional.ofNullable(KNOWN.get(key));
    }

    private static Optional<ColumnMeaning> numbered(String kind, String part) {
        return switch (kind + ' ' + part) {
            case "email value" -> Optional.of(EMAILS);
            case "phone value" -> Optional.of(PHONES);
            case "website value" -> Optional.of(WEBSITE);
            case "organization name" -> Optional.of(COMPANY);
            case "organization title" -> Optional.of(TITLE);
            default -> Optional.empty();
        };
    }

    /** Returns the letters and digits of a name in lower case. */
    static String key(String header) {
        var plain = Normalizer.normalize(header, Normalizer.Form.NFKC).toLowerCase(Locale.ROOT);
        return NOT_A_LETTER_OR_DIGIT.matcher(plain).replaceAll("");
    }

    private KnownColumnNames() {}
}
