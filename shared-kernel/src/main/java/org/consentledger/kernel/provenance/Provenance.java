package org.consentledger.kernel.provenance;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The origin of an event: the complete metadata of each event, whatever way its command came in. Readers get it as flat
 * texts.
 *
 * @param actor the issuer of the command
 * @param via the channel by which the command came in
 * @param correlationId the id of the request; one request may lead to several events
 * @param causationId the id of the command or job that caused the event
 * @param jobId the import or bulk operation that issued the command, or null
 */
public record Provenance(
        Actor actor,
        Via via,
        String correlationId,
        String causationId,
        @Nullable String jobId) {

    public static final String ACTOR_ID = "actorId";
    public static final String ACTOR_NAME = "actorName";
    public static final String ACTOR_ROLES = "actorRoles";
    public static final String VIA = "via";
    public static final String CORRELATION_ID = "correlationId";
    public static final String CAUSATION_ID = "causationId";
    public static final String JOB_ID = "jobId";

    /** Creates the provenance of a job's commands, or of a request whose command has no id yet. */
    public Provenance(Actor actor, Via via, String correlationId, @Nullable String jobId) {
        this(actor, via, correlationId, jobId == null ? correlationId : jobId, jobId);
    }

    /** Returns the same provenance, with the command that causes the events. */
    public Provenance causedBy(String commandId) {
        return new Provenance(actor, via, correlationId, commandId, jobId);
    }

    public Map<String, String> toMetaData() {
        var metaData = new HashMap<String, String>();
        metaData.put(ACTOR_ID, actor.id());
        metaData.put(ACTOR_NAME, actor.name());
        metaData.put(ACTOR_ROLES, String.join(",", actor.roles()));
        metaData.put(VIA, via.name());
        metaData.put(CORRELATION_ID, correlationId);
        metaData.put(CAUSATION_ID, causationId);
        if (jobId != null) {
            metaData.put(JOB_ID, jobId);
        }
        return metaData;
    }

    /**
     * Reads the metadata that {@link #toMetaData} wrote. An event without an actor was recorded by the ledger itself.
     */
    public static Provenance of(Map<String, ?> metaData) {
        var actorId = text(metaData, ACTOR_ID);
        var actor = actorId == null
                ? Actor.SYSTEM
                : new Actor(actorId, orEmpty(text(metaData, ACTOR_NAME)), roles(orEmpty(text(metaData, ACTOR_ROLES))));
        var via = text(metaData, VIA);
        var causationId = text(metaData, CAUSATION_ID);
        var provenance = new Provenance(
                actor,
                via == null ? Via.SYSTEM : Via.valueOf(via),
                orEmpty(text(metaData, CORRELATION_ID)),
                text(metaData, JOB_ID));
        return causationId == null ? provenance : provenance.causedBy(causationId);
    }

    private static List<String> roles(String joined) {
        var roles = new ArrayList<String>();
        for (var role : joined.split(",", -1)) {
            if (!role.isEmpty()) {
                roles.add(role);
            }
        }
        return roles;
    }

    private static @Nullable String text(Map<String, ?> metaData, String key) {
        var value = metaData.get(key);
        return value == null ? null : value.toString();
    }

    private static String orEmpty(@Nullable String text) {
        return text == null ? "" : text;
    }
}
