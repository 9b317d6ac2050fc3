package org.consentledger.command.crm;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.security.Signature;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * HTTP server that behaves as Salesforce's REST API is documented, for the calls that the sync makes: tokens, SOQL
 * queries in pages, and sObject collections of up to 200 records with a result for each. It records the calls, and a
 * test can make any of them fail. {@code SalesforceAnswersTest} compares its responses with documented ones.
 */
public final class SalesforceStandIn implements AutoCloseable {

    public static final String CLIENT_ID = "the-connected-app";
    public static final String CLIENT_SECRET = "s3cret-of-the-app";
    static final String FIELD = "HasOptedOutOfEmail";

    private static final String UNAVAILABLE = "<html><head><title>Service Unavailable</title></head>"
            + "<body>The service is temporarily unavailable.</body></html>";
    private static final Map<String, String> MESSAGES = Map.of(
            "INVALID_SESSION_ID", "Session expired or invalid",
            "REQUEST_LIMIT_EXCEEDED", "TotalRequests Limit exceeded.");

    /** Last number of a record id. It is shared, so that all stand-ins of a test run have different records. */
    private static final AtomicInteger IDS = new AtomicInteger();

    private static final int MAX_ROWS = 200;
    private static final DateTimeFormatter MODSTAMP =
            DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSSxx").withZone(ZoneOffset.UTC);
    private static final DateTimeFormatter DATE = DateTimeFormatter.RFC_1123_DATE_TIME.withZone(ZoneOffset.UTC);
    private static final Pattern SOQL = Pattern.compile(
            "SELECT (?<fields>.+) FROM (?<type>Lead|Contact)(?: WHERE (?<where>.+?))?(?: ORDER BY SystemModstamp, Id)?");
    private static final Pattern SINCE = Pattern.compile("SystemModstamp >= (\\S+Z)");
    private static final Pattern AFTER =
            Pattern.compile("SystemModstamp > (\\S+Z) OR \\(SystemModstamp = \\1 AND Id > '(\\w+)'\\)");
    private static final Pattern AMONG = Pattern.compile("Id IN \\('(.+)'\\)");
    private static final Set<String> FIELDS = Set.of(
            "Id",
            "SystemModstamp",
            "IsDeleted",
            "MasterRecordId",
            "Email",
            FIELD,
            "FirstName",
            "LastName",
            "Title",
            "Phone");

    private final JsonMapper json = JsonMapper.builder().build();
    private final Clock clock;
    private final HttpServer server;
    private final Map<String, Row> rows = new LinkedHashMap<>();
    private final Set<String> tokens = new HashSet<>();
    private final Map<String, Result> cursors = new HashMap<>();
    private final Map<Integer, Fault> faults = new HashMap<>();
    private final Map<String, Deque<String>> rowErrors = new HashMap<>();
    private final CountDownLatch closed = new CountDownLatch(1);

    /** Calls in their order, such as {@code token}, {@code query}, {@code page}, {@code write 200}. */
    final List<String> calls = new ArrayList<>();

    /** Number of calls that stall in the middle of their response. */
    final AtomicInteger stalls = new AtomicInteger();

    /** Number of records in a page: 2,000 as in Salesforce. A test may set less, to need fewer records. */
    int pageSize = 2_000;

    PublicKey trusted;
    private int numbers;

    /** A lead or a contact. */
    public static final class Row {
        public final String id;
        final String type;
        public String email;
        String firstName;
        String lastName = "Sample";
        String title;
        String phone;
        String company;
        public boolean optedOut;
        boolean deleted;
        String master;
        String convertedTo;
        Instant modstamp;

        Row(String id, String type) {
            this.id = id;
            this.type = type;
        }
    }

    /** Failure of a call; {@code done} says whether the server carries the call out nevertheless. */
    record Fault(int status, String body, boolean done, Map<String, String> headers) {

        static final int STALL = -1;
        static final int CUT = -2;

