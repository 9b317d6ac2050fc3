package org.consentledger.command.imports;

import java.text.Normalizer;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Maps column names to meanings. It knows the names in the exports of Salesforce (API names and report labels), HubSpot,
 * Mautic, listmonk, Google Contacts (both generations) and the ledger itself, and common synonyms. Names are compared by
 * their letters and digits only: {@code E-Mail Address} and {@code email_address} are the same.
 */
final class KnownColumnNames {

    private static final Pattern OBJECT_PREFIX = Pattern.compile("^(contact|lead)\\s*[:.]\\s*");
    private static final Pattern NOT_A_LETTER_OR_DIGIT = Pattern.compile("[^\\p{L}\\p{N}]");
    private static final Pattern NUMBERED =
            Pattern.compile("(email|phone|website|organization)\\d+(value|name|title)?");

    private static final Map<String, ColumnMeaning> KNOWN = known();

    private static Map<String, ColumnMeaning> known() {
        var known = new HashMap<String, ColumnMeaning>();
        put(known, ColumnMeaning.FIRST_NAME, "firstname", "first", "givenname", "forename");
        put(known, ColumnMeaning.LAST_NAME, "lastname", "last", "familyname", "surname");
        put(known, ColumnMeaning.FULL_NAME, "name", "fullname", "contactname", "displayname");
        put(known, ColumnMeaning.COMPANY, "company", "companyname", "accountname", "accountaccountname", "companyaccount");
        put(known, ColumnMeaning.COMPANY, "associatedcompany", "organization", "organisation", "organizationname");
        put(known, ColumnMeaning.TITLE, "title", "jobtitle", "position", "organizationtitle");
        put(known, ColumnMeaning.EMAILS, "email", "emails", "emailaddress", "emailaddresses", "emailid", "mail");
        put(known, ColumnMeaning.EMAILS, "primaryemail", "secondaryemail", "workemail", "businessemail", "personalemail");
        put(known, ColumnMeaning.EMAILS, "otheremail", "additionalemailaddresses");
        put(known, ColumnMeaning.PHONES, "phone", "phones", "phonenumber", "phonenumbers", "telephone", "telephonenumber");
        put(known, ColumnMeaning.PHONES, "mobile", "mobilephone", "mobilenumber", "mobilephonenumber", "cell", "cellphone");
        put(known, ColumnMeaning.PHONES, "homephone", "otherphone", "workphone", "businessphone", "directphone");
        put(known, ColumnMeaning.WEBSITE, "website", "websiteurl", "accountwebsite", "homepage");
        put(known, ColumnMeaning.FACEBOOK, "facebook", "facebookurl", "facebookprofile");
        put(known, ColumnMeaning.TWITTER, "twitter", "twitterurl", "twitterusername", "twitterhandle", "twitterprofile");
        put(known, ColumnMeaning.LINKEDIN, "linkedin", "linkedinurl", "linkedinbio", "linkedinprofile", "linkedinprofileurl");
        put(known, ColumnMeaning.OTHER, "other");
        put(known, ColumnMeaning.SALESFORCE_ID, "salesforceid", "salesforcecontactid", "salesforceleadid");
        put(known, ColumnMeaning.SOME_ID, "id", "contactid", "leadid", "contactid18", "leadid18", "recordid");
        put(known, ColumnMeaning.OPT_OUT, "hasoptedoutofemail", "emailoptout", "optedoutofemail", "optout", "optedout");
        put(known, ColumnMeaning.OPT_OUT, "unsubscribed", "unsubscribedfromallemail", "portalunsubscribe");
        put(known, ColumnMeaning.OPT_OUT, "dnc", "donotcontact", "donotemail");
        put(known, ColumnMeaning.STATUS, "status", "subscriberstatus", "subscriptionstatus");
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
            return Optional.of(ColumnMeaning.OPT_OUT); // HubSpot has a column for each subscription type, with its name behind this prefix
        }
        var numbered = NUMBERED.matcher(key);
        if (numbered.matches()) {
            return numbered(numbered.group(1), numbered.group(2) == null ? "value" : numbered.group(2));
        }
        return Optional.ofNullable(KNOWN.get(key));
    }

    private static Optional<ColumnMeaning> numbered(String kind, String part) {
        return switch (kind + ' ' + part) {
            case "email value" -> Optional.of(ColumnMeaning.EMAILS);
            case "phone value" -> Optional.of(ColumnMeaning.PHONES);
            case "website value" -> Optional.of(ColumnMeaning.WEBSITE);
            case "organization name" -> Optional.of(ColumnMeaning.COMPANY);
            case "organization title" -> Optional.of(ColumnMeaning.TITLE);
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
