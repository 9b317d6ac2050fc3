package org.consentledger.command;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import org.consentledger.foundation.store.PostgresForTests;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.jdbc.core.JdbcTemplate;

/** The command side starts only with a role that can't change recorded events. */
class AppendOnlyRoleTest {

    private final JdbcTemplate application = new JdbcTemplate(PostgresForTests.newLedger());
    private final JdbcTemplate owner = PostgresForTests.asOwner(application);

    @Test
    void the_role_with_the_rights_of_the_migrations_is_accepted() {
        assertThatCode(new AppendOnlyRole(application)::afterSingletonsInstantiated)
                .doesNotThrowAnyException();
    }

    @Test
    void the_owner_of_the_tables_is_refused() {
        assertThatIllegalStateException()
                .isThrownBy(new AppendOnlyRole(owner)::afterSingletonsInstantiated)
                .withMessageContaining(PostgresForTests.OWNER);
    }

    @ParameterizedTest
    @CsvSource({"UPDATE", "DELETE", "TRUNCATE", "TRIGGER", "UPDATE (payload)"})
    void a_role_that_was_granted_more_is_refused(String right) {
        owner.execute("GRANT " + right + " ON event TO " + PostgresForTests.APPLICATION);

        assertThatIllegalStateException().isThrownBy(new AppendOnlyRole(application)::afterSingletonsInstantiated);
    }
}
