package org.consentledger.command.person.planted;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.YearMonth;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.Calendar;
import java.util.Date;
import java.util.GregorianCalendar;
import java.util.function.Supplier;

/** Rules that would depend on when they are asked: one way to read the clock in each method. */
@SuppressWarnings({"JavaUtilDate", "JavaTimeDefaultTimeZone"})
public class ReadsTheClock {

    private static final ZoneId ZONE = ZoneId.of("Europe/Berlin");

    Instant instant() {
        return Instant.now();
    }

    LocalDate localDate() {
        return LocalDate.now();
    }

    LocalDate localDateInZone() {
        return LocalDate.now(ZONE);
    }

    LocalDateTime localDateTime() {
        return LocalDateTime.now();
    }

    LocalDateTime localDateTimeInZone() {
        return LocalDateTime.now(ZONE);
    }

    ZonedDateTime zonedDateTime() {
        return ZonedDateTime.now();
    }

    ZonedDateTime zonedDateTimeInZone() {
        return ZonedDateTime.now(ZONE);
    }

    OffsetDateTime offsetDateTime() {
        return OffsetDateTime.now();
    }

    OffsetDateTime offsetDateTimeInZone() {
        return OffsetDateTime.now(ZONE);
    }

    YearMonth yearMonthInZone() {
        return YearMonth.now(ZONE);
    }

    Supplier<Instant> methodReference() {
        return Instant::now;
    }

    long currentTimeMillis() {
        return System.currentTimeMillis();
    }

    Clock systemUtc() {
        return Clock.systemUTC();
    }

    Clock systemDefaultZone() {
        return Clock.systemDefaultZone();
    }

    Clock system() {
        return Clock.system(ZONE);
    }

    Clock tickSeconds() {
        return Clock.tickSeconds(ZONE);
    }

    Clock tick(Clock clock) {
        return Clock.tick(clock, Duration.ofSeconds(1));
    }

    InstantSource instantSource() {
        return InstantSource.system();
    }

    Date date() {
        return new Date();
    }

    Supplier<Date> constructorReference() {
        return Date::new;
    }

    Calendar calendar() {
        return Calendar.getInstance();
    }

    Calendar gregorianCalendar() {
        return new GregorianCalendar();
    }
}
