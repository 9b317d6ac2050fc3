package org.consentledger.command.jobs;

import com.univocity.parsers.csv.CsvWriter;
import com.univocity.parsers.csv.CsvWriterSettings;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.consentledger.command.gateway.Idempotency;
import org.consentledger.command.gateway.IdempotencyKey;
import org.consentledger.command.jobs.ItemResult.Failed;
import org.consentledger.foundation.http.HttpProblem;
import org.consentledger.foundation.spreadsheet.SpreadsheetCell;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.http.ContentDisposition;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;
import org.springframework.web.servlet.mvc.method.annotation.StreamingResponseBody;

/** Starts, shows, follows and cancels jobs, for the controllers of all kinds of jobs. */
@Component
public class JobService implements DisposableBean {

    private static final Duration POLL_INTERVAL = Duration.ofMillis(300);
    private static final Duration KEEP_ALIVE_INTERVAL = Duration.ofSeconds(15);
    private static final Duration MAX_FOLLOW_TIME = Duration.ofMinutes(30);

    private final JobStore store;
    private final JobRunner runner;
    private final Idempotency idempotency;
    private final TransactionTemplate transaction;
    private final ScheduledExecutorService followers = Executors.newScheduledThreadPool(
            2, Thread.ofPlatform().daemon().name("job-progress-", 0).factory());

    JobService(JobStore store, JobRunner runner, Idempotency idempotency, PlatformTransactionManager transactions) {
        this.store = store;
        this.runner = runner;
        this.idempotency = idempotency;
        this.transaction = new TransactionTemplate(transactions);
    }

    /** Stores a new job, within the transaction of {@link JobService#start}. */
    @FunctionalInterface
    public interface JobCreation {
        void create();
    }

    /**
     * Starts a job, or returns the job that was started under the same key before.
     *
     * @param id the id of the new job
     * @param creation stores the job
     */
    public ResponseEntity<JobAnswer> start(JobKind kind, UUID id, @Nullable IdempotencyKey key, JobCreation creation) {
        var started = transaction.execute(status -> {
            var earlier = key == null ? Optional.<String>empty() : idempotency.claim(key);
            if (earlier.isPresent()) {
                return UUID.fromString(earlier.get());
            }
            creation.create();
            if (key != null) {
                idempotency.keep(key, id.toString());
            }
            runner.wake();
            return id;
        });
        var job = require(kind, started == null ? id : started);
        return ResponseEntity.accepted()
                .location(URI.create(kind.path() + '/' + job.id()))
                .body(JobAnswer.of(job));
    }

    /** Returns a job with its progress. */
    public ResponseEntity<JobAnswer> show(JobKind kind, UUID id) {
        return ResponseEntity.ok().header(HttpHeaders.CACHE_CONTROL, "no-store").body(JobAnswer.of(require(kind, id)));
    }

    /** Cancels a job after its current chunk. Recorded items stay recorded; a job that has ended can't be cancelled. */
    public ResponseEntity<JobAnswer> cancel(JobKind kind, UUID id) {
        require(kind, id);
        transaction.executeWithoutResult(status -> store.cancel(id));
        var job = require(kind, id);
        if (job.status() == JobStatus.COMPLETED || job.status() == JobStatus.FAILED) {
            throw new HttpProblem(HttpStatus.CONFLICT, "job-ended", "The job has ended already.");
        }
        return ResponseEntity.status(job.status().ended() ? HttpStatus.OK : HttpStatus.ACCEPTED)
                .body(JobAnswer.of(job));
    }

    /** Returns the failed items as CSV. */
    public ResponseEntity<StreamingResponseBody> failures(JobKind kind, UUID id) {
        require(kind, id);
        StreamingResponseBody body = out -> {
            var settings = new CsvWriterSettings();
            settings.getFormat().setLineSeparator("\r\n");
            settings.setNullValue("");
            var csv = new CsvWriter(new OutputStreamWriter(out, StandardCharsets.UTF_8), settings);
            csv.writeRow((Object[])
                    (kind == JobKind.IMPORT
                            ? new String[] {"line", "column", "reason"}
                            : new String[] {"personId", "reason"}));
            store.failures(id, failure -> csv.writeRow(cells(kind, failure)));
            csv.flush();
        };
        return ResponseEntity.ok()
                .contentType(MediaType.parseMediaType("text/csv;charset=UTF-8"))
                .header(HttpHeaders.CACHE_CONTROL, "no-store")
                .header(
                        HttpHeaders.CONTENT_DISPOSITION,
                        ContentDisposition.attachment()
                                .filename("failures-" + id + ".csv")
                                .build()
                                .toString())
                .body(body);
    }

    /** The name of a column is text from a user's file: it is escaped, so that a spreadsheet does not run it. */
    private static Object[] cells(JobKind kind, Failed failure) {
        return kind == JobKind.IMPORT
                ? new Object[] {failure.line(), SpreadsheetCell.escape(failure.column()), failure.reason()}
                : new Object[] {failure.person(), failure.reason()};
    }

    /** Streams the progress of a job as server-sent events until the job has ended. */
    public SseEmitter follow(JobKind kind, UUID id) {
        require(kind, id);
        var emitter = new SseEmitter(MAX_FOLLOW_TIME.toMillis());
        var stream = new ProgressStream(emitter, kind, id);
        stream.begin();
        return emitter;
    }

    private Job require(JobKind kind, UUID id) {
        return store.find(kind, id)
                .orElseThrow(() -> new HttpProblem(HttpStatus.NOT_FOUND, "unknown-job", "There is no such job."));
    }

    @Override
    public void destroy() {
        followers.shutdownNow();
    }

    /** Streams the progress of one job to one client. */
    private final class ProgressStream {

        private final SseEmitter emitter;
        private final JobKind kind;
        private final UUID id;
        private final AtomicReference<@Nullable ScheduledFuture<?>> polling = new AtomicReference<>();
        private @Nullable Job lastSent;
        private long lastSentAt = System.nanoTime();

        ProgressStream(SseEmitter emitter, JobKind kind, UUID id) {
            this.emitter = emitter;
            this.kind = kind;
            this.id = id;
        }

        void begin() {
            emitter.onCompletion(this::end);
            emitter.onTimeout(emitter::complete);
            emitter.onError(failure -> end());
            polling.set(
                    followers.scheduleWithFixedDelay(this::poll, 0, POLL_INTERVAL.toMillis(), TimeUnit.MILLISECONDS));
        }

        private void poll() {
            try {
                var job = require(kind, id);
                if (!job.equals(lastSent)) {
                    lastSent = job;
                    send(SseEmitter.event().name("progress").data(JobAnswer.of(job), MediaType.APPLICATION_JSON));
                } else if (System.nanoTime() - lastSentAt > KEEP_ALIVE_INTERVAL.toNanos()) {
                    send(SseEmitter.event().comment("still there"));
                }
                if (job.status().ended()) {
                    end();
                    emitter.complete();
                }
            } catch (IOException | IllegalStateException gone) {
                end();
            } catch (RuntimeException e) {
                end();
                emitter.completeWithError(e);
            }
        }

        private void send(SseEmitter.SseEventBuilder event) throws IOException {
            emitter.send(event);
            lastSentAt = System.nanoTime();
        }

        private void end() {
            var scheduled = polling.get();
            if (scheduled != null) {
                scheduled.cancel(false);
            }
        }
    }
}
