package io.tempo4j.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.linecorp.armeria.server.Server;
import com.linecorp.armeria.server.ServerBuilder;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.tempo4j.model.TraceId;
import io.tempo4j.query.filter.TraceFilter;
import io.tempo4j.query.trace.AssembledTrace;
import io.tempo4j.server.config.ConfigException;
import io.tempo4j.server.config.ConfigLoader;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Requests for one trace, over a socket; each row names the fact that it shows. */
class TraceRoutesTest {

  private static final HttpClient CLIENT =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private static final FakeBackend BACKEND = new FakeBackend();

  private static final String JSON = "application/json";
  private static final String PROTOBUF = "application/protobuf";
  private static final String LLM = "application/vnd.grafana.llm";
  private static final String TEXT = "text/plain; charset=utf-8";

  /** One span named "x" in one scope of one resource, whose service.name is "s". */
  private static final byte[] ONE_SPAN =
      HexFormat.of()
          .parseHex(
              "0a1e0a150a13"
                  + "0a0c736572766963652e6e616d65"
                  + "12030a0173"
                  + "12051203"
                  + "2a0178");

  /** The same, but nothing is said of the resource. */
  private static final byte[] NAMELESS = HexFormat.of().parseHex("0a0712051203" + "2a0178");

  private static final String BATCHES =
      "[{\"resource\":{\"attributes\":"
          + "[{\"key\":\"service.name\",\"value\":{\"stringValue\":\"s\"}}]},\"scopeSpans\":[{\"scope\":{},"
          + "\"spans\":[{\"name\":\"x\",\"status\":{}}]}]}]";
  private static final String FILTERED =
      "Trace filtered, only a subset of spans matching the filter is returned";

  private static Server server;

  @BeforeAll
  static void start() throws ConfigException {
    ServerState state = new ServerState();
    ServerBuilder builder = Server.builder().http(0).requestTimeoutMillis(0);
    new HttpApi(
            state,
            ConfigLoader.parse("test.yaml", "query_frontend: {max_query_expression_size_bytes: 60}")
                .config(),
            BuildInfo.load(),
            new PrometheusRegistry())
        .attachTo(builder);
    server = builder.build();
    server.start().join();
    state.ready(BACKEND);
    BACKEND.traces.put(TraceId.parse("abc"), new AssembledTrace(ONE_SPAN, 1, false));
    BACKEND.traces.put(TraceId.parse("def"), new AssembledTrace(NAMELESS, 1, false));
    BACKEND.traces.put(TraceId.parse("b16"), new AssembledTrace(ONE_SPAN, 1, true));
  }

  @AfterAll
  static void stop() {
    server.closeAsync();
  }

  @BeforeEach
  void forget() {
    BACKEND.lastFilter.set(null);
  }

