package io.tempo4j.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.protobuf.ByteString;
import com.linecorp.armeria.server.Server;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.ArrayValue;
import io.opentelemetry.proto.common.v1.InstrumentationScope;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.resource.v1.Resource;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.ScopeSpans;
import io.opentelemetry.proto.trace.v1.Span;
import io.opentelemetry.proto.trace.v1.Status;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.tempo4j.engine.TraceStore;
import io.tempo4j.model.TenantId;
import io.tempo4j.server.config.ConfigLoader;
import io.tempo4j.storage.InMemoryObjectStore;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Tags and values over a socket, of one trace in a block and a later one in a head; the rows name
 * the fact that each shows.
 */
class TagRoutesTest {

  private static final long MAX_TRACE_BYTES = 64 << 20;

  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final HttpClient CLIENT =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private static final long EARLY = 1_700_000_000L;
  private static final long LATE = EARLY + 3600;

  private static final String INTRINSICS =
      """
      ["duration","event:name","event:timeSinceStart","instrumentation:name",
       "instrumentation:version","kind","link:spanID","link:traceID","name","rootName",
       "rootServiceName","span:duration","span:id","span:kind","span:name","span:parentID",
       "span:status","span:statusMessage","status","statusMessage","trace:duration","trace:id",
       "trace:rootName","trace:rootService","traceDuration"]\
      """;

  private static TraceStore store;
  private static Server server;

  @BeforeAll
  static void start() throws Exception {
    store = TraceStore.builder().blocks(new InMemoryObjectStore()).withoutWal().open();
    Span early =
        span(1, EARLY)
            .setName("GET /cart")
            .setStatus(Status.newBuilder().setCodeValue(2).setMessage("boom"))
            .addAttributes(text("region", "eu"))
            .addAttributes(number("http.status_code", 500))
            .addAttributes(attribute("cart.total", AnyValue.newBuilder().setDoubleValue(49.9)))
            .addAttributes(attribute("cache.hit", AnyValue.newBuilder().setBoolValue(true)))
            .addAttributes(
                attribute(
                    "mixed",
                    AnyValue.newBuilder()
                        .setArrayValue(
                            ArrayValue.newBuilder()
                                .addValues(AnyValue.newBuilder().setStringValue("x"))
                                .addValues(AnyValue.newBuilder().setIntValue(3)))))
            .addAttributes(text("app.request id", "r-1"))
            .addAttributes(text("a/b", "slash"))
            .addAttributes(text("gr\u00f6\u00dfe", "klein"))
            .addAttributes(text("q\"q", "quote"))
            .addAttributes(text("span.kind", "old"))
            .addAttributes(text("a+b", "plus"))
            .addAttributes(text("duration", "slow"))
            .addAttributes(text("kind", "odd"))
            .addEvents(
                Span.Event.newBuilder()
                    .setName("exception")
                    .addAttributes(text("exception.type", "TypeError")))
            .addLinks(
                Span.Link.newBuilder()
                    .setTraceId(id(16, 9))
                    .setSpanId(id(8, 0xabc))
                    .addAttributes(text("link.kind", "producer")))
            .build();
    append("cart", "west", early);
    store.flush();
    Span late =
        span(2, LATE)
            .setName("GET /")
            .addAttributes(text("region", "us"))
            .addAttributes(number("http.status_code", 200))
            .build();
    append("shop", "", late);

    ServerState state = new ServerState();
    state.ready(new StoreBackend(store, MAX_TRACE_BYTES));
    var builder =
        Server.builder().http(0).requestTimeoutMillis(0).http1MaxInitialLineLength(1 << 18);
    new HttpApi(
            state,
            ConfigLoader.parse("test.yaml", "http_api_prefix: /tempo").config(),
            BuildInfo.load(),
            new PrometheusRegistry())
        .attachTo(builder);
    server = builder.build();
    server.start().join();
  }

  @AfterAll
  static void stop() throws IOException {
    server.stop().join();
    store.close();
  }

