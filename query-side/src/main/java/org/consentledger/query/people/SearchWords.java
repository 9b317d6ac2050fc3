package org.consentledger.query.people;

import com.mongodb.client.model.Filters;
import java.nio.charset.StandardCharsets;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.bson.conversions.Bson;
import org.consentledger.kernel.person.ContactData;
import org.consentledger.kernel.person.EmailAddress;
import org.jspecify.annotations.Nullable;

/**
 * The index terms of a person: each word of the name and the company, and each address, whole and in parts. The search
 * ignores case and accents, and matches prefixes.
 */
final class SearchWords {

    private static final Pattern MARKS = Pattern.compile("\\p{M}+");
    private static final Pattern BETWEEN_WORDS = Pattern.compile("[^\\p{L}\\p{N}]+");
    private static final Pattern SPACE = Pattern.compile("[\\s\\p{Z}\\p{Cc}]+");
    private static final Pattern SPECIAL = Pattern.compile("[^\\p{L}\\p{N}]");

    /** Further words of a query are ignored. */
    private static final int MOST_WORDS = 10;

    static Set<String> of(ContactData contact) {
        var words = new LinkedHashSet<String>();
        addWords(words, contact.firstName());
        addWords(words, contact.lastName());
        addWords(words, contact.company());
        for (var email : contact.emails()) {
            words.add(plain(EmailAddress.comparable(email)));
            words.add(plain(email)); // an internationalised domain as people write it
            addWords(words, email);
        }
        return words;
    }

    /** The filter of a query: each of its words must be a prefix of an index term. */
    static List<Bson> filter(String sought) {
        var words = new LinkedHashSet<String>();
        SPACE.splitAsStream(sought).forEach(part -> {
            if (part.contains("@")) {
                words.add(plain(part));
            } else {
                addWords(words, part);
            }
        });
        var conditions = new ArrayList<Bson>();
        for (var word : words) {
            if (conditions.size() < MOST_WORDS && !word.isEmpty()) {
                conditions.add(
                        Filters.regex("search", "^" + SPECIAL.matcher(word).replaceAll("\\\\$0")));
            }
        }
        return conditions;
    }

    private static void addWords(Set<String> words, @Nullable String text) {
        if (text != null) {
            BETWEEN_WORDS
                    .splitAsStream(plain(text))
                    .filter(word -> !word.isEmpty())
                    .forEach(words::add);
        }
    }

    private static String plain(String text) {
        if (StandardCharsets.US_ASCII.newEncoder().canEncode(text)) {
            return text.toLowerCase(Locale.ROOT);
        }
        return MARKS.matcher(Normalizer.normalize(text, Normalizer.Form.NFKD))
                .replaceAll("")
                .toLowerCase(Locale.ROOT);
    }

    private SearchWords() {}
}
