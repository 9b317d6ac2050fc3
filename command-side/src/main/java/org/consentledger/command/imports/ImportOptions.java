package org.consentledger.command.imports;

import java.util.Map;
import org.consentledger.foundation.http.HttpJson;
import org.consentledger.kernel.person.Authorization;
import org.consentledger.kernel.person.Source;
import org.jspecify.annotations.Nullable;

/**
 * The options of one import. The job stores them as JSON, so the names of the components are permanent.
 *
 * @param form the format of the file
 * @param mapping meanings by header, for headers that are unknown or misleading
 * @param source the source of new people
 * @param authorization the legal basis of people who have none yet; null to set none
 */
record ImportOptions(
        ContactFile.Format form,
        Map<String, String> mapping,
        Source source,
        @Nullable Authorization authorization) {

    String toJson() {
        return HttpJson.mapper().writeValueAsString(this);
    }

    static ImportOptions ofJson(String json) {
        return HttpJson.mapper().readValue(json, ImportOptions.class);
    }
}
