package org.consentledger.command.person;

import java.util.Collection;
import java.util.Map;
import org.consentledger.kernel.person.PersonId;

/**
 * The people as a dry run has left them so far. Each chunk reads what the chunks before it would have changed, and adds
 * its own changes. An implementation MUST keep the states for the whole dry run and MUST encrypt them, because they are
 * personal data.
 */
public interface DryRunState {

    /** The state of a dry run of a single chunk, which needs none. */
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
            // No chunk comes after this one
        }
    };

    /** Returns the people who would have been given some of these addresses and Salesforce ids. */
    Map<String, PersonId> holders(Collection<String> keyHashes);

    /** Returns the latest kept states of the given people, if the dry run would have changed them. */
    Map<PersonId, byte[]> states(Collection<PersonId> people);

    /** Keeps the changes of one more chunk. */
    void keep(Map<String, PersonId> holders, Map<PersonId, byte[]> states);
}
