package org.consentledger.command.mail;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import java.util.regex.Pattern;
import java.util.stream.LongStream;
import org.consentledger.command.crm.SalesforceStandIn;
import org.consentledger.command.mail.MailLedger.Somebody;
import org.consentledger.command.mail.SmtpStub.Mood;
import org.consentledger.kernel.person.ContactField;
import org.consentledger.kernel.person.PersonEvent.ContactDataChanged;
import org.consentledger.kernel.person.PersonEvent.EmailSent;
import org.consentledger.kernel.person.PersonEvent.PersonErased;
import org.consentledger.kernel.person.PersonEvent.PersonRegistered;
import org.consentledger.kernel.provenance.Role;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The law: no mail is sent to an address between its opt-out and an approved resubscribe, by whichever way the address
 * comes in and the opt-out is said. It is checked where mails arrive. The seed in a test's name replays a failure.
 */
class NoMailAfterAnOptOutTest {

    private static final int STEPS = 60;
    private static final Pattern MESSAGE_ID = Pattern.compile("(?im)^Message-ID:\\s*(<\\S+>)");

    private static SmtpStub smtp;
    private static SalesforceStandIn salesforce;
    private static MailLedger ledger;

    @BeforeAll
    static void start() {
        smtp = new SmtpStub();
        salesforce = new SalesforceStandIn(Clock.systemUTC());
        ledger = MailLedger.sendingTo(
                smtp.port(),
                // Tried again soon, however often it was deferred
                "--ledger.mail.longest-retry=200ms",
                "--ledger.salesforce.instance-url=" + salesforce.url(),
                "--ledger.salesforce.client-id=" + SalesforceStandIn.CLIENT_ID,
                "--ledger.salesforce.client-secret=" + SalesforceStandIn.CLIENT_SECRET,
                "--ledger.salesforce.objects=CONTACT",
                "--ledger.salesforce.poll-interval=50ms");
    }

    @AfterAll
    static void stop() {
        ledger.close();
        salesforce.close();
        smtp.close();
    }