  private static HttpResponse<String> get(String path, String accept) {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.activeLocalPort() + path))
            .header("Accept", accept)
            .build();
    try {
      return CLIENT.send(request, HttpResponse.BodyHandlers.ofString(StandardCharsets.ISO_8859_1));
    } catch (IOException | InterruptedException e) {
      throw new AssertionError(path, e);
    }
  }

  private static String encoded(String query) {
    return "q=" + URLEncoder.encode(query, StandardCharsets.UTF_8);
  }

  static Stream<Arguments> answers() {
    String some = encoded("{ name = \"x\" }");
    String wire = new String(ONE_SPAN, StandardCharsets.ISO_8859_1);
    return Stream.of(
        // 2.G: Grafana drops resources without attributes
        row(
            "a resource without attributes has a name in version 1",
            "/api/traces/def",
            JSON,
            200,
            JSON,
            "{\"batches\":" + BATCHES.replace("\"s\"", "\"unknown_service\"") + "}"),
        row(
            "a resource without attributes has a name in version 2",
            "/api/v2/traces/def",
            PROTOBUF,
            200,
            PROTOBUF,
            "\n\u002e"
                + wire.replace("\n\u001e\n\u0015\n\u0013", "\n\u002c\n\u0023\n\u0021")
                    .replace("\u0012\u0003\n\u0001s", "\u0012\u0011\n\u000funknown_service")),
        // 2.G: ids
        row(
            "zeros on the left may be missing, odd lengths",
            "/api/traces/0abc",
            JSON,
            200,
            JSON,
            "{\"batches\":" + BATCHES + "}"),
        row(
            "letters of either case",
            "/api/traces/ABC",
            JSON,
            200,
            JSON,
            "{\"batches\":" + BATCHES + "}"),
        row(
            "no hexadecimal digit",
            "/api/traces/xyz",
            JSON,
            400,
            TEXT,
            "trace id has a character that is no hexadecimal digit at position 0: 'xyz'"),
        row(
            "no hexadecimal digit, v2",
            "/api/v2/traces/ab%20c",
            JSON,
            400,
            TEXT,
            "trace id has a character that is no hexadecimal digit at position 2: 'ab c'"),
        row(
            "more than 32 digits",
            "/api/v2/traces/" + "a".repeat(33),
            JSON,
            400,
            TEXT,
            "trace id must have 1 to 32 hexadecimal digits, got 33: '" + "a".repeat(33) + "'"),
        // 2.G: forms
        row(
            "v1 JSON has batches",
            "/api/traces/abc",
            "*/*",
            200,
            JSON,
            "{\"batches\":" + BATCHES + "}"),
        row(
            "v2 JSON has a trace and metrics",
            "/api/v2/traces/abc",
            JSON,
            200,
            JSON,
            "{\"trace\":{\"resourceSpans\":" + BATCHES + "},\"metrics\":{}}"),
        row(
            "the header is tested for a part",
            "/api/traces/abc",
            "x, " + PROTOBUF + ";q=0.1",
            200,
            PROTOBUF,
            wire),
        row(
            "v2 protobuf has the trace in field 1",
            "/api/v2/traces/abc",
            PROTOBUF,
            200,
            PROTOBUF,
            "\n\u0020" + wire),
        row(
            "protobuf goes before the form for language models",
            "/api/v2/traces/abc",
            LLM + ", " + PROTOBUF,
            200,
            PROTOBUF,
            "\n\u0020" + wire),
        row(
            "the form for language models",
            "/api/v2/traces/abc",
            LLM + ", " + JSON,
            200,
            LLM + "+json",
            "{\"trace\":{\"traceId\":\"\",\"services\":[{\"serviceName\":\"s\","
                + "\"scopes\":[{\"spans\":[{\"spanId\":\"\","
                + "\"name\":\"x\",\"status\":{\"code\":\"STATUS_CODE_UNSET\",\"message\":\"\"}}]}]"
                + "}]},\"status\":\"COMPLETE\"}"),
        row(
            "v1 has no form for language models",
            "/api/traces/abc",
            LLM,
            200,
            JSON,
            "{\"batches\":" + BATCHES + "}"),
        // 2.G: not found
        row("v1 not found is 404 without a body", "/api/traces/fff", JSON, 404, null, ""),
        row(
            "v2 not found is an empty trace",
            "/api/v2/traces/fff",
            JSON,
            200,
            JSON,
            "{\"trace\":{},\"metrics\":{}}"),
        row(
            "v2 not found for language models is empty",
            "/api/v2/traces/fff",
            LLM,
            200,
            LLM + "+json",
            "{}"),
        row(
            "v2 not found with a filter is no filtered trace",
            "/api/v2/traces/fff?" + some,
            JSON,
            200,
            JSON,
            "{\"trace\":{},\"metrics\":{}}"),
        // 2.G: too large
        row(
            "v1 too large is 422",
            "/api/traces/b16",
            JSON,
            422,
            TEXT,
            "trace exceeds max size (max bytes: 1000)"),
        row(
            "v2 too large is a part",
            "/api/v2/traces/b16",
            JSON,
            200,
            JSON,
            "{\"trace\":{\"resourceSpans\":"
                + BATCHES
                + "},\"metrics\":{},\"status\":\"PARTIAL\","
                + "\"message\":\"Trace exceeds maximum size of 1000 bytes, a partial trace is"
                + " returned\"}"),
        // 2.G: start and end
        row(
            "start and end are moments",
            "/api/v2/traces/abc?start=1&end=soon",
            JSON,
            400,
            TEXT,
            "invalid end: expected Unix seconds, nanoseconds or a date such as"
                + " 2026-01-02T15:04:05Z, got 'soon'"),
        row(
            "start must come before end",
            "/api/v2/traces/abc?start=2026-01-02T15:04:05Z&end=1700000000.5",
            JSON,
            400,
            TEXT,
            "http parameter start must be before end. received start=2026-01-02T15:04:05Z"
                + " end=1700000000.5"),
        row(
            "start may stand alone",
            "/api/v2/traces/abc?start=1700000000",
            JSON,
            200,
            JSON,
            "{\"trace\":{\"resourceSpans\":" + BATCHES + "},\"metrics\":{}}"),
        row(
            "so may end, as a date",
            "/api/traces/abc?end=2026-01-02T15:04:05Z",
            JSON,
            200,
            JSON,
            "{\"batches\":" + BATCHES + "}"),
        // 3.0: q
        row(
            "a filter that dropped spans says so",
            "/api/v2/traces/abc?" + some,
            JSON,
            200,
            JSON,
            "{\"trace\":{\"resourceSpans\":"
                + BATCHES
                + "},\"metrics\":{},\"status\":\"PARTIAL\","
                + "\"message\":\""
                + FILTERED
                + "\"}"),
        row(
            "every reason is named",
            "/api/v2/traces/b16?" + some,
            JSON,
            200,
            JSON,
            "{\"trace\":{\"resourceSpans\":"
                + BATCHES
                + "},\"metrics\":{},\"status\":\"PARTIAL\","
                + "\"message\":\"Trace exceeds maximum size of 1000 bytes, a partial trace is"
                + " returned; "
                + FILTERED
                + "\"}"),
        row(
            "protobuf says so in fields 3 and 4",
            "/api/v2/traces/abc?" + some,
            PROTOBUF,
            200,
            PROTOBUF,
            "\n\u0020" + wire + "\u0018\u0001\"" + (char) FILTERED.length() + FILTERED),
        row(
            "a wrong filter is 400",
            "/api/v2/traces/abc?" + encoded("{ name > 3 }"),
            JSON,
            400,
            TEXT,
            "invalid TraceQL filter: type error at line 1, col 8: "),
        row(
            "a filter that is no TraceQL is 400",
            "/api/v2/traces/fff?" + encoded("name"),
            JSON,
            400,
            TEXT,
            "invalid TraceQL filter: parse error at line 1, col 1: "),
        row(
            "a long filter is 400",
            "/api/v2/traces/abc?" + encoded("{ name = \"%s\" }".formatted("x".repeat(60))),
            JSON,
            400,
            TEXT,
            "TraceQL expression of 73 bytes exceeds the maximum of 60 bytes"),
        row(
            "v1 has no filter",
            "/api/traces/abc?q=nonsense",
            JSON,
            200,
            JSON,
            "{\"batches\":" + BATCHES + "}"),
        row(
            "keep_hierarchy is a truth value",
            "/api/v2/traces/abc?" + some + "&keep_hierarchy=yes",
            JSON,
            400,
            TEXT,
            "invalid keep_hierarchy: expected true or false, got 'yes'"),
        row(
            "match_depth is a number",
            "/api/v2/traces/abc?" + some + "&match_depth=deep",
            JSON,
            400,
            TEXT,
            "invalid match_depth: expected a whole number, got 'deep'"),
        row(
            "-1 is the only negative depth",
            "/api/v2/traces/abc?" + some + "&match_depth=-2",
            JSON,
            400,
            TEXT,
            "invalid match_depth -2: must be >= -1"),
        row(
            "-1 is the only negative depth above",
            "/api/v2/traces/abc?" + some + "&keep_hierarchy=true&ancestor_depth=-3",
            JSON,
            400,
            TEXT,
            "invalid ancestor_depth -3: must be >= -1"),
        row(
            "depths fit 32 bits",
            "/api/v2/traces/abc?" + some + "&match_depth=99999999999",
            JSON,
            400,
            TEXT,
            "invalid match_depth: expected a whole number within -2147483648 and 2147483647, got"
                + " '99999999999'"),
        row(
            "without q the rest is not read",
            "/api/v2/traces/abc?keep_hierarchy=yes&match_depth=x&ancestor_depth=-9",
            JSON,
            200,
            JSON,
            "{\"trace\":{\"resourceSpans\":" + BATCHES + "},\"metrics\":{}}"),
        row(
            "parameters that nobody knows are not read",
            "/api/v2/traces/abc?colour=blue",
            JSON,
            200,
            JSON,
            "{\"trace\":{\"resourceSpans\":" + BATCHES + "},\"metrics\":{}}"));
  }

  private static Arguments row(
      String fact, String path, String accept, int status, String type, String body) {
    return Arguments.of(fact, path, accept, status, type, body);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("answers")
  void answersAsTempoDoes(
      String fact, String path, String accept, int status, String type, String body) {
    HttpResponse<String> response = get(path, accept);

    assertThat(response.statusCode()).isEqualTo(status);
    if (type != null) {
      assertThat(response.headers().firstValue("content-type")).hasValue(type);
    }
    if (status == 400) {
      assertThat(response.body()).startsWith(body);
    } else {
      assertThat(response.body()).isEqualTo(body);
    }
  }

  static Stream<Arguments> filters() {
    int all = TraceFilter.ALL;
    return Stream.of(
        Arguments.of("matching spans alone are the default", "", 0, 0),
        Arguments.of("all ancestors", "&keep_hierarchy=true", all, 0),
        Arguments.of("Go's spellings of truth values", "&keep_hierarchy=T", all, 0),
        Arguments.of("no ancestors", "&keep_hierarchy=0", 0, 0),
        Arguments.of("so many levels", "&keep_hierarchy=1&ancestor_depth=2&match_depth=3", 2, 3),
        Arguments.of("-1 for all", "&keep_hierarchy=1&ancestor_depth=-1&match_depth=-1", all, all),
        Arguments.of("no hierarchy, no ancestors", "&ancestor_depth=-7&match_depth=1", 0, 1));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("filters")
  void parametersBecomeAFilter(String fact, String parameters, int ancestors, int descendants) {
    // Space around the query is nothing.
    get("/api/v2/traces/abc?" + encoded("  { name = \"x\" } ") + parameters, JSON);

    assertThat(BACKEND.lastFilter.get())
        .isEqualTo(new TraceFilter("{ name = \"x\" }", ancestors, descendants));
  }

  @ParameterizedTest
  @MethodSource("blankQueries")
  void blankQueryIsNoFilter(String query) {
    assertThat(get("/api/v2/traces/abc?" + query, JSON).statusCode()).isEqualTo(200);
    assertThat(BACKEND.lastFilter.get()).isNull();
  }

  static Stream<String> blankQueries() {
    return Stream.of("", "q", "q=", "q=%20%09");
  }
}
