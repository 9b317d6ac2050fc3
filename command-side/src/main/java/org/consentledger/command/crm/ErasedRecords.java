package org.consentledger.command.crm;

import java.util.List;
import java.util.UUID;
import org.axonframework.eventhandling.EventMessage;
import org.consentledger.foundation.store.AppendParticipant;
import org.consentledger.kernel.person.PersonEvent.PersonErased;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;

/**
 * Deletes the ids of a person's Salesforce records in the transaction that erases the person. If an opt-out is still
 * waiting to be written to Salesforce, the record keeps its id until that is done.
 */
@Component
class ErasedRecords implements AppendParticipant {

    private final JdbcTemplate jdbc;

    ErasedRecords(JdbcTemplate jdbc) {
        this.jdbc = jdbc;
    }

    @Override
    public void beforeAppend(List<? extends EventMessage<?>> events) {
        var erased = events.stream()
                .filter(event -> event.getPayload() instanceof PersonErased)
                .map(event -> ((PersonErased) event.getPayload()).personId().value())
                .sorted()
                .toArray(UUID[]::new);
        if (erased.length == 0) {
            return;
        }
        jdbc.update(
                "UPDATE crm_record SET gone = 'ERASED', address_hash = NULL, push_after = NULL,"
                        + " push = owed.push, push_reason = CASE WHEN owed.push THEN 'OPTED_OUT_HERE' END,"
                        + " record_id = CASE WHEN owed.push THEN crm_record.record_id END"
                        + " FROM (SELECT record_hash AS key, CASE WHEN gone IS NULL AND theirs IS NOT TRUE"
                        + " AND subscription = 'UNSUBSCRIBED' THEN true END AS push"
                        + " FROM crm_record LEFT JOIN person USING (person_id)"
                        + " WHERE person_id = ANY (?)) AS owed WHERE record_hash = owed.key",
                (Object) erased);
        jdbc.update("UPDATE crm_journal SET record_id = NULL WHERE person_id = ANY (?)", (Object) erased);
    }
}
