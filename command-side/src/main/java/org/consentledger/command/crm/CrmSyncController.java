package org.consentledger.command.crm;

import static org.consentledger.kernel.provenance.Role.AUDITOR;
import static org.consentledger.kernel.provenance.Role.OPERATOR;
import static org.springframework.http.MediaType.APPLICATION_JSON_VALUE;

import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.net.URI;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.consentledger.command.crm.SyncDecision.Reason;
import org.consentledger.command.crm.SyncDecision.Winner;
import org.consentledger.command.crm.SyncJournal.Direction;
import org.consentledger.command.crm.SyncJournal.Outcome;
import org.consentledger.command.crm.SyncRuns.Run;
import org.consentledger.command.crm.SyncRuns.Status;
import org.consentledger.command.crm.SyncRuns.Trigger;
import org.consentledger.foundation.http.HttpProblem;
import org.consentledger.foundation.http.InvalidRequest;
import org.consentledger.foundation.http.Permits;
import org.consentledger.kernel.person.SubscriptionStatus;
import org.consentledger.kernel.provenance.Actor;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** HTTP API of the sync: its status, its runs, and the journal of its decisions. */
@Tag(name = "CRM sync", description = "Opt-outs go both ways with Salesforce; an opt-out on either side wins")
@RestController
@RequestMapping(path = "/api/crm-sync", produces = APPLICATION_JSON_VALUE)
class CrmSyncController {

    private static final int DEFAULT_LIMIT = 50;
    private static final int HIGHEST_LIMIT = 200;

    private final SyncRuns runs;
    private final SyncJournal journal;
    private final SyncState state;
    private final SyncRecords records;
    private final SalesforceSettings settings;
    private final ObjectProvider<SyncWorker> worker;
    private final Clock clock;

    CrmSyncController(
            SyncRuns runs,
            SyncJournal journal,
            SyncState state,
            SyncRecords records,
            SalesforceSettings settings,
            ObjectProvider<SyncWorker> worker,
            Clock clock) {
        this.runs = runs;
        this.journal = journal;
        this.state = state;
        this.records = records;
        this.settings = settings;
        this.worker = worker;
        this.clock = clock;
    }

    @GetMapping
    @Permits({OPERATOR, AUDITOR})
    @Operation(
            summary = "Status of the sync",
            description =
                    "`waitingUntil` is the end of a pause in calls to Salesforce, for example after a used-up request limit.")
    SyncStatus show() {
        var pause = state.pause().filter(one -> one.until().isAfter(clock.instant()));
        return new SyncStatus(
                settings.isOn(),
                settings.isOn() ? settings.optOutField() : null,
                records.waiting(),
                records.setAside(),
                pause.map(SyncState.Pause::until).orElse(null),
                pause.map(SyncState.Pause::reason).orElse(null),
                runs.latest(1).stream().map(RunAnswer::of).findFirst().orElse(null));
    }

    @PostMapping("/runs")
    @Permits(OPERATOR)
    @Operation(
            summary = "Sync now",
            description =
                    "Queues a run that reads the changes in Salesforce and writes what is due. Returns the queued run if there is one.")
    @ApiResponse(responseCode = "202", description = "Queued; Location names the run")
    ResponseEntity<RunAnswer> start(
            @Parameter(hidden = true) @RequestBody(required = false) @Nullable RunRequest nothing, Actor by) {
        var running = worker.getIfAvailable();
        if (running == null) {
            throw new HttpProblem(HttpStatus.CONFLICT, "crm-sync-off", "No Salesforce instance is set up");
        }
        var run = runs.queue(Trigger.REQUEST, by);
        running.wake();
        return ResponseEntity.accepted()
                .location(URI.create("/api/crm-sync/runs/" + run.id()))
                .body(RunAnswer.of(run));
    }

    @GetMapping("/runs")
    @Permits({OPERATOR, AUDITOR})
    @Operation(summary = "The latest runs, the newest first")
    Runs latest() {
        return new Runs(runs.latest(DEFAULT_LIMIT).stream().map(RunAnswer::of).toList());
    }

