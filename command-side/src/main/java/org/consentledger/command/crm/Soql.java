package org.consentledger.command.crm;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.format.ResolverStyle;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.List;
import java.util.stream.Collectors;
import org.consentledger.command.crm.SalesforceFault.Kind;
import org.consentledger.kernel.person.ContactData;
import org.consentledger.kernel.person.EmailAddress;
import org.consentledger.kernel.person.SalesforceId;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Writes the SOQL queries of the sync, and converts the rows of their results. */
final class Soql {

    /**
     * Reads the times of the REST API, {@code 2026-11-24T09:00:00.000+0000}, and the forms of the other APIs, which end
     * in {@code Z} or {@code +00:00}. The fraction may be absent, and the offset may have any value.
     *
     * <p>The pattern {@code +HH} accepts minutes with and without a colon because the parser is lenient here. The
     * pattern {@code +HH:mm} requires the colon even of a lenient parser, and so refuses every real answer.
     */
    private static final DateTimeFormatter MODSTAMP = new DateTimeFormatterBuilder()
            .append(DateTimeFormatter.ISO_LOCAL_DATE_TIME)
            .parseLenient()
            .appendOffset("+HH", "Z")
            .toFormatter()
            .withResolverStyle(ResolverStyle.STRICT);

    private final SalesforceSettings settings;

    Soql(SalesforceSettings settings) {
        this.settings = settings;
    }

    /**
     * Selects the records that changed after the watermark, or all records without one, in the order of their changes.
     * Many records can have the same time, because Salesforce stores it in seconds; those are ordered by id.
     */
    String changesAfter(RecordType type, @Nullable Watermark after) {
        var where = "";
        if (after != null) {
            var at = after.modstamp().truncatedTo(ChronoUnit.SECONDS);
            where = after.recordId().isEmpty()
                    ? " WHERE SystemModstamp >= " + at
                    : " WHERE SystemModstamp > %1$s OR (SystemModstamp = %1$s AND Id > '%2$s')"
                            .formatted(at, literal(after.recordId()));
        }
        return select(type) + where + " ORDER BY SystemModstamp, Id";
    }

    /** Selects some records by their ids. */
    String byId(RecordType type, Collection<String> ids) {
        return select(type)
                + ids.stream().map(Soql::literal).collect(Collectors.joining("','", " WHERE Id IN ('", "')"));
    }

    private static String literal(String id) {
        if (!SalesforceId.isWellFormed(id)) {
            throw new IllegalArgumentException("Not a Salesforce id");
        }
        return id.strip();
    }

    /** Selects the names and phone numbers of people only if import is on: without it they are not needed. */
    private String select(RecordType type) {
        var fields = "Id, SystemModstamp, IsDeleted, MasterRecordId, Email, " + settings.optOutField();
        if (type == RecordType.LEAD) {
            fields += ", IsConverted, ConvertedContactId";
        }
        if (settings.importNew()) {
            fields += ", FirstName, LastName, Title, Phone, " + (type == RecordType.LEAD ? "Company" : "Account.Name");
        }
        return "SELECT " + fields + " FROM " + type.apiName();
    }

    SalesforceRecord read(RecordType type, JsonNode row) {
        var id = row.path("Id").asString("");
        if (!SalesforceId.isWellFormed(id)) {
            throw new SalesforceFault(Kind.UNREADABLE, "a record has no id");
        }
        var optedOut = row.path(settings.optOutField());
        if (!optedOut.isBoolean() && !optedOut.isNull()) {
            throw new SalesforceFault(Kind.REFUSED, "the opt-out field is not a checkbox");
        }
        var converted = row.path("IsConverted").asBoolean(false);
        return new SalesforceRecord(
                type,
                id,
                modstamp(row.path("SystemModstamp").asString("")),
                optedOut.isBoolean() && optedOut.asBoolean(),
                row.path("IsDeleted").asBoolean(false),
                converted,
                successor(text(row.path(converted ? "ConvertedContactId" : "MasterRecordId"))),
                contact(id, row));
    }

    private static @Nullable String successor(@Nullable String id) {
        return id != null && SalesforceId.isWellFormed(id) ? id : null;
    }

    private static Instant modstamp(String text) {
        try {
            return Instant.from(MODSTAMP.parse(text));
        } catch (DateTimeException unreadable) {
            throw new SalesforceFault(Kind.UNREADABLE, "a record has no readable SystemModstamp");
        }
    }

    private static ContactData contact(String id, JsonNode row) {
        var email = text(row.path("Email"));
        var phone = text(row.path("Phone"));
        var company = text(row.path("Company"));
        return new ContactData(
                text(row.path("FirstName")),
                text(row.path("LastName")),
                company == null ? text(row.path("Account").path("Name")) : company,
                text(row.path("Title")),
                email != null && EmailAddress.isWellFormed(email) ? List.of(EmailAddress.written(email)) : List.of(),
                phone == null ? List.of() : List.of(phone),
                null,
                null,
                null,
                null,
                null,
                id);
    }

    private static @Nullable String text(JsonNode value) {
        var text = value.isString() ? value.asString().strip() : "";
        return text.isEmpty() ? null : text;
    }
}
