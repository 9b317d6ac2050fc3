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

/** What the doors of both kinds of job say alike: starting, looking at, following and cancelling one. */
@Component
public class JobDesk implements DisposableBean {

    private static final Duration LOOK_EVERY = Duration.ofMillis(300);
    private static final Duration SIGN_OF_LIFE_EVERY = Duration.ofSeconds(15);
    private static final Duration FOLLOW_AT_MOST = Duration.ofMinutes(30);

    private final JobStore store;
    private final JobRunner runner;
    private final Idempotency idempotency;
    private final TransactionTemplate transaction;
    private final ScheduledExecutorService followers = Executors.newScheduledThreadPool(
            2, Thread.ofPlatform().daemon().name("job-progress-", 0).factory());

    JobDesk(JobStore store, JobRunner runner, Idempotency idempotency, PlatformTransactionManager transactions) {
        this.store = store;
        this.runner = runner;
        this.idempotency = idempotency;
        this.transaction = new TransactionTemplate(transactions);
    }

    /** Puts a job in its place, within the transaction that it is given. */
    @FunctionalInterface
    public interface Starting {
        void start();
    }

    /**
     * Starts a job, or finds the one that was started under the same key before.
     *
     * @param id of the job to be
     * @param starting puts it in its place
     */
    public ResponseEntity<JobAnswer> start(JobKind kind, UUID id, @Nullable IdempotencyKey key, Starting starting) {
        var started = transaction.execute(status -> {
            var earlier = key == null ? Optional.<String>empty() : idempotency.claim(key);
            if (earlier.isPresent()) {
                return UUID.fromString(earlier.get());
            }
            starting.start();
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

    /** How a job stands. */
    public ResponseEntity<JobAnswer> show(JobKind kind, UUID id) {
        return ResponseEntity.ok().header(HttpHeaders.CACHE_CONTROL, "no-store").body(JobAnswer.of(require(kind, id)));
    }

    /** Cancels a job. What has been done stays done; a job that has ended can't be cancelled. */
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

    /** What could not be done, as CSV. */
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

    /** The name of a column is text from an uploaded file; it is escaped, so that a spreadsheet doesn't run it. */
    private static Object[] cells(JobKind kind, Failed failure) {
        return kind == JobKind.IMPORT
                ? new Object[] {failure.line(), SpreadsheetCell.escape(failure.column()), failure.reason()}
                : new Object[] {failure.person(), failure.reason()};
    }

    /** Tells how a job gets on, until it has ended. */
    public SseEmitter follow(JobKind kind, UUID id) {
        require(kind, id);
        var emitter = new SseEmitter(FOLLOW_AT_MOST.toMillis());
        var following = new Following(emitter, kind, id);
        following.begin();
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

    /** One listener to one job. */
    private final class Following {

        private final SseEmitter emitter;
        private final JobKind kind;
        private final UUID id;
        private final AtomicReference<@Nullable ScheduledFuture<?>> rounds = new AtomicReference<>();
        private @Nullable Job told;
        private long quietSince = System.nanoTime();

        Following(SseEmitter emitter, JobKind kind, UUID id) {
            this.emitter = emitter;
            this.kind = kind;
            this.id = id;
        }

        void begin() {
            emitter.onCompletion(this::end);
            emitter.onTimeout(emitter::complete);
            emitter.onError(failure -> end());
            rounds.set(followers.scheduleWithFixedDelay(this::look, 0, LOOK_EVERY.toMillis(), TimeUnit.MILLISECONDS));
        }

        private void look() {
            try {
                var job = require(kind, id);
                if (!job.equals(told)) {
                    told = job;
                    send(SseEmitter.event().name("progress").data(JobAnswer.of(job), MediaType.APPLICATION_JSON));
                } else if (System.nanoTime() - quietSince > SIGN_OF_LIFE_EVERY.toNanos()) {
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
            quietSince = System.nanoTime();
        }

        private void end() {
            var scheduled = rounds.get();
            if (scheduled != null) {
                scheduled.cancel(false);
            }
        }
    }
}