        /** An overloaded or broken server. Status 503 has a page of HTML, from the proxy in front of the API. */
        static Fault status(int status) {
            return status == 503
                    ? new Fault(status, UNAVAILABLE, false, Map.of())
                    : error(status, "SERVER_UNAVAILABLE");
        }

        static Fault error(int status, String code) {
            return new Fault(status, errorBody(code), false, Map.of());
        }

        static Fault body(String body) {
            return new Fault(200, body, false, Map.of());
        }

        static Fault stall() {
            return new Fault(STALL, "", false, Map.of());
        }

        static Fault answerLost() {
            return new Fault(CUT, "", true, Map.of());
        }
    }

    public SalesforceStandIn(Clock clock) {
        this.clock = clock;
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/", this::answer);
        server.start();
    }

    public String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    public synchronized Row contact(String email, boolean optedOut) {
        return add("003", "Contact", email, optedOut);
    }

    synchronized Row lead(String email, boolean optedOut) {
        return add("00Q", "Lead", email, optedOut);
    }

    private Row add(String prefix, String type, String email, boolean optedOut) {
        var id = withSuffix("%sA0%010d".formatted(prefix, IDS.incrementAndGet()));
        var row = new Row(id, type);
        row.email = email;
        row.optedOut = optedOut;
        rows.put(id, row);
        touch(row);
        return row;
    }

    /** Changes the opt-out checkbox. */
    public synchronized void set(Row row, boolean optedOut) {
        row.optedOut = optedOut;
        touch(row);
    }

    /** Changes another field, and so the modstamp only. */
    synchronized void touch(Row row) {
        row.modstamp = clock.instant().truncatedTo(ChronoUnit.SECONDS);
    }

    synchronized void delete(Row row) {
        row.deleted = true;
        touch(row);
    }

    synchronized void merge(Row loser, Row master) {
        loser.master = master.id;
        delete(loser);
    }

    synchronized Row convert(Row lead) {
        var contact = contact(lead.email, lead.optedOut);
        lead.convertedTo = contact.id;
        touch(lead);
        return contact;
    }

    /** Makes one call fail, after {@code skip} others from now on. */
    synchronized void failCall(int skip, Fault fault) {
        faults.put(calls.size() + skip, fault);
    }

    synchronized void failAllCalls(Fault fault) {
        for (var number = 0; number < 200; number++) {
            failCall(number, fault);
        }
    }

    synchronized void failNone() {
        faults.clear();
    }

    /** Refuses the next write of the row with this error code. */
    synchronized void failRow(Row row, String code) {
        rowErrors.computeIfAbsent(row.id, id -> new ArrayDeque<>()).add(code);
    }

    synchronized void forgetTokens() {
        tokens.clear();
    }

    synchronized List<String> takeCalls() {
        var taken = List.copyOf(calls);
        calls.clear();
        faults.clear();
        return taken;
    }

