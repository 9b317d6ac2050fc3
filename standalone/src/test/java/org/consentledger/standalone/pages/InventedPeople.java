package org.consentledger.standalone.pages;

import java.util.List;
import java.util.Locale;

/** People who don't exist, many and different enough for a list to look like one. */
final class InventedPeople {

    private static final List<String> FIRST = List.of(
            "Ada", "Bruno", "Chidi", "Dana", "Emre", "Freya", "Goran", "Hana", "Ivo", "June", "Kofi", "Lena", "Mira",
            "Noor", "Otto", "Petra", "Quinn", "Rosa", "Sven", "Tomoko");
    private static final List<String> LAST = List.of(
            "Nowak",
            "Okafor",
            "Lindqvist",
            "Tanaka",
            "Moreau",
            "Silva",
            "Petrov",
            "Haddad",
            "Kowalski",
            "Jensen",
            "Rossi",
            "Novotny",
            "Fischer",
            "Larsen",
            "Costa",
            "Marin",
            "Varga",
            "Olsen",
            "Brandt",
            "Ferrari");
    private static final List<String> COMPANIES =
            List.of("Nowak GmbH", "Fjord AS", "Lantern Ltd", "Blue Heron", "Kiln & Co", "Meridian", "Oak Street");
    private static final List<String> TITLES = List.of("CTO", "Head of Sales", "Buyer", "Founder", "Engineer");

    private InventedPeople() {}

    static String email(int number) {
        return "%s.%s.%d@example.org"
                .formatted(first(number), last(number), number)
                .toLowerCase(Locale.ROOT);
    }

    static String row(int number) {
        return String.join(
                ",",
                first(number),
                last(number),
                COMPANIES.get(number % COMPANIES.size()),
                TITLES.get(number % TITLES.size()),
                email(number),
                "+49 30 555%04d".formatted(number));
    }

    private static String first(int number) {
        return FIRST.get(number % FIRST.size());
    }

    private static String last(int number) {
        return LAST.get(number / FIRST.size() % LAST.size());
    }
}