    /** In the seeds of the small dose, people opt out while a mail to them waits to be sent again. */
    static LongStream seeds() {
        return Boolean.getBoolean("ledger.tests.full") ? LongStream.range(0, 12) : LongStream.of(5, 8, 10);
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void no_mail_arrives_at_an_address_between_its_opt_out_and_an_approval(long seed) {
        var world = new World(seed);
        for (int step = 0; step < STEPS; step++) {
            world.step();
        }
        world.check();
    }

    /** When an address was not to be mailed, by {@link System#nanoTime}. */
    private record Silence(long from, long to) {}

    private static final class World {

        final RandomGenerator random;
        final List<String> addresses = new ArrayList<>();
        final Map<String, Long> silentSince = new HashMap<>();
        final Map<String, List<Silence>> silences = new HashMap<>();
        final Map<String, String> links = new LinkedHashMap<>();
        final List<SalesforceStandIn.Row> records = new ArrayList<>();
        final List<String> log = new ArrayList<>();
        int mails;

        World(long seed) {
            random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
            for (int number = 0; number < 5; number++) {
                addresses.add("s%d.%d@example.org".formatted(seed, number));
            }
        }

        void step() {
            switch (random.nextInt(22)) {
                case 0, 1 -> register();
                case 2 -> bring();
                case 3 -> edit();
                case 4 -> somebody().ifPresent(this::unsubscribe);
                case 5 -> unsubscribeAddress(anyAddress());
                case 6, 7 -> click();
                case 8 -> somebody().ifPresent(this::erase);
                case 9, 10 -> somebody().ifPresent(this::resubscribe);
                case 11, 12, 13 -> sync();
                // Mails that have to wait meet opt-outs that came meanwhile
                case 15, 16 -> smtp.mood = random.nextBoolean() ? Mood.TAKES : Mood.DEFERS_RECIPIENT;
                case 14 -> somebody().ifPresent(this::unsubscribeInBulk);
                default -> somebody().ifPresent(this::mail);
            }
        }

        private String anyAddress() {
            var address = addresses.get(random.nextInt(addresses.size()));
            return random.nextInt(3) == 0 ? address.toUpperCase(Locale.ROOT) : address;
        }

        /** All registered people with their addresses. */
        private Map<String, List<String>> people() {
            var people = new LinkedHashMap<String, List<String>>();
            ledger.server.histories().forEach((id, history) -> {
                List<String> emails = List.of();
                for (var event : history) {
                    emails = switch (event) {
                        case PersonRegistered registered -> registered.contact().emails();
                        case ContactDataChanged changed ->
                            changed.changes().stream()
                                    .filter(change -> change.field() == ContactField.EMAILS)
                                    .map(change -> change.to())
                                    .findFirst()
                                    .orElse(emails);
                        case PersonErased ignored -> List.<String>of();
                        default -> emails;
                    };
                }
                if (emails.stream().anyMatch(email -> addresses.contains(email.toLowerCase(Locale.ROOT)))) {
                    people.put(
                            id.toString(),
                            emails.stream()
                                    .map(email -> email.toLowerCase(Locale.ROOT))
                                    .toList());
                }
            });
            return people;
        }

        private Optional<Somebody> somebody() {
            var all = people().entrySet().stream()
                    .map(entry -> new Somebody(entry.getKey(), entry.getValue().getFirst()))
                    .toList();
            return all.isEmpty() ? Optional.empty() : Optional.of(all.get(random.nextInt(all.size())));
        }

        private void silence(List<String> some) {
            var now = System.nanoTime();
            some.forEach(address -> silentSince.putIfAbsent(address, now));
        }

        private void register() {
            var address = anyAddress();
            log.add("register " + address);
            ledger.command(Role.OPERATOR, "POST", "/api/people", """
                    {"emails":["%s"],"source":{"type":"CHROME_EXTENSION"},
                     "authorization":{"type":"LEGITIMATE_INTEREST"}}""".formatted(address));
        }

        private void bring() {
            var address = anyAddress();
            log.add("import " + address);
            ledger.server.imported("First Name,Email\nAda," + address + "\nBob," + anyAddress() + "\n");
        }

        private void edit() {
            somebody().ifPresent(who -> {
                var emails = random.nextBoolean()
                        ? "[\"%s\"]".formatted(anyAddress())
                        : "[\"%s\",\"%s\"]".formatted(anyAddress(), who.email());
                log.add("edit " + who + " " + emails);
                ledger.command(Role.OPERATOR, "PATCH", "/api/people/" + who.id(), "{\"emails\":" + emails + "}");
            });
        }

        private void unsubscribe(Somebody who) {
            log.add("unsubscribe " + who);
            var had = people().get(who.id());
            if (ledger.unsubscribe(who).status() == 200) {
                silence(had);
            }
        }

        private void unsubscribeAddress(String address) {
            log.add("unsubscribe " + address);
            var covered = new ArrayList<>(List.of(address.toLowerCase(Locale.ROOT)));
            people().values().stream()
                    .filter(emails -> emails.contains(address.toLowerCase(Locale.ROOT)))
                    .forEach(covered::addAll);
            ledger.command(Role.OPERATOR, "POST", "/api/unsubscribes", "{\"email\":\"" + address + "\"}");
            silence(covered);
        }

        private void unsubscribeInBulk(Somebody who) {
            log.add("unsubscribe in bulk " + who);
            var had = people().get(who.id());
            var job = ledger.server.bulk(
                    "{\"command\":\"UNSUBSCRIBE\",\"selection\":{\"personIds\":[\"%s\"]}}".formatted(who.id()));
            assertThat(job.path("status").asString()).isEqualTo("COMPLETED");
            silence(had);
        }

        /** Something changes in Salesforce, and is fetched. */
        private void sync() {
            var outThere = records.stream().filter(record -> record.optedOut).toList();
            var inThere = records.stream().filter(record -> !record.optedOut).toList();
            switch (random.nextInt(4)) {
                case 0 -> records.add(salesforce.contact(anyAddress(), false));
                case 1 -> {
                    var record = salesforce.contact(anyAddress(), true);
                    records.add(record);
                    optedOutThere(record);
                    return;
                }
                case 2 -> {
                    if (!inThere.isEmpty()) {
                        var record = inThere.get(random.nextInt(inThere.size()));
                        salesforce.set(record, true);
                        optedOutThere(record);
                        return;
                    }
                }
                default -> {
                    if (!outThere.isEmpty()) {
                        salesforce.set(outThere.get(random.nextInt(outThere.size())), false);
                    }
                }
            }
            log.add("sync");
            fetch();
        }

        private void optedOutThere(SalesforceStandIn.Row record) {
            log.add("opted out there " + record.id + " " + record.email);
            fetch();
            silence(List.of(record.email.toLowerCase(Locale.ROOT)));
        }

        private void fetch() {
            var started = ledger.command(Role.OPERATOR, "POST", "/api/crm-sync/runs", "{}");
            var run = await().atMost(Duration.ofSeconds(30))
                    .pollInterval(Duration.ofMillis(10))
                    .until(
                            () -> ledger.server
                                    .request("GET", started.header("Location"))
                                    .exchange()
                                    .json(),
                            one -> one.hasNonNull("endedAt"));
            assertThat(run.path("status").asString()).as(run.toString()).isEqualTo("COMPLETED");
        }

        private void click() {
            if (links.isEmpty()) {
                return;
            }
            var all = List.copyOf(links.entrySet());
            var link = all.get(random.nextInt(all.size()));
            log.add("click " + link);
            assertThat(ledger.oneClick(URI.create(link.getValue())).status()).isEqualTo(200);
            silence(List.of(link.getKey().split(" ")[1]));
        }

        private void erase(Somebody who) {
            log.add("erase " + who);
            ledger.erase(who);
        }

        private void resubscribe(Somebody who) {
            log.add("resubscribe " + who);
            var asked = System.nanoTime();
            var has = people().get(who.id());
            if (ledger.resubscribe(who).status() == 200) {
                has.forEach(address -> {
                    var since = silentSince.remove(address);
                    if (since != null) {
                        silences.computeIfAbsent(address, key -> new ArrayList<>())
                                .add(new Silence(since, asked));
                    }
                });
            }
        }

        private void mail(Somebody who) {
            log.add("mail " + who);
            var answer = ledger.send(who, "News " + mails++, "Something");
            if (answer.status() == 200 && random.nextBoolean() && smtp.mood == Mood.TAKES) {
                ledger.outcomeOf(who, answer);
            }
            var link = ledger.command(Role.OPERATOR, "POST", "/api/people/" + who.id() + "/unsubscribe-link", "{}");
            if (link.status() == 200) {
                links.put(who.id() + " " + who.email(), link.json().path("url").asString());
            }
        }

        void check() {
            smtp.mood = Mood.TAKES;
            await().atMost(Duration.ofSeconds(30))
                    .until(() -> ledger.server.jdbc.queryForObject("SELECT count(*) FROM outbox", Long.class) == 0);
            silentSince.forEach((address, since) -> silences.computeIfAbsent(address, key -> new ArrayList<>())
                    .add(new Silence(since, Long.MAX_VALUE)));
            var arrived = smtp.deliveries.stream()
                    .filter(delivery -> addresses.contains(delivery.recipient().toLowerCase(Locale.ROOT)))
                    .toList();
            for (var delivery : arrived) {
                assertThat(silences.getOrDefault(delivery.recipient().toLowerCase(Locale.ROOT), List.of()))
                        .as("a mail to %s after%n%s", delivery.recipient(), String.join("\n", log))
                        .noneMatch(silence -> silence.from() < delivery.asked() && delivery.asked() < silence.to());
            }
            assertThat(arrived).extracting(delivery -> idOf(delivery.content())).doesNotHaveDuplicates();
            assertThat(smtp.deliveries).hasSize((int) ledger.server.histories().values().stream()
                    .flatMap(List::stream)
                    .filter(EmailSent.class::isInstance)
                    .count());
        }

        private static String idOf(String content) {
            var found = MESSAGE_ID.matcher(content);
            return found.find() ? found.group(1) : "none";
        }
    }
}
