package org.consentledger.command.person;

import java.util.Collection;
import java.util.Map;
import org.consentledger.kernel.person.PersonId;

/**
 * How a dry run would have left people, chunk by chunk: each sees what those before it would have done. Whoever runs it
 * keeps this as long as it lasts, and keeps it secret: the states are personal data.
 */
public interface DryRunState {

    /** A dry run of a single chunk. */
    DryRunState NONE = new DryRunState() {
        @Override
        public Map<String, PersonId> holders(Collection<String> keyHashes) {
            return Map.of();
        }

        @Override
        public Map<PersonId, byte[]> states(Collection<PersonId> people) {
            return Map.of();
        }

        @Override
        public void keep(Map<String, PersonId> holders, Map<PersonId, byte[]> states) {
            // Nobody comes after it
        }
    };

    /** Who would have been given some of these addresses and Salesforce ids. */
    Map<String, PersonId> holders(Collection<String> keyHashes);

    /** Those of some people who would have changed, as they were kept last. */
    Map<PersonId, byte[]> states(Collection<PersonId> people);

    /** Keeps what one more chunk would have changed. */
    void keep(Map<String, PersonId> holders, Map<PersonId, byte[]> states);
}