  private static void append(String service, String zone, Span span) throws IOException {
    Resource.Builder resource = Resource.newBuilder().addAttributes(text("service.name", service));
    if (!zone.isEmpty()) {
      resource.addAttributes(text("zone", zone));
    }
    store.append(
        TenantId.SINGLE,
        ExportTraceServiceRequest.newBuilder()
            .addResourceSpans(
                ResourceSpans.newBuilder()
                    .setResource(resource)
                    .addScopeSpans(
                        ScopeSpans.newBuilder()
                            .setScope(
                                InstrumentationScope.newBuilder()
                                    .setName("lib")
                                    .setVersion("1.2")
                                    .addAttributes(text("own", "scope")))
                            .addSpans(span)))
            .build());
  }

  private static Span.Builder span(long id, long second) {
    return Span.newBuilder()
        .setTraceId(id(16, id))
        .setSpanId(id(8, id))
        .setKindValue(2)
        .setStartTimeUnixNano(second * 1_000_000_000L)
        .setEndTimeUnixNano(second * 1_000_000_000L + 1);
  }

  private static ByteString id(int length, long value) {
    return ByteString.copyFrom(ByteBuffer.allocate(length).putLong(length - 8, value).array());
  }

  private static KeyValue text(String key, String value) {
    return attribute(key, AnyValue.newBuilder().setStringValue(value));
  }

  private static KeyValue number(String key, long value) {
    return attribute(key, AnyValue.newBuilder().setIntValue(value));
  }

  private static KeyValue attribute(String key, AnyValue.Builder value) {
    return KeyValue.newBuilder().setKey(key).setValue(value).build();
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }

  private static HttpResponse<String> get(String path, String... headers) {
    URI uri = URI.create("http://127.0.0.1:" + server.activeLocalPort() + "/tempo/api" + path);
    HttpRequest.Builder request = HttpRequest.newBuilder(uri);
    if (headers.length > 0) {
      request.headers(headers);
    }
    try {
      return CLIENT.send(request.build(), HttpResponse.BodyHandlers.ofString());
    } catch (IOException | InterruptedException e) {
      throw new AssertionError(path, e);
    }
  }

  private static JsonNode json(String text) {
    try {
      return MAPPER.readTree(text);
    } catch (IOException e) {
      throw new AssertionError(text, e);
    }
  }

