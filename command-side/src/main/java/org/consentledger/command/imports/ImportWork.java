package org.consentledger.command.imports;

import static java.util.Objects.requireNonNull;

import jakarta.validation.Validator;
import java.io.IOException;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.consentledger.command.form.ContactDataRequest;
import org.consentledger.command.jobs.ItemResult;
import org.consentledger.command.jobs.Job;
import org.consentledger.command.jobs.JobKey;
import org.consentledger.command.jobs.JobKind;
import org.consentledger.command.jobs.Workload;
import org.consentledger.command.pipeline.LedgerPeople;
import org.consentledger.command.pipeline.Pipeline;
import org.consentledger.command.pipeline.Request;
import org.consentledger.command.pipeline.WorkOutcome;
import org.consentledger.command.work.OptOut;
import org.consentledger.command.work.RegisterOrComplete;
import org.consentledger.command.work.Work;
import org.consentledger.foundation.http.FieldProblem;
import org.consentledger.foundation.privacy.LookupHash;
import org.consentledger.kernel.person.CommandRejected;
import org.consentledger.kernel.person.ContactData;
import org.consentledger.kernel.person.ContactField;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;

/**
 * The job that imports the rows of a contact file. A row matches a person who has one of its addresses or its
 * Salesforce id. A match updates the person; a row without a match registers a new one. A value in the file replaces
 * the person's value, and an empty cell leaves it as it is.
 *
 * <p>If several rows are about the same person, the first row counts and later rows fill its gaps. Example:
 * {@code Ada,, ada@example.org} followed by {@code Adele,Nowak,ada@example.org} gives Ada Nowak. So importing the same
 * file again changes nothing.
 */
@Component
class ImportWork implements Workload {

    private final UploadStore uploads;
    private final Pipeline pipeline;
    private final LedgerPeople people;
    private final LookupHash hash;
    private final JdbcTemplate jdbc;
    private final Validator validator;
    private final Clock clock;

    ImportWork(
            UploadStore uploads,
            Pipeline pipeline,
            LedgerPeople people,
            LookupHash hash,
            JdbcTemplate jdbc,
            Validator validator,
            Clock clock) {
        this.uploads = uploads;
        this.pipeline = pipeline;
        this.people = people;
        this.hash = hash;
        this.jdbc = jdbc;
        this.validator = validator;
        this.clock = clock;
    }

    @Override
    public JobKind kind() {
        return JobKind.IMPORT;
    }

    @Override
    public Run<?> start(Job job, JobKey key, String request) throws IOException {
        var options = ImportOptions.ofJson(request);
        var file = ContactFile.open(uploads.open(job.id(), key), options.form(), options.mapping());
        return new ImportRun(job, options, file, new ImportDryRun(people, jdbc, job.id(), key));
    }

    /** Counts the rows below the header. */
    static long count(ContactFile file) throws IOException {
        var rows = 0L;
        while (file.skip()) {
            rows++;
        }
        return rows;
    }

    /**
     * A row with the keys by which rows about the same person are matched.
     *
     * @param keys keyed hashes of the row's addresses and Salesforce id
     */
    private record HashedRow(Row row, List<String> keys) {}

    private final class ImportRun implements Run<HashedRow> {

        private final Job job;
        private final ImportOptions options;
        private final ContactFile file;
        private final ImportDryRun dryRun;

        ImportRun(Job job, ImportOptions options, ContactFile file, ImportDryRun dryRun) {
            this.job = job;
            this.options = options;
            this.file = file;
            this.dryRun = dryRun;
        }

        @Override
        public void skip(long items) throws IOException {
            for (var skipped = 0L; skipped < items; skipped++) {
                file.skip();
            }
        }

        @Override
        public List<HashedRow> next(int most) throws IOException {
            var rows = new ArrayList<HashedRow>();
            while (rows.size() < most) {
                var row = file.next();
                if (row == null) {
                    break;
                }
                var checked = row instanceof Row.Contact contact ? checked(contact) : row;
                rows.add(new HashedRow(
                        checked, checked instanceof Row.Contact contact ? keysOf(contact.contact()) : List.of()));
            }
            return rows;
        }

        /** Validates a row by the rules for a single request. An invalid row becomes unreadable. */
        private Row checked(Row.Contact row) {
            var contact = row.contact();
            var problems = FieldProblem.of(validator.validate(ContactDataRequest.of(contact)));
            if (problems.isEmpty()) {
                return row;
            }
            var problem = problems.getFirst();
            var field = problem.field().replaceFirst("\\[.*", "");
            return new Row.Unreadable(
                    row.line(),
                    ContactField.ofJsonName(field)
                            .flatMap(known -> file.columns().nameOf(known))
                            .orElse(null),
                    problem.detail(),
                    row.optedOut() ? contact : null);
        }

