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
    @CsvSource({
        "people, true",
        "audit_trail, true",
        "unsubscribe_history, false",
        "contactability, false",
        "report_daily, false"
    })
    void is_called_for_somebody_new_or_a_new_source_where_that_is_shown_and_for_an_opt_out_everywhere(
            String model, boolean showsEverybody) {
        var tail = new ReadModelEventHandler(models.named(model).orElseThrow(), collections);

        assertThat(tail.canHandleType(PersonRegistered.class)).isEqualTo(showsEverybody);
        assertThat(tail.canHandleType(SourceSet.class)).isEqualTo(showsEverybody);
        assertThat(tail.canHandleType(Unsubscribed.class)).isTrue();
    }

    @Test
    void is_not_called_for_what_is_no_event_of_this_version() {
        assertThat(models.all())
                .noneMatch(model ->
                        new ReadModelEventHandler(model, collections).canHandleType(UnknownSerializedType.class));
    }
}
