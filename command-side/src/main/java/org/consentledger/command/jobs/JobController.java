package org.consentledger.command.jobs;

import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.util.List;
import java.util.UUID;
import org.consentledger.foundation.http.Permits;
import org.consentledger.kernel.provenance.Role;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** Lists jobs of all kinds. */
@RestController
@Tag(name = "Jobs", description = "Bulk operations and imports of all users")
class JobController {

    private static final int PAGE = 50;

    private final JobStore store;

    JobController(JobStore store) {
        this.store = store;
    }

    @Permits(Role.OPERATOR)
    @Operation(
            summary =
                    "List the jobs, the newest first, fifty per page; `after` is the id of the last job on the page before")
    @GetMapping(path = "/api/jobs", produces = MediaType.APPLICATION_JSON_VALUE)
    ResponseEntity<Page> list(@RequestParam(required = false) @Nullable UUID after) {
        var jobs = store.newest(after, PAGE + 1);
        var page = jobs.subList(0, Math.min(PAGE, jobs.size()));
        return ResponseEntity.ok()
                .header(HttpHeaders.CACHE_CONTROL, "no-store")
                .body(new Page(
                        page.stream().map(JobAnswer::of).toList(),
                        jobs.size() > PAGE ? page.getLast().id() : null));
    }

    record Page(List<JobAnswer> jobs, @Nullable UUID next) {}
}
