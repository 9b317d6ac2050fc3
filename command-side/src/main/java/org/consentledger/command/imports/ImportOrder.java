package org.consentledger.command.imports;

import java.util.Map;
import org.consentledger.foundation.http.HttpJson;
import org.consentledger.kernel.person.Authorization;
import org.consentledger.kernel.person.Source;
import org.jspecify.annotations.Nullable;

/**
 * How a file is to be taken over; kept with the job.
 *
 * @param form how the file is to be read
 * @param mapping what columns mean whose headers don't say it
 * @param source how the data came, for people who are new
 * @param authorization the legal basis, for people who have none
 */
record ImportOrder(
        ContactFile.Form form,
        Map<String, String> mapping,
        Source source,
        @Nullable Authorization authorization) {

    String toJson() {
        return HttpJson.mapper().writeValueAsString(this);
    }

    static ImportOrder ofJson(String json) {
        return HttpJson.mapper().readValue(json, ImportOrder.class);
    }
}
