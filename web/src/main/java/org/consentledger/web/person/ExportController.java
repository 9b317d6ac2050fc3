package org.consentledger.web.person;

import java.util.UUID;
import org.consentledger.web.ledger.CommandApi;
import org.consentledger.web.ledger.QueryApi;
import org.consentledger.web.ledger.QueryApi.Parameters;
import org.consentledger.web.session.Forms;
import org.springframework.http.ContentDisposition;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;

/** Exports a person's data: it records the export, then serves the file. */
@Controller
@RequestMapping("/people/{id}/exports")
class ExportController {

    private static final MediaType CSV = MediaType.parseMediaType("text/csv;charset=UTF-8");

    private final CommandApi commands;
    private final QueryApi queries;

    ExportController(CommandApi commands, QueryApi queries) {
        this.commands = commands;
        this.queries = queries;
    }

    record Recorded(String exportId, long version) {}

    @PostMapping
    String export(@PathVariable String id, @RequestParam String key) {
        var recorded = commands.send(
                HttpMethod.POST, PersonLoader.path(id, "/exports"), Forms.body(), key, null, Recorded.class);
        return "redirect:/people/" + id + "/exports/" + recorded.exportId() + "?v=" + recorded.version();
    }

    @GetMapping("/{export}")
    ResponseEntity<byte[]> download(
            @PathVariable String id, @PathVariable UUID export, @RequestParam(defaultValue = "0") long v) {
        var csv = queries.get(
                PersonLoader.path(id, "/exports/" + export), new Parameters().with("minVersion", v), byte[].class);
        return ResponseEntity.ok()
                .contentType(CSV)
                .header(HttpHeaders.CACHE_CONTROL, "no-store")
                .header(
                        HttpHeaders.CONTENT_DISPOSITION,
                        ContentDisposition.attachment()
                                .filename("person-" + id + ".csv")
                                .build()
                                .toString())
                .body(csv);
    }
}