        @Override
        public List<ItemResult> carryOut(List<? extends HashedRow> rows) {
            var requests = Request.all(workOf(rows, clock.instant()), job.provenance());
            var outcomes = (job.dryRun() ? pipeline.dryRun(requests, dryRun) : pipeline.carryOut(requests)).iterator();
            var results = new ArrayList<ItemResult>();
            for (var hashed : rows) {
                results.add(
                        switch (hashed.row()) {
                            case Row.Contact contact -> {
                                var outcome = outcomes.next();
                                var optOut = contact.optedOut() ? outcomes.next() : outcome;
                                yield result(contact, outcome instanceof WorkOutcome.Unchanged ? optOut : outcome);
                            }
                            case Row.Unreadable unreadable -> {
                                if (unreadable.optedOut() != null) {
                                    outcomes.next();
                                }
                                yield result(unreadable);
                            }
                        });
            }
            return results;
        }

        /** Returns the work of each row: its contact data, and then its opt-out, which counts in any case. */
        private List<Work> workOf(List<? extends HashedRow> rows, Instant at) {
            var seen = seenKeys(rows);
            var work = new ArrayList<Work>();
            for (var hashed : rows) {
                switch (hashed.row()) {
                    case Row.Contact row -> {
                        var again = false;
                        for (var key : hashed.keys()) {
                            again |= !seen.add(key);
                        }
                        work.add(new RegisterOrComplete(
                                row.contact(), again, options.source(), options.authorization(), at));
                        if (row.optedOut()) {
                            work.add(OptOut.of(row.contact(), hash, at));
                        }
                    }
                    case Row.Unreadable row -> {
                        if (row.optedOut() != null) {
                            work.add(OptOut.of(row.optedOut(), hash, at));
                        }
                    }
                }
            }
            return work;
        }

        /**
         * Returns the keys of these rows that rows of earlier chunks had too, and stores the new ones. Keys stay the
         * same if the chunk is retried, because its transaction rolls the inserts back.
         */
        private Set<String> seenKeys(List<? extends HashedRow> rows) {
            var keys = rows.stream()
                    .flatMap(row -> row.keys().stream())
                    .distinct()
                    .sorted()
                    .toArray(String[]::new);
            var seen = new HashSet<>(List.of(keys));
            jdbc.queryForList(
                            "INSERT INTO job_key (job_id, key_hash) SELECT ?, unnest(?::text[])"
                                    + " ON CONFLICT DO NOTHING RETURNING key_hash",
                            String.class,
                            job.id(),
                            keys)
                    .forEach(seen::remove);
            return seen;
        }

        private List<String> keysOf(ContactData contact) {
            var keys = new ArrayList<String>();
            contact.emails().forEach(email -> keys.add(hash.ofEmail(email).value()));
            if (contact.salesforceId() != null) {
                keys.add(hash.ofSalesforceId(contact.salesforceId()));
            }
            return keys;
        }

        private ItemResult result(Row.Contact row, WorkOutcome outcome) {
            return switch (outcome) {
                case WorkOutcome.Changed ignored -> new ItemResult.Changed();
                case WorkOutcome.Unchanged ignored -> new ItemResult.Unchanged();
                case WorkOutcome.Refused refused -> refused(row, refused.rejection());
            };
        }

        private ItemResult refused(Row.Contact row, CommandRejected rejection) {
            var field = switch (rejection.rule()) {
                case ADDRESS_TAKEN -> Optional.of(ContactField.EMAILS);
                case TOO_MANY_ENTRIES ->
                    Optional.of(row.contact().emails().isEmpty() ? ContactField.PHONES : ContactField.EMAILS);
                case SALESFORCE_ID_TAKEN -> Optional.of(ContactField.SALESFORCE_ID);
                default -> Optional.<ContactField>empty();
            };
            var column = field.flatMap(file.columns()::nameOf).orElse(null);
            var reason = requireNonNull(rejection.getMessage(), "a rejection says why");
            return failed(row.line(), column, reason, row.optedOut() ? row.contact() : null);
        }

        private ItemResult result(Row.Unreadable row) {
            return failed(row.line(), row.column(), row.reason(), row.optedOut());
        }

        /** Reports a failed row. An opt-out in it is recorded all the same if the row identifies the person. */
        private ItemResult failed(long line, @Nullable String column, String reason, @Nullable ContactData optedOut) {
            if (optedOut == null) {
                return new ItemResult.Failed(line, column, null, reason);
            }
            return new ItemResult.Failed(
                    line, column, null, reason + "; the opt-out in this row " + resultOfOptOut(optedOut));
        }

        private String resultOfOptOut(ContactData contact) {
            if (!contact.isIdentifiable()) {
                return "cannot be recorded, because the row does not identify the person";
            }
            if (contact.emails().isEmpty()) {
                return "counts for the person who has the Salesforce id, if there is one";
            }
            return job.dryRun() ? "would be recorded" : "was recorded";
        }

        @Override
        public void close() throws IOException {
            file.close();
        }
    }
}
