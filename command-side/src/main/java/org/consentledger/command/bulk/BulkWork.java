package org.consentledger.command.bulk;

import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.consentledger.command.jobs.ItemResult;
import org.consentledger.command.jobs.Job;
import org.consentledger.command.jobs.JobKey;
import org.consentledger.command.jobs.JobKind;
import org.consentledger.command.jobs.Workload;
import org.consentledger.command.pipeline.DryRun;
import org.consentledger.command.pipeline.LedgerPeople;
import org.consentledger.command.pipeline.Pipeline;
import org.consentledger.command.pipeline.Request;
import org.consentledger.command.pipeline.WorkOutcome;
import org.consentledger.command.work.SingleCommand;
import org.consentledger.foundation.http.HttpJson;
import org.consentledger.kernel.person.Authorization;
import org.consentledger.kernel.person.PersonCommand;
import org.consentledger.kernel.person.PersonCommand.SetAuthorization;
import org.consentledger.kernel.person.PersonCommand.SetSource;
import org.consentledger.kernel.person.PersonCommand.Unsubscribe;
import org.consentledger.kernel.person.PersonId;
import org.consentledger.kernel.person.Source;
import org.consentledger.kernel.person.UnsubscribeReason;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * Sends the command of a bulk operation to each of its people. Each person gets events of their own, as from a single
 * command.
 */
@Component
class BulkWork implements Workload {

    private final SelectedPeople selected;
    private final Pipeline pipeline;
    private final LedgerPeople people;
    private final Clock clock;

    BulkWork(SelectedPeople selected, Pipeline pipeline, LedgerPeople people, Clock clock) {
        this.selected = selected;
        this.pipeline = pipeline;
        this.people = people;
        this.clock = clock;
    }

    /**
     * The command for each person: exactly one of the first two components, or an unsubscribe.
     *
     * @param reason of an unsubscribe, if one was given
     */
    record Order(
            @Nullable Authorization authorization,
            @Nullable Source source,
            @Nullable UnsubscribeReason reason) {

        static Order of(BulkOperationRequest request) {
            return new Order(
                    request.authorization() == null
                            ? null
                            : request.authorization().toAuthorization(),
                    request.source() == null ? null : request.source().toSource(),
                    request.reason());
        }

        String toJson() {
            return HttpJson.mapper().writeValueAsString(this);
        }

        static Order ofJson(String json) {
            return HttpJson.mapper().readValue(json, Order.class);
        }

        PersonCommand commandFor(PersonId person, Instant at) {
            if (authorization != null) {
                return new SetAuthorization(person, authorization, at);
            }
            return source != null ? new SetSource(person, source, at) : new Unsubscribe(person, reason, null, null, at);
        }
    }

    @Override
    public JobKind kind() {
        return JobKind.BULK;
    }

    @Override
    public Run<?> start(Job job, JobKey key, String request) {
        return new BulkRun(job, Order.ofJson(request));
    }

    private final class BulkRun implements Run<PersonId> {

        private final Job job;
        private final Order order;
        private long next;

        BulkRun(Job job, Order order) {
            this.job = job;
            this.order = order;
        }

        @Override
        public void skip(long items) {
            next = items;
        }

        @Override
        public List<PersonId> next(int most) {
            var page = selected.page(job.id(), next, most).stream()
                    .map(PersonId::new)
                    .toList();
            next += page.size();
            return page;
        }

        @Override
        public List<ItemResult> carryOut(List<? extends PersonId> those) {
            var at = clock.instant();
            var requests = Request.all(
                    those.stream()
                            .map(one -> new SingleCommand(order.commandFor(one, at)))
                            .toList(),
                    job.provenance());
            var outcomes = job.dryRun() ? pipeline.dryRun(requests, new DryRun(people)) : pipeline.carryOut(requests);
            var results = new ArrayList<ItemResult>();
            for (int index = 0; index < outcomes.size(); index++) {
                results.add(
                        switch (outcomes.get(index)) {
                            case WorkOutcome.Changed ignored -> new ItemResult.Changed();
                            case WorkOutcome.Unchanged ignored -> new ItemResult.Unchanged();
                            case WorkOutcome.Refused refused ->
                                new ItemResult.Failed(
                                        null,
                                        null,
                                        those.get(index).value(),
                                        String.valueOf(refused.rejection().getMessage()));
                        });
            }
            return results;
        }

        @Override
        public void close() {}
    }
}
