package org.consentledger.web.people;

import jakarta.servlet.http.HttpSession;
import java.io.Serializable;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What somebody searched for lately, kept in their session so that it needn't be in an address. */
final class RecentSearches implements Serializable {

    private static final String NAME = RecentSearches.class.getName();
    private static final int MOST = 20;

    private final Map<String, String> words = new LinkedHashMap<>();

    static RecentSearches of(HttpSession session) {
        if (session.getAttribute(NAME) instanceof RecentSearches known) {
            return known;
        }
        var none = new RecentSearches();
        session.setAttribute(NAME, none);
        return none;
    }

    /** Keeps words, and says by what they are found again. */
    synchronized String keep(String text) {
        var token = UUID.randomUUID().toString().substring(0, 8);
        words.put(token, text);
        if (words.size() > MOST) {
            words.remove(words.keySet().iterator().next());
        }
        return token;
    }

    synchronized @Nullable String find(@Nullable String token) {
        return token == null ? null : words.get(token);
    }
}
