package org.consentledger.query.readmodel;

import static org.assertj.core.api.Assertions.assertThat;

import org.axonframework.serialization.UnknownSerializedType;
import org.consentledger.kernel.person.PersonEvent.PersonRegistered;
import org.consentledger.kernel.person.PersonEvent.SourceSet;
import org.consentledger.kernel.person.PersonEvent.Unsubscribed;
import org.consentledger.query.testing.QuerySideTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.beans.factory.annotation.Autowired;

@QuerySideTest
class ReadModelEventHandlerTest {

    @Autowired
    private ReadModels models;

    @Autowired
    private LiveCollections collections;

    @ParameterizedTest
    @CsvSource({"people, true", "unsubscribe_history, false", "report_daily, false"})
    void handles_registrations_and_sources_if_the_model_shows_them_and_opt_outs_always(
            String model, boolean showsEverybody) {
        var tail = new ReadModelEventHandler(models.named(model).orElseThrow(), collections);

        assertThat(tail.canHandleType(PersonRegistered.class)).isEqualTo(showsEverybody);
        assertThat(tail.canHandleType(SourceSet.class)).isEqualTo(showsEverybody);
        assertThat(tail.canHandleType(Unsubscribed.class)).isTrue();
    }

    @Test
    void skips_events_that_this_version_does_not_know() {
        assertThat(models.all())
                .noneMatch(model ->
                        new ReadModelEventHandler(model, collections).canHandleType(UnknownSerializedType.class));
    }
}
