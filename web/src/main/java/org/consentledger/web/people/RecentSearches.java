package org.consentledger.web.people;

import jakarta.servlet.http.HttpSession;
import java.io.Serializable;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The last {@value #MAX_SEARCHES} searches of a session under random tokens. The URL contains the token and not the
 * words, which may be personal data. The lock of this object guards the map, as a session serves several requests at
 * once.
 */
final class RecentSearches implements Serializable {

    private static final String NAME = RecentSearches.class.getName();
    private static final int MAX_SEARCHES = 20;

    private final Map<String, String> words = new LinkedHashMap<>();

    static RecentSearches of(HttpSession session) {
        if (session.getAttribute(NAME) instanceof RecentSearches known) {
            return known;
        }
        var none = new RecentSearches();
        session.setAttribute(NAME, none);
        return none;
    }

    /** Stores words and returns their token. */
    synchronized String keep(String text) {
        var token = UUID.randomUUID().toString().substring(0, 8);
        words.put(token, text);
        if (words.size() > MAX_SEARCHES) {
            words.remove(words.keySet().iterator().next());
        }
        return token;
    }

    synchronized @Nullable String find(@Nullable String token) {
        return token == null ? null : words.get(token);
    }
}
