package org.consentledger.command.imports;

import java.text.Normalizer;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The column names of the exports that we know: Salesforce (API names and report labels), HubSpot, Mautic, listmonk,
 * Google Contacts (both generations) and our own, and what other tools call the same things. Names are compared by
 * their letters and digits alone, so that case, spaces, dots, hyphens and underscores don't matter.
 */
final class Headers {

    private static final Pattern OBJECT_PREFIX = Pattern.compile("^(contact|lead)\\s*[:.]\\s*");
    private static final Pattern NOT_A_LETTER_OR_DIGIT = Pattern.compile("[^\\p{L}\\p{N}]");
    private static final Pattern NUMBERED =
            Pattern.compile("(email|phone|website|organization)\\d+(value|name|title)?");

    private static final Map<String, Meaning> KNOWN = known();

    private static Map<String, Meaning> known() {
        var known = new HashMap<String, Meaning>();
        put(known, Meaning.FIRST_NAME, "firstname", "first", "givenname", "forename");
        put(known, Meaning.LAST_NAME, "lastname", "last", "familyname", "surname");
        put(known, Meaning.FULL_NAME, "name", "fullname", "contactname", "displayname");
        put(known, Meaning.COMPANY, "company", "companyname", "accountname", "accountaccountname", "companyaccount");
        put(known, Meaning.COMPANY, "associatedcompany", "organization", "organisation", "organizationname");
        put(known, Meaning.TITLE, "title", "jobtitle", "position", "organizationtitle");
        put(known, Meaning.EMAILS, "email", "emails", "emailaddress", "emailaddresses", "emailid", "mail");
        put(known, Meaning.EMAILS, "primaryemail", "secondaryemail", "workemail", "businessemail", "personalemail");
        put(known, Meaning.EMAILS, "otheremail", "additionalemailaddresses");
        put(known, Meaning.PHONES, "phone", "phones", "phonenumber", "phonenumbers", "telephone", "telephonenumber");
        put(known, Meaning.PHONES, "mobile", "mobilephone", "mobilenumber", "mobilephonenumber", "cell", "cellphone");
        put(known, Meaning.PHONES, "homephone", "otherphone", "workphone", "businessphone", "directphone");
        put(known, Meaning.WEBSITE, "website", "websiteurl", "accountwebsite", "homepage");
        put(known, Meaning.FACEBOOK, "facebook", "facebookurl", "facebookprofile");
        put(known, Meaning.TWITTER, "twitter", "twitterurl", "twitterusername", "twitterhandle", "twitterprofile");
        put(known, Meaning.LINKEDIN, "linkedin", "linkedinurl", "linkedinbio", "linkedinprofile", "linkedinprofileurl");
        put(known, Meaning.OTHER, "other");
        put(known, Meaning.SALESFORCE_ID, "salesforceid", "salesforcecontactid", "salesforceleadid");
        put(known, Meaning.SOME_ID, "id", "contactid", "leadid", "contactid18", "leadid18", "recordid");
        put(known, Meaning.OPT_OUT, "hasoptedoutofemail", "emailoptout", "optedoutofemail", "optout", "optedout");
        put(known, Meaning.OPT_OUT, "unsubscribed", "unsubscribedfromallemail", "portalunsubscribe");
        put(known, Meaning.OPT_OUT, "dnc", "donotcontact", "donotemail");
        put(known, Meaning.STATUS, "status", "subscriberstatus", "subscriptionstatus");
        return Map.copyOf(known);
    }

    private static void put(Map<String, Meaning> known, Meaning meaning, String... names) {
        for (var name : names) {
            known.put(name, meaning);
        }
    }

    /** What a column of that name holds; empty for a name that says nothing to us. */
    static Optional<Meaning> meaning(String header) {
        var plain = Normalizer.normalize(header, Normalizer.Form.NFKC).strip().toLowerCase(Locale.ROOT);
        var key = key(OBJECT_PREFIX.matcher(plain).replaceFirst(""));
        if (key.startsWith("optedoutofemail")) {
            return Optional.of(Meaning.OPT_OUT); // HubSpot has one column for each kind of mail
        }
        var numbered = NUMBERED.matcher(key);
        if (numbered.matches()) {
            return numbered(numbered.group(1), numbered.group(2) == null ? "value" : numbered.group(2));
        }
        return Optional.ofNullable(KNOWN.get(key));
    }

    private static Optional<Meaning> numbered(String what, String part) {
        return switch (what + ' ' + part) {
            case "email value" -> Optional.of(Meaning.EMAILS);
            case "phone value" -> Optional.of(Meaning.PHONES);
            case "website value" -> Optional.of(Meaning.WEBSITE);
            case "organization name" -> Optional.of(Meaning.COMPANY);
            case "organization title" -> Optional.of(Meaning.TITLE);
            default -> Optional.empty();
        };
    }

    /** The name by its letters and digits alone, in lower case. */
    static String key(String header) {
        var plain = Normalizer.normalize(header, Normalizer.Form.NFKC).toLowerCase(Locale.ROOT);
        return NOT_A_LETTER_OR_DIGIT.matcher(plain).replaceAll("");
    }

    private Headers() {}
}