  static Stream<Arguments> names() {
    return Stream.of(
        Arguments.of(
            "v1: attributes of all scopes in one list, no intrinsics",
            "/search/tags",
            """
            {"tagNames":["a+b","a/b","app.request id","cache.hit","cart.total","duration",
              "exception.type","größe","http.status_code","kind","link.kind","mixed","own",
              "q\\"q","region",
              "service.name","span.kind","zone"]}\
            """),
        Arguments.of(
            "v1: one scope",
            "/search/tags?scope=resource",
            "{\"tagNames\":[\"service.name\",\"zone\"]}"),
        Arguments.of(
            "v1: intrinsics when asked for",
            "/search/tags?scope=intrinsic",
            "{\"tagNames\":" + INTRINSICS + "}"),
        Arguments.of(
            "v1: q is ignored",
            "/search/tags?scope=resource&q=" + encoded("{ .region = \"us\" }"),
            "{\"tagNames\":[\"service.name\",\"zone\"]}"),
        Arguments.of(
            "v2: attributes per scope, and 25 intrinsics",
            "/v2/search/tags?limit=5000",
            """
            {"scopes":[
              {"name":"resource","tags":["service.name","zone"]},
              {"name":"span","tags":["a+b","a/b","app.request id","cache.hit","cart.total",
                "duration","größe","http.status_code","kind","mixed","q\\"q","region","span.kind"]},
              {"name":"intrinsic","tags":INTRINSICS},
              {"name":"event","tags":["exception.type"]},
              {"name":"link","tags":["link.kind"]},
              {"name":"instrumentation","tags":["own"]}]}\
            """
                .replace("INTRINSICS", INTRINSICS)),
        Arguments.of(
            "v2: none is no scope",
            "/v2/search/tags?scope=none&limit=1&q=" + encoded("{ false }"),
            "{\"scopes\":[{\"name\":\"intrinsic\",\"tags\":" + INTRINSICS + "}]}"),
        Arguments.of(
            "v2: one scope alone",
            "/v2/search/tags?scope=event",
            "{\"scopes\":[{\"name\":\"event\",\"tags\":[\"exception.type\"]}]}"),
        Arguments.of(
            "v2: q keeps what spans that match have",
            "/v2/search/tags?scope=resource&q=" + encoded("{ .region = \"us\" && .zone = "),
            "{\"scopes\":[{\"name\":\"resource\",\"tags\":[\"service.name\"]}]}"),
        Arguments.of(
            "v2: blocks and heads of the range alone",
            "/v2/search/tags?scope=resource&start=" + (LATE - 60) + "&end=" + (LATE + 60),
            "{\"scopes\":[{\"name\":\"resource\",\"tags\":[\"service.name\"]}]}"),
        Arguments.of(
            "v2: a range without spans",
            "/v2/search/tags?scope=span&start=1&end=2",
            "{\"scopes\":[]}"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("names")
  void namesAreGiven(String fact, String path, String expected) {
    assertAnswer(path, expected);
  }

  static Stream<Arguments> values() {
    return Stream.of(
        value("v1: plain texts", "/search/tag/service.name/values", "[\"cart\",\"shop\"]"),
        value(
            "v1: all values are rendered as texts",
            "/search/tag/http.status_code/values",
            "[\"200\",\"500\"]"),
        value(
            "v1: a name is an attribute, whatever it begins with",
            "/search/tag/span.kind/values",
            "[\"old\"]"),
        value(
            "v1: unless there is none, but a field of that name",
            "/search/tag/resource.zone/values",
            "[\"west\"]"),
        value("v1: intrinsics", "/search/tag/name/values", "[\"GET /\",\"GET /cart\"]"),
        value("v1: attributes first", "/search/tag/duration/values", "[\"slow\"]"),
        value("v1: attributes first", "/search/tag/kind/values", "[\"odd\"]"),
        value(
            "v1: then the field",
            "/search/tag/kind/values?start=" + (LATE - 60),
            "[\"client\",\"consumer\",\"internal\",\"producer\",\"server\",\"unspecified\"]"),
        value("a fraction", "/search/tag/region/values?start=" + LATE + ".5", "[]"),
        value(
            "nanoseconds",
            "/v2/search/tag/.region/values?end=" + LATE + "000000000",
            typed("string", "eu", "string", "us")),
        value(
            "nanoseconds before",
            "/v2/search/tag/.region/values?end=" + (LATE - 1) + "999999999",
            typed("string", "eu")),
        value(
            "a date",
            "/v2/search/tag/.region/values?start=" + Instant.ofEpochSecond(LATE),
            typed("string", "us")),
        value("v1: magic keys", "/search/tag/status.code/values", "[\"error\",\"ok\",\"unset\"]"),
        value("v1: magic keys", "/search/tag/root.service.name/values", "[\"cart\",\"shop\"]"),
        value("v1: magic keys", "/search/tag/root.name/values", "[\"GET /\",\"GET /cart\"]"),
        value(
            "v1: q is ignored",
            "/search/tag/zone/values?q=" + encoded("{ .region = \"us\" }"),
            "[\"west\"]"),
        value(
            "v2: scoped",
            "/v2/search/tag/resource.service.name/values",
            typed("string", "cart", "string", "shop")),
        value(
            "v2: unscoped", "/v2/search/tag/.region/values", typed("string", "eu", "string", "us")),
        value("v2: the other scope has none", "/v2/search/tag/resource.region/values", "[]"),
        value(
            "v2: integers",
            "/v2/search/tag/.http.status_code/values",
            typed("int", "200", "int", "500")),
        value("v2: floats", "/v2/search/tag/span.cart.total/values", typed("float", "49.9")),
        value("v2: truth values", "/v2/search/tag/span.cache.hit/values", typed("bool", "true")),
        value(
            "v2: elements of arrays",
            "/v2/search/tag/span.mixed/values",
            typed("string", "x", "int", "3")),
        value(
            "v2: events",
            "/v2/search/tag/event.exception.type/values",
            typed("string", "TypeError")),
        value("v2: links", "/v2/search/tag/link.link.kind/values", typed("string", "producer")),
        value(
            "v2: instrumentation",
            "/v2/search/tag/instrumentation.own/values",
            typed("string", "scope")),
        value(
            "v2: status are keywords",
            "/v2/search/tag/status/values",
            typed("keyword", "error", "keyword", "ok", "keyword", "unset")),
        value(
            "v2: six kinds",
            "/v2/search/tag/span:kind/values",
            typed(
                "keyword",
                "client",
                "keyword",
                "consumer",
                "keyword",
                "internal",
                "keyword",
                "producer",
                "keyword",
                "server",
                "keyword",
                "unspecified")),
        value("v2: durations have no list", "/v2/search/tag/duration/values", "[]"),
        value("v2: durations have no list", "/v2/search/tag/traceDuration/values", "[]"),
        value("v2: nested sets have no list", "/v2/search/tag/nestedSetLeft/values", "[]"),
        value(
            "v2: names",
            "/v2/search/tag/span:name/values",
            typed("string", "GET /", "string", "GET /cart")),
        value(
            "v2: messages, without those that are not there",
            "/v2/search/tag/statusMessage/values",
            typed("string", "boom")),
        value(
            "v2: roots",
            "/v2/search/tag/rootName/values",
            typed("string", "GET /", "string", "GET /cart")),
        value(
            "v2: roots",
            "/v2/search/tag/trace:rootService/values",
            typed("string", "cart", "string", "shop")),
        value("v2: events", "/v2/search/tag/event:name/values", typed("string", "exception")),
        value(
            "v2: libraries", "/v2/search/tag/instrumentation:name/values", typed("string", "lib")),
        value(
            "v2: libraries",
            "/v2/search/tag/instrumentation:version/values",
            typed("string", "1.2")),
        value(
            "v2: ids",
            "/v2/search/tag/span:id/values",
            typed("string", "0000000000000001", "string", "0000000000000002")),
        value(
            "v2: ids",
            "/v2/search/tag/trace:id/values",
            typed("string", "0".repeat(31) + "1", "string", "0".repeat(31) + "2")),
        value("v2: no parents, no ids", "/v2/search/tag/span:parentID/values", "[]"),
        value(
            "v2: linked ids",
            "/v2/search/tag/link:spanID/values",
            typed("string", "0000000000000abc")),
        value(
            "v2: linked ids",
            "/v2/search/tag/link:traceID/values",
            typed("string", "0".repeat(31) + "9")),
        value("v2: numbers of children", "/v2/search/tag/childCount/values", typed("int", "0")),
        value("v2: attributes of parents", "/v2/search/tag/parent.region/values", "[]"),
        value("v2: nobody has it", "/v2/search/tag/.nobody/values?q=&limit=5000", "[]"),
        // names
        value("encoded slash", "/v2/search/tag/span.a%2Fb/values", typed("string", "slash")),
        value("plain slash", "/v2/search/tag/span.a/b/values", typed("string", "slash")),
        value("encoded slash in v1", "/search/tag/a%2Fb/values", "[\"slash\"]"),
        value(
            "space in quotes",
            "/v2/search/tag/" + encoded("span.\"app.request id\"") + "/values",
            typed("string", "r-1")),
        value(
            "space without quotes",
            "/v2/search/tag/" + encoded(".app.request id") + "/values",
            typed("string", "r-1")),
        value("plus is a plus", "/v2/search/tag/span.a+b/values", typed("string", "plus")),
        value("plus is a plus in v1", "/search/tag/a+b/values", "[\"plus\"]"),
        value("encoded or not", "/v2/search/tag/span.a%2Bb/values", typed("string", "plus")),
        value(
            "unicode", "/v2/search/tag/" + encoded(".größe") + "/values", typed("string", "klein")),
        value(
            "quote",
            "/v2/search/tag/" + encoded("span.\"q\\\"q\"") + "/values",
            typed("string", "quote")),
        value("dots are no folders", "/v2/search/tag/.../values", "[]"),
        value("semicolon belongs to the name", "/v2/search/tag/.region;x=1/values", "[]"),
        // q
        value(
            "q: values of spans that match",
            filtered("{ .region = \"us\" }"),
            typed("string", "shop")),
        value(
            "q: half-typed conditions are dropped",
            filtered("{ .region = \"us\" && resource.service.name = }"),
            typed("string", "shop")),
        value(
            "q: half-typed conditions are dropped",
            filtered("{ resource.service.name = \""),
            typed("string", "cart", "string", "shop")),
        value(
            "q: half-typed alternatives may be anything",
            filtered("{ .region = \"us\" || .zone = }"),
            typed("string", "cart", "string", "shop")),
        value(
            "q: alternatives",
            filtered("{ .region = \"us\" || .zone = \"west\" }"),
            typed("string", "cart", "string", "shop")),
        value("q: no query", filtered("rubbish"), typed("string", "cart", "string", "shop")),
        value(
            "q: stages are left out",
            filtered("{ .region = \"us\" } | rate() by ("),
            typed("string", "shop")),
        value(
            "q: several filters are none",
            filtered("{ .region = \"us\" } >> { .region = \"eu\" }"),
            typed("string", "cart", "string", "shop")),
        value(
            "q: types that cannot be compared",
            filtered("{ name > 3 && .region = \"us\" }"),
            typed("string", "shop")),
        value(
            "q: too long",
            filtered("{ .a = \"" + "x".repeat(131_072) + "\" }"),
            typed("string", "cart", "string", "shop")),
        value(
            "q: an event of a span that matches",
            "/v2/search/tag/event:name/values?q=" + encoded("{ .region = \"us\" }"),
            "[]"),
        // time
        value(
            "range",
            "/v2/search/tag/.region/values?start=" + LATE + "&end=" + (LATE + 1),
            typed("string", "us")),
        value(
            "range open at the end",
            "/v2/search/tag/.region/values?start=" + LATE,
            typed("string", "us")),
        value("range open at the start", "/v2/search/tag/.region/values?end=" + LATE / 2, "[]"));
  }

  private static String filtered(String query) {
    return "/v2/search/tag/resource.service.name/values?q=" + encoded(query);
  }

  private static Arguments value(String fact, String path, String values) {
    return Arguments.of(fact, path, "{\"tagValues\":" + values + "}");
  }

  private static String typed(String... typesAndTexts) {
    StringBuilder values = new StringBuilder("[");
    for (int i = 0; i < typesAndTexts.length; i += 2) {
      values
          .append(i > 0 ? "," : "")
          .append(
              "{\"type\":\"%s\",\"value\":\"%s\"}"
                  .formatted(typesAndTexts[i], typesAndTexts[i + 1]));
    }
    return values.append(']').toString();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("values")
  void valuesAreGiven(String fact, String path, String expected) {
    assertAnswer(path, expected);
  }

  private static void assertAnswer(String path, String expected) {
    HttpResponse<String> response = get(path);
    assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
    assertThat(response.headers().firstValue("content-type")).hasValue("application/json");
    assertThat(response.headers().firstValue("x-tempo4j-truncated")).isEmpty();
    ObjectNode answer = (ObjectNode) json(response.body());
    assertThat(answer.fieldNames()).toIterable().contains("metrics");
    answer.remove("metrics");
    assertThat(answer).isEqualTo(json(expected));
  }

  static Stream<Arguments> refusals() {
    return Stream.of(
        Arguments.of("/search/tags?scope=X", "invalid scope: X"),
        Arguments.of("/v2/search/tags?scope=Span", "invalid scope: Span"),
        Arguments.of(
            "/search/tags?limit=-1",
            "invalid limit: expected a whole number of at least 0, got '-1'"),
        Arguments.of(
            "/v2/search/tags?maxStaleValues=x",
            "invalid maxStaleValues: expected a whole number of at least 0, got 'x'"),
        Arguments.of(
            "/v2/search/tags?start=20&end=10",
            "http parameter start must be before end. received start=20 end=10"),
        Arguments.of(
            "/v2/search/tag/.a/values?start=20&end=20",
            "http parameter start must be before end. received start=20 end=20"),
        Arguments.of(
            "/search/tag/a/values?start=1.5x",
            "invalid start: expected Unix seconds, nanoseconds or a date such as"),
        Arguments.of("/v2/search/tag/service.name/values", "please provide a valid tagName: "),
        Arguments.of("/v2/search/tag/./values", "please provide a valid tagName: "),
        Arguments.of(
            "/v2/search/tag/" + encoded("{ .a = 1 }") + "/values",
            "please provide a valid tagName: "));
  }

  @ParameterizedTest
  @MethodSource("refusals")
  void wrongParametersAreRefusedInText(String path, String message) {
    HttpResponse<String> response = get(path);

    assertThat(response.statusCode()).isEqualTo(400);
    assertThat(response.body()).startsWith(message);
  }

  @Test
  void metricsSayWhatWasRead() {
    JsonNode metrics = json(get("/v2/search/tag/.region/values").body()).path("metrics");

    assertThat(metrics.path("totalJobs").asInt()).isEqualTo(2);
    assertThat(metrics.path("completedJobs").asInt()).isEqualTo(2);
    assertThat(metrics.path("totalBlocks").asInt()).isEqualTo(2);
    assertThat(Long.parseLong(metrics.path("inspectedBytes").textValue())).isPositive();
  }

  /** The newest come first: Tempo cuts silently, here a header tells. */
  @Test
  void truncationIsToldInAHeader() {
    HttpResponse<String> some = get("/v2/search/tag/.region/values?limit=1");
    HttpResponse<String> exact = get("/v2/search/tag/.region/values?limit=2");
    HttpResponse<String> huge =
        get("/v2/search/tag/.region/values?limit=99999999999&maxStaleValues=99999999999");
    HttpResponse<String> names = get("/v2/search/tags?limit=3&scope=span");

    for (String field : List.of("status", "kind", "span:status")) {
      HttpResponse<String> words = get("/v2/search/tag/" + field + "/values?limit=1");
      assertThat(words.headers().firstValue("x-tempo4j-truncated")).hasValue("limit");
      assertThat(json(words.body()).path("tagValues")).hasSize(1);
    }
    assertThat(some.headers().firstValue("x-tempo4j-truncated")).hasValue("limit");
    assertThat(json(some.body()).path("tagValues")).isEqualTo(json(typed("string", "us")));
    assertThat(exact.headers().firstValue("x-tempo4j-truncated")).isEmpty();
    assertThat(json(exact.body()).path("tagValues")).hasSize(2);
    assertThat(huge.headers().firstValue("x-tempo4j-truncated")).isEmpty();
    assertThat(names.headers().firstValue("x-tempo4j-truncated")).hasValue("limit");
    assertThat(json(names.body()).path("scopes").path(0).path("tags")).hasSize(3);
  }

  @Test
  void staleValuesEndTheSearch() {
    HttpResponse<String> response = get("/search/tags?scope=span&maxStaleValues=1");

    // The block repeats what the head has.
    assertThat(response.headers().firstValue("x-tempo4j-truncated")).hasValue("stale");
    assertThat(json(response.body()).path("tagNames")).hasSizeLessThan(10);
  }

  @Test
  void modelsReadAShorterForm() {
    HttpResponse<String> response =
        get("/v2/search/tag/span.mixed/values", "Accept", "application/vnd.grafana.llm");

    assertThat(response.headers().firstValue("content-type"))
        .hasValue("application/vnd.grafana.llm+json");
    JsonNode answer = json(response.body());
    assertThat(answer.path("tagValues")).isEqualTo(json("{\"string\":[\"x\"],\"int\":[\"3\"]}"));
    assertThat(answer.path("metrics").path("inspectedBytes").isNumber()).isTrue();
  }

  @Test
  void nothingStoredIsNoValue() {
    for (String path : List.of("/v2/search/tag/.a/values", "/search/tag/name/values")) {
      assertThat(json(get(path + "?start=1&end=2").body()))
          .isEqualTo(
              json(
                  "{\"tagValues\":[],\"metrics\":{\"totalJobs\":2,\"completedJobs\":2,"
                      + "\"totalBlocks\":2}}"));
    }
  }
}