    @GetMapping("/runs/{id}")
    @Permits({OPERATOR, AUDITOR})
    @Operation(summary = "Status of a run")
    RunAnswer show(@PathVariable UUID id) {
        return runs.find(id)
                .map(RunAnswer::of)
                .orElseThrow(
                        () -> new HttpProblem(HttpStatus.NOT_FOUND, "unknown-run", "There is no run with this id"));
    }

    @GetMapping("/journal")
    @Permits({OPERATOR, AUDITOR})
    @Operation(
            summary = "Decisions of the sync and their outcomes, the newest first",
            description = "`next`, given as `after`, asks for the lines below; it is null on the last page.")
    Page journal(
            @RequestParam(required = false) @Nullable String after,
            @RequestParam(required = false) @Nullable String limit,
            @RequestParam(required = false) @Nullable UUID personId,
            @RequestParam(required = false) @Nullable Winner winner) {
        var size = limit == null ? DEFAULT_LIMIT : (int) number("limit", limit, HIGHEST_LIMIT);
        var lines =
                journal.page(after == null ? null : number("after", after, Long.MAX_VALUE), personId, winner, size + 1);
        var page = lines.subList(0, Math.min(size, lines.size()));
        return new Page(
                page.stream().map(LineAnswer::of).toList(),
                lines.size() > size ? Long.toString(page.getLast().position()) : null);
    }

    private static long number(String name, String text, long highest) {
        try {
            var number = Long.parseLong(text);
            if (number >= 1 && number <= highest) {
                return number;
            }
        } catch (NumberFormatException e) {
            // Answered below like a number out of range
        }
        throw InvalidRequest.of(name, "must be a whole number from 1 to " + highest);
    }

    /** An empty body. Jackson refuses any property, because each one is a mistake of the client. */
    record RunRequest() {}

    record Who(String id, String name) {}

    /**
     * Status of the sync.
     *
     * @param waitingToBeWritten number of opt-outs and opt-ins that are waiting to be written to Salesforce
     * @param setAside how many of them Salesforce refused so often that they are no longer retried automatically
     */
    record SyncStatus(
            boolean on,
            @Nullable String field,
            long waitingToBeWritten,
            long setAside,
            @Nullable Instant waitingUntil,
            @Nullable String waitingBecause,
            @Nullable RunAnswer lastRun) {}

    record Runs(List<RunAnswer> runs) {}

    record RunAnswer(
            UUID id,
            Trigger trigger,
            Who startedBy,
            Status status,
            Instant queuedAt,
            @Nullable Instant startedAt,
            @Nullable Instant endedAt,
            long pulled,
            long recorded,
            long written,
            long refused,
            long calls,
            @Nullable String reason) {

        static RunAnswer of(Run run) {
            return new RunAnswer(
                    run.id(),
                    run.trigger(),
                    new Who(run.by().id(), run.by().name()),
                    run.status(),
                    run.queuedAt(),
                    run.startedAt(),
                    run.endedAt(),
                    run.pulled(),
                    run.recorded(),
                    run.written(),
                    run.refused(),
                    run.calls(),
                    run.reason());
        }
    }

    record Page(List<LineAnswer> entries, @Nullable String next) {}

    /**
     * One line of the journal.
     *
     * @param ours the subscription in the ledger at the decision
     * @param theirs the value of the opt-out field in Salesforce; null if the sync has never read it
     * @param detail the rule or the error code of a refusal
     */
    record LineAnswer(
            long position,
            Instant at,
            @Nullable UUID runId,
            Direction direction,
            @Nullable UUID personId,
            String object,
            @Nullable String recordId,
            String field,
            @Nullable SubscriptionStatus ours,
            @Nullable Boolean theirs,
            @Nullable Instant theirModstamp,
            Winner winner,
            Reason reason,
            Outcome outcome,
            @Nullable String detail) {

        static LineAnswer of(SyncJournal.Line line) {
            var entry = line.entry();
            return new LineAnswer(
                    line.position(),
                    line.at(),
                    entry.run(),
                    entry.direction(),
                    entry.person() == null ? null : entry.person().value(),
                    entry.type().apiName(),
                    entry.recordId(),
                    entry.field(),
                    entry.ours(),
                    entry.theirsOptedOut(),
                    entry.theirModstamp(),
                    entry.winner(),
                    entry.reason(),
                    entry.outcome(),
                    entry.detail());
        }
    }
}