    private void answer(HttpExchange exchange) {
        try (exchange) {
            var body = new String(exchange.getRequestBody().readAllBytes(), UTF_8);
            Fault fault;
            Answer answer;
            synchronized (this) {
                fault = faults.remove(calls.size());
                calls.add(nameOf(exchange, body));
                answer = fault != null && !fault.done() ? null : answer(exchange, body);
            }
            exchange.getResponseHeaders().set("Date", DATE.format(clock.instant()));
            if (fault == null) {
                send(exchange, answer.status(), answer.body());
            } else {
                fail(exchange, fault);
            }
        } catch (IOException gone) {
            // The client has closed the connection, as in the tests of time-outs
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void fail(HttpExchange exchange, Fault fault) throws IOException, InterruptedException {
        fault.headers().forEach(exchange.getResponseHeaders()::set);
        if (fault.status() == Fault.STALL) {
            exchange.sendResponseHeaders(200, 1000);
            exchange.getResponseBody().write("[".getBytes(UTF_8));
            exchange.getResponseBody().flush();
            stalls.incrementAndGet();
            closed.await();
        } else if (fault.status() == Fault.CUT) {
            exchange.sendResponseHeaders(200, 1000);
            exchange.getResponseBody().write("[".getBytes(UTF_8));
            // The connection is cut, because fewer bytes were sent than announced
        } else {
            send(exchange, fault.status(), fault.body());
        }
    }

    private static void send(HttpExchange exchange, int status, String body) throws IOException {
        var bytes = body.getBytes(UTF_8);
        exchange.getResponseHeaders()
                .set("Content-Type", body.startsWith("<") ? "text/html" : "application/json;charset=UTF-8");
        exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
        exchange.getResponseBody().write(bytes);
    }

    private record Answer(int status, String body) {}

    private String nameOf(HttpExchange exchange, String body) {
        var path = exchange.getRequestURI().getPath();
        if (path.endsWith("/oauth2/token")) {
            return "token";
        }
        if (path.endsWith("/composite/sobjects")) {
            return "write " + json.readTree(body).path("records").size();
        }
        return path.endsWith("/queryAll") ? "query" : "page";
    }

    private Answer answer(HttpExchange exchange, String body) {
        var path = exchange.getRequestURI().getPath();
        if (path.equals("/services/oauth2/token")) {
            return token(body);
        }
        var bearer = exchange.getRequestHeaders().getFirst("Authorization");
        if (bearer == null || !tokens.contains(bearer.replaceFirst("^Bearer ", ""))) {
            return error(401, "INVALID_SESSION_ID");
        }
        if (path.equals("/services/data/v62.0/composite/sobjects")
                && exchange.getRequestMethod().equals("PATCH")) {
            return write(json.readTree(body));
        }
        if (path.equals("/services/data/v62.0/queryAll")) {
            var soql = URLDecoder.decode(exchange.getRequestURI().getRawQuery().substring(2), UTF_8);
            return query(soql);
        }
        if (path.startsWith("/services/data/v62.0/query/")) {
            var locator = path.substring(path.lastIndexOf('/') + 1);
            var cursor = cursors.get(locator);
            return cursor == null ? error(400, "INVALID_QUERY_LOCATOR") : page(cursor, locator, offset(locator));
        }
        return error(404, "NOT_FOUND");
    }

    private Answer token(String body) {
        var form = Arrays.stream(body.split("&"))
                .map(pair -> pair.split("=", 2))
                .collect(Collectors.toMap(pair -> pair[0], pair -> URLDecoder.decode(pair[1], UTF_8)));
        var known = switch (form.get("grant_type")) {
            case "client_credentials" ->
                CLIENT_ID.equals(form.get("client_id")) && CLIENT_SECRET.equals(form.get("client_secret"));
            case "urn:ietf:params:oauth:grant-type:jwt-bearer" -> isSignedByUs(form.get("assertion"));
            default -> false;
        };
        if (!known) {
            return new Answer(
                    400, "{\"error\":\"invalid_client\",\"error_description\":\"invalid client credentials\"}");
        }
        var token = "00D5g00000STANDIN!AQ" + ++numbers;
        tokens.add(token);
        var answer = new LinkedHashMap<String, Object>();
        answer.put("access_token", token);
        answer.put("signature", "c3RhbmQtaW4=");
        answer.put("scope", "api");
        answer.put("instance_url", url());
        answer.put("id", "https://login.salesforce.com/id/00D5g00000STANDINAA/0055g00000STANDINAA");
        answer.put("token_type", "Bearer");
        answer.put("issued_at", Long.toString(clock.millis()));
        return new Answer(200, json.writeValueAsString(answer));
    }

    private boolean isSignedByUs(String assertion) {
        var parts = assertion.split("\\.");
        try {
            var signature = Signature.getInstance("SHA256withRSA");
            signature.initVerify(trusted);
            signature.update((parts[0] + '.' + parts[1]).getBytes(UTF_8));
            var claims = json.readTree(Base64.getUrlDecoder().decode(parts[1]));
            return signature.verify(Base64.getUrlDecoder().decode(parts[2]))
                    && claims.path("iss").asString().equals(CLIENT_ID)
                    && claims.path("aud").asString().equals(url())
                    && claims.path("exp").asLong()
                            <= clock.instant().plusSeconds(180).getEpochSecond();
        } catch (GeneralSecurityException e) {
            return false;
        }
    }

    private Answer query(String soql) {
        var query = SOQL.matcher(soql);
        if (!query.matches()) {
            return error(400, "MALFORMED_QUERY");
        }
        var type = query.group("type");
        var fields = List.of(query.group("fields").split(", "));
        for (var field : fields) {
            var known = FIELDS.contains(field)
                    || (type.equals("Lead")
                            ? Set.of("IsConverted", "ConvertedContactId", "Company")
                                    .contains(field)
                            : field.equals("Account.Name"));
            if (!known) {
                return error(400, "INVALID_FIELD");
            }
        }
        var condition = condition(query.group("where"));
        var found = rows.values().stream()
                .filter(row -> row.type.equals(type))
                .filter(condition)
                .sorted(Comparator.<Row, Instant>comparing(row -> row.modstamp).thenComparing(row -> row.id))
                .toList();
        return page(new Result(fields, found), "01g5g%011dAA-0".formatted(++numbers), 0);
    }

    /** Result of a query: all its records, and the fields to show of each. */
    private record Result(List<String> fields, List<Row> rows) {}

    /** Returns the number of records in the pages before: the number at the end of the locator. */
    private static int offset(String locator) {
        return Integer.parseInt(locator.substring(locator.indexOf('-') + 1));
    }

    private static Predicate<Row> condition(String where) {
        if (where == null) {
            return row -> true;
        }
        var since = SINCE.matcher(where);
        if (since.matches()) {
            var at = Instant.parse(since.group(1));
            return row -> !row.modstamp.isBefore(at);
        }
        var after = AFTER.matcher(where);
        if (after.matches()) {
            var at = Instant.parse(after.group(1));
            var id = after.group(2);
            return row -> row.modstamp.isAfter(at) || (row.modstamp.equals(at) && row.id.compareTo(id) > 0);
        }
        var among = AMONG.matcher(where);
        if (among.matches()) {
            var ids = Arrays.stream(among.group(1).split("','"))
                    .map(SalesforceStandIn::caseSensitive)
                    .collect(Collectors.toSet());
            return row -> ids.contains(caseSensitive(row.id));
        }
        throw new IllegalArgumentException("Unsupported SOQL: " + where);
    }

    /** Returns the 15 case-sensitive characters of an id, without the suffix of 3. */
    private static String caseSensitive(String id) {
        return id.substring(0, 15);
    }

    private Answer page(Result result, String locator, int from) {
        var rows = result.rows();
        var to = Math.min(from + pageSize, rows.size());
        var answer = new LinkedHashMap<String, Object>();
        answer.put("totalSize", rows.size());
        answer.put("done", to == rows.size());
        if (to < rows.size()) {
            var next = locator.replaceFirst("-.*", "-" + to);
            cursors.put(next, result);
            answer.put("nextRecordsUrl", "/services/data/v62.0/query/" + next);
        }
        answer.put(
                "records",
                rows.subList(from, to).stream()
                        .map(row -> shown(row, result.fields()))
                        .toList());
        return new Answer(200, json.writeValueAsString(answer));
    }

    private static Map<String, Object> shown(Row row, List<String> fields) {
        var shown = new LinkedHashMap<String, Object>();
        shown.put("attributes", attributes(row.type, row.id));
        for (var field : fields) {
            shown.put(field.replaceFirst("[.].*", ""), value(row, field));
        }
        return shown;
    }

    private static Map<String, Object> attributes(String type, String id) {
        var attributes = new LinkedHashMap<String, Object>();
        attributes.put("type", type);
        attributes.put("url", "/services/data/v62.0/sobjects/%s/%s".formatted(type, id));
        return attributes;
    }

    private static Object value(Row row, String field) {
        return switch (field) {
            case "Id" -> row.id;
            case "SystemModstamp" -> MODSTAMP.format(row.modstamp);
            case "IsDeleted" -> row.deleted;
            case "MasterRecordId" -> row.master;
            case "Email" -> row.email;
            case FIELD -> row.optedOut;
            case "FirstName" -> row.firstName;
            case "LastName" -> row.lastName;
            case "Title" -> row.title;
            case "Phone" -> row.phone;
            case "IsConverted" -> row.convertedTo != null;
            case "ConvertedContactId" -> row.convertedTo;
            case "Company" -> row.company;
            case "Account.Name" -> row.company == null ? null : account(row);
            default -> throw new IllegalArgumentException("Unsupported field: " + field);
        };
    }

    private static Map<String, Object> account(Row row) {
        var account = new LinkedHashMap<String, Object>();
        account.put("attributes", attributes("Account", "001" + row.id.substring(3)));
        account.put("Name", row.company);
        return account;
    }

    private Answer write(JsonNode request) {
        var records = request.path("records");
        if (records.size() > MAX_ROWS) {
            return error(400, "TOO_MANY_RECORDS");
        }
        var results = new ArrayList<Map<String, Object>>();
        var ids = new HashSet<String>();
        for (var record : records) {
            var id = record.path("id").asString();
            var error = ids.add(id) ? errorOf(id) : "DUPLICATE_VALUE";
            if (error == null) {
                set(find(id), record.path(FIELD).asBoolean());
                results.add(result(find(id).id, List.of()));
            } else {
                var details = new LinkedHashMap<String, Object>();
                details.put("statusCode", error);
                details.put("message", "about " + id);
                details.put("fields", List.of());
                results.add(result(null, List.of(details)));
            }
        }
        return new Answer(200, json.writeValueAsString(results));
    }

    private static Map<String, Object> result(String id, List<Map<String, Object>> errors) {
        var result = new LinkedHashMap<String, Object>();
        if (id != null) {
            result.put("id", id);
        }
        result.put("success", errors.isEmpty());
        result.put("errors", errors);
        return result;
    }

    private String errorOf(String id) {
        var row = find(id);
        if (row == null) {
            return "INVALID_CROSS_REFERENCE_KEY";
        }
        var errors = rowErrors.get(row.id);
        if (errors != null && !errors.isEmpty()) {
            return errors.poll();
        }
        return row.deleted ? "ENTITY_IS_DELETED" : row.convertedTo != null ? "CANNOT_UPDATE_CONVERTED_LEAD" : null;
    }

    private Row find(String id) {
        return rows.get(id.length() == 15 ? withSuffix(id) : id);
    }

    private Answer error(int status, String code) {
        return new Answer(status, errorBody(code));
    }

    private static String errorBody(String code) {
        return "[{\"message\":\"%s\",\"errorCode\":\"%s\"}]".formatted(MESSAGES.getOrDefault(code, "no"), code);
    }

    /** Appends the 3 characters that encode which of the 15 are upper case. */
    private static String withSuffix(String id) {
        var suffix = new StringBuilder(id);
        for (var block = 0; block < 3; block++) {
            var bits = 0;
            for (var place = 0; place < 5; place++) {
                if (Character.isUpperCase(id.charAt(block * 5 + place))) {
                    bits |= 1 << place;
                }
            }
            suffix.append("ABCDEFGHIJKLMNOPQRSTUVWXYZ012345".charAt(bits));
        }
        return suffix.toString();
    }

    @Override
    public void close() {
        closed.countDown();
        server.stop(0);
    }
}
