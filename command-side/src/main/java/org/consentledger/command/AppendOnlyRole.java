package org.consentledger.command;

import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;

/**
 * Stops the start if the database role of the application may change recorded events: if it owns their table, can
 * become the owner, or was granted more than the migrations grant. Otherwise a wrong setting would remove the
 * protection without an error.
 */
@Component
class AppendOnlyRole implements SmartInitializingSingleton {

    private static final String ROLE_WITH_MORE_RIGHTS =
            "SELECT current_user FROM pg_class WHERE oid = 'event'::regclass"
                    + " AND (pg_has_role(relowner, 'MEMBER') OR has_table_privilege(oid, 'UPDATE, DELETE, TRUNCATE, TRIGGER')"
                    + " OR has_any_column_privilege(oid, 'UPDATE'))";

    private final JdbcTemplate jdbc;

    AppendOnlyRole(JdbcTemplate jdbc) {
        this.jdbc = jdbc;
    }

    @Override
    public void afterSingletonsInstantiated() {
        jdbc.queryForList(ROLE_WITH_MORE_RIGHTS, String.class).forEach(role -> {
            throw new IllegalStateException(
                    "The database role " + role + " of the application may change recorded events."
                            + " Give the application a role of its own, apart from the owner of the tables (docs/operations.md)");
        });
    }
}
