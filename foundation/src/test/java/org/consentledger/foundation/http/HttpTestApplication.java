package org.consentledger.foundation.http;

import static org.consentledger.kernel.provenance.Role.ADMIN;
import static org.consentledger.kernel.provenance.Role.ANALYST;
import static org.consentledger.kernel.provenance.Role.AUDITOR;
import static org.consentledger.kernel.provenance.Role.OPERATOR;

import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.PastOrPresent;
import java.sql.SQLException;
import java.time.Duration;
import java.time.LocalDate;
import java.util.Collections;
import java.util.List;
import java.util.UUID;
import org.consentledger.kernel.person.CommandRejected;
import org.consentledger.kernel.person.PersonId;
import org.consentledger.kernel.person.SourceType;
import org.consentledger.kernel.provenance.Provenance;
import org.jspecify.annotations.Nullable;
import org.springframework.context.annotation.Import;
import org.springframework.http.HttpStatus;
import org.springframework.jdbc.CannotGetJdbcConnectionException;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** Has a controller whose routes show each convention. */
@HttpTestSlice
@Import(HttpTestApplication.TestController.class)
class HttpTestApplication {

    static final String SECRET = "ada-nowak-secret";

    record Inner(
            SourceType type,
            @NotNull(message = "is required") String text) {}

    record Everything(
            @Nullable String text,
            @Nullable Boolean flag,
            @Nullable Integer number,

            @PastOrPresent(message = "must not be in the future") @Nullable
            LocalDate date,

            @Nullable UUID uuid,
            @Nullable PersonId person,
            @Nullable List<String> texts,
            @Valid @Nullable Inner inner) {}

    record Who(String id, String name, List<String> roles, String via, String correlationId) {}

    /** A body whose serialisation fails half-way. */
    record Half(String first) {
        public String getSecond() {
            throw new IllegalStateException(SECRET);
        }
    }

    @RestController
    static class TestController {

        @GetMapping("/api/who")
        @Permits({OPERATOR, AUDITOR, ANALYST})
        Who who(Provenance provenance) {
            var actor = provenance.actor();
            return new Who(
                    actor.id(), actor.name(), actor.roles(), provenance.via().name(), provenance.correlationId());
        }

        @GetMapping("/api/admin")
        @Permits(ADMIN)
        String admin() {
            return "";
        }

        @PostMapping(path = "/api/everything", consumes = "application/json")
        @Permits(OPERATOR)
        Everything everything(@Valid @RequestBody Everything everything) {
            return everything;
        }

        @GetMapping("/api/people/{id}")
        @Permits(OPERATOR)
        String person(@PathVariable PersonId id, @RequestParam(required = false) @Nullable Integer limit) {
            return id.toString() + limit;
        }

        @GetMapping("/api/rejected/{rule}")
        @Permits(OPERATOR)
        void rejected(@PathVariable String rule) {
            throw new CommandRejected(
                    CommandRejected.Rule.valueOf(rule), "A rule says no", new PersonId(new UUID(0, 1)));
        }

        @GetMapping("/api/wait")
        @Permits(OPERATOR)
        void later() {
            throw new HttpProblem(HttpStatus.SERVICE_UNAVAILABLE, "not-yet", "Not yet there", Duration.ofMillis(1_200));
        }

        @GetMapping("/api/outage")
        @Permits(OPERATOR)
        void outage() {
            throw new CannotGetJdbcConnectionException(SECRET, new SQLException(SECRET, "08001"));
        }

        @GetMapping("/api/mistake")
        @Permits(OPERATOR)
        void mistake() {
            throw new IllegalStateException(SECRET, new IllegalArgumentException(SECRET));
        }

        @GetMapping("/api/half")
        @Permits(OPERATOR)
        List<Half> half() {
            return Collections.nCopies(1_000, new Half("the first half"));
        }

        @GetMapping("/u/{token}")
        String open(@PathVariable String token) {
            return "";
        }

        @GetMapping("/undeclared")
        String undeclared() {
            return "";
        }
    }
}
