package io.tempo4j.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.protobuf.ByteString;
import com.linecorp.armeria.server.Server;
import com.linecorp.armeria.server.ServerBuilder;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.ArrayValue;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.resource.v1.Resource;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.ScopeSpans;
import io.opentelemetry.proto.trace.v1.Span;
import io.opentelemetry.proto.trace.v1.Status;
import io.opentelemetry.proto.trace.v1.TracesData;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.tempo4j.model.TraceId;
import io.tempo4j.query.trace.AssembledTrace;
import io.tempo4j.server.config.ConfigException;
import io.tempo4j.server.config.ConfigLoader;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Comparisons of two traces over a socket. */
class DiffRoutesTest {

  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final HttpClient CLIENT =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private static final FakeBackend BACKEND = new FakeBackend();

  private static Server server;

  @BeforeAll
  static void start() throws ConfigException {
    ServerState state = new ServerState();
    ServerBuilder builder = Server.builder().http(0).requestTimeoutMillis(0);
    new HttpApi(
            state,
            ConfigLoader.parse("test.yaml", "").config(),
            BuildInfo.load(),
            new PrometheusRegistry())
        .attachTo(builder);
    server = builder.build();
    server.start().join();
    state.ready(BACKEND);
    put(
        "a",
        1,
        span(1, 0, "root", 0, 100),
        span(2, 1, "old", 5, 5),
        span(3, 1, "get", 10, 20)
            .addAttributes(attribute("gone", AnyValue.newBuilder().setBoolValue(true)))
            .addAttributes(
                attribute(
                    "list",
                    AnyValue.newBuilder()
                        .setArrayValue(
                            ArrayValue.newBuilder()
                                .addValues(AnyValue.newBuilder().setStringValue("x"))
                                .addValues(AnyValue.newBuilder().setIntValue(1))))));
    put(
        "b",
        2,
        span(1, 0, "root", 0, 100),
        span(3, 1, "get", 10, 60)
            .setStatus(Status.newBuilder().setCodeValue(2))
            .addAttributes(
                attribute("list", AnyValue.newBuilder().setDoubleValue(Double.POSITIVE_INFINITY))),
        span(4, 3, "retry", 20, 2));
    BACKEND.traces.put(TraceId.parse("c"), new AssembledTrace(new byte[] {0x0a, 0x00}, 1, true));
    BACKEND.traces.put(TraceId.parse("d"), new AssembledTrace(padding(600), 1, false));
    BACKEND.traces.put(TraceId.parse("e"), new AssembledTrace(padding(600), 1, false));
  }

  @AfterAll
  static void stop() {
    server.closeAsync();
  }

  private static byte[] padding(int bytes) {
    return TracesData.newBuilder()
        .addResourceSpans(ResourceSpans.newBuilder().setSchemaUrl("x".repeat(bytes)))
        .build()
        .toByteArray();
  }

  private static Span.Builder span(int id, int parent, String name, long start, long millis) {
    Span.Builder span =
        Span.newBuilder()
            .setSpanId(ByteString.copyFrom(ByteBuffer.allocate(8).putLong(id).flip()))
            .setName(name)
            .setKindValue(3)
            .setStartTimeUnixNano(1_000_000_000L + start * 1_000_000)
            .setEndTimeUnixNano(1_000_000_000L + (start + millis) * 1_000_000);
    if (parent != 0) {
      span.setParentSpanId(ByteString.copyFrom(ByteBuffer.allocate(8).putLong(parent).flip()));
    }
    return span;
  }

  private static KeyValue attribute(String key, AnyValue.Builder value) {
    return KeyValue.newBuilder().setKey(key).setValue(value).build();
  }

  private static void put(String id, int number, Span.Builder... spans) {
    ScopeSpans.Builder scope = ScopeSpans.newBuilder();
    for (Span.Builder span : spans) {
      scope.addSpans(
          span.setTraceId(
              ByteString.copyFrom(ByteBuffer.allocate(16).putLong(0).putLong(number).flip())));
    }
    TracesData traces =
        TracesData.newBuilder()
            .addResourceSpans(
                ResourceSpans.newBuilder()
                    .setResource(
                        Resource.newBuilder()
                            .addAttributes(
                                attribute(
                                    "service.name", AnyValue.newBuilder().setStringValue("s"))))
                    .addScopeSpans(scope))
            .build();
    BACKEND.traces.put(
        TraceId.parse(id), new AssembledTrace(traces.toByteArray(), spans.length, false));
  }

  private static HttpResponse<String> send(String method, String body) {
    HttpRequest request =
        HttpRequest.newBuilder(
                URI.create("http://127.0.0.1:" + server.activeLocalPort() + "/api/v2/traces/diff"))
            .method(method, HttpRequest.BodyPublishers.ofString(body))
            .header("Content-Type", "application/json")
            .build();
    try {
      return CLIENT.send(request, HttpResponse.BodyHandlers.ofString());
    } catch (IOException | InterruptedException e) {
      throw new AssertionError(body, e);
    }
  }

  private static String request(String base, String compare, String format) {
    return "{\"base\":{\"traceId\":\"%s\"},\"compare\":{\"traceId\":\"%s\"},\"format\":\"%s\"}"
        .formatted(base, compare, format);
  }

  private static final String PATCH =
      """
      {"version":"trace-patch-v0",
       "base":{"traceId":"00000000000000000000000000000001","spanCount":3},
       "compare":{"traceId":"00000000000000000000000000000002","spanCount":3},
       "stats":{"spanCountA":3,"spanCountB":3,"matchedSpans":2,"modifiedSpans":1,"addedSpans":1,
         "removedSpans":1,"fieldChanges":2,"attributeChanges":2,"eventChanges":0,
         "truncated":false},
       "modified":[{"span":{"path":[0,0],"service":"s","name":"get","kind":"client"},
         "changes":[
           {"op":"modify","target":{"type":"field","name":"duration_nanos"},
            "before":20000000,"after":60000000},
           {"op":"modify","target":{"type":"field","name":"status"},
            "before":"unset","after":"error"},
           {"op":"remove","target":{"type":"attribute","scope":"span","key":"gone"},
            "before":true,"after":null},
           {"op":"modify","target":{"type":"attribute","scope":"span","key":"list"},
            "before":["x",1],"after":"+Inf"}]}],
       "added":[{"target":{"type":"span","parentPath":[0,0],"index":0},
         "span":{"path":[0,0,0],"service":"s","name":"retry","kind":"client",
           "duration_nanos":2000000,"status":"unset"}}],
       "removed":[{"target":{"type":"span","path":[0,0]},
         "span":{"path":[0,0],"service":"s","name":"old","kind":"client",
           "duration_nanos":5000000,"status":"unset"}}],
       "warnings":[]}
      """;

  private static final String SUMMARY =
      """
      {"version":"trace-summary-v0-native",
       "base":{"traceId":"00000000000000000000000000000001","rootService":"s","rootName":"root",
         "spanCount":3,"errorSpanCount":0,"durationMs":100,"spanWorkMs":125},
       "compare":{"traceId":"00000000000000000000000000000002","rootService":"s",
         "rootName":"root","spanCount":3,"errorSpanCount":1,"durationMs":100,"spanWorkMs":162},
       "signals":{"traceLatency":"unchanged","spanWork":"increased","errors":"increased",
         "spanCount":"unchanged","structure":"changed"},
       "trust":{"matchedSpanRatio":RATIO,"structureOverlap":RATIO},
       "stats":{"traceLatencyDeltaMs":0,"spanWorkDeltaMs":37,"spanCountDelta":0,
         "errorSpanDelta":1,"matchedSpans":2,"modifiedSpans":1,"addedSpans":1,"removedSpans":1,
         "fieldChanges":2,"attributeChanges":2},
       "changedServices":["s"],
       "services":[{"name":"s","spanWorkDeltaMs":37,"modified":1,"added":1,"removed":1,
         "newErrors":1,"resolvedErrors":0}],
       "patterns":[
         {"state":"added","span":{"service":"s","name":"retry","kind":"client"},"count":1,
          "sampleSpans":[{"path":[0,0,0],"service":"s","name":"retry","kind":"client"}]},
         {"state":"modified","span":{"service":"s","name":"get","kind":"client"},"count":1,
          "sampleSpans":[{"path":[0,0],"service":"s","name":"get","kind":"client"}],
          "changes":[
            {"op":"modify","target":{"type":"field","name":"duration_ms"},
             "before":20,"after":60},
            {"op":"modify","target":{"type":"field","name":"status"},
             "before":"unset","after":"error"},
            {"op":"remove","target":{"type":"attribute","scope":"span","key":"gone"},
             "before":true,"after":null},
            {"op":"modify","target":{"type":"attribute","scope":"span","key":"list"},
             "before":["x",1],"after":"+Inf"}],
          "durationDeltaMs":{"min":40,"max":40,"total":40}},
         {"state":"removed","span":{"service":"s","name":"old","kind":"client"},"count":1,
          "sampleSpans":[{"path":[0,0],"service":"s","name":"old","kind":"client"}]}]}
      """
          .replace("RATIO", Double.toString(2 / 3.0));

  /** 3.0: the patch is the default; names of members in letters of either case. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"base\":{\"traceId\":\"a\"},\"compare\":{\"traceId\":\"b\"}}",
        "{\"base\":{\"traceID\":\"0A\",\"start\":1,\"end\":null},\"COMPARE\":{\"traceid\":\"b\"},"
            + "\"format\":\"trace-patch-v0\",\"more\":1}",
      })
  void patchSaysWhatDiffersSpanBySpan(String request) throws IOException {
    HttpResponse<String> response = send("POST", request);

    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.headers().firstValue("content-type")).hasValue("application/json");
    assertThat(MAPPER.readTree(response.body())).isEqualTo(MAPPER.readTree(PATCH));
  }

  @Test
  void summarySaysWhatBecameMoreAndWhere() throws IOException {
    assertThat(MAPPER.readTree(send("POST", request("a", "b", "trace-summary-v0-native")).body()))
        .isEqualTo(MAPPER.readTree(SUMMARY));
  }

  @Test
  void composedAnswerHasBoth() throws IOException {
    JsonNode json =
        MAPPER.readTree(send("POST", request("a", "b", "trace-summary-v0-composed")).body());

    assertThat(json.fieldNames()).toIterable().containsExactly("version", "summary", "patch");
    assertThat(json.path("version").asText()).isEqualTo("trace-summary-v0-composed");
    assertThat(json.path("summary")).isEqualTo(MAPPER.readTree(SUMMARY));
    assertThat(json.path("patch")).isEqualTo(MAPPER.readTree(PATCH));
  }

  static Stream<Arguments> refusals() {
    return Stream.of(
        Arguments.of("", 400, "invalid trace diff request: expected an object"),
        Arguments.of(
            "{", 400, "invalid trace diff request: no JSON at line 1, col 2: Unexpected end-of"),
        Arguments.of("[]", 400, "invalid trace diff request: expected an object"),
        Arguments.of(
            "{}", 400, "invalid trace diff request: expected an object with a traceId as base"),
        Arguments.of(
            "{\"base\":{\"traceId\":\"a\"},\"compare\":\"b\"}",
            400,
            "invalid trace diff request: expected an object with a traceId as compare"),
        Arguments.of(
            "{\"base\":{\"traceId\":7},\"compare\":{\"traceId\":\"b\"}}",
            400,
            "invalid trace diff request: expected a string as traceId of base"),
        Arguments.of(
            "{\"base\":{\"traceId\":\"a\",\"start\":\"now\"},\"compare\":{\"traceId\":\"b\"}}",
            400,
            "invalid trace diff request: expected whole Unix seconds as start of base"),
        Arguments.of(
            request("xyz", "b", ""),
            400,
            "base: trace id has a character that is no hexadecimal digit at position 0: 'xyz'"),
        Arguments.of(
            request("a", "b", "html"),
            400,
            "invalid trace diff request: unsupported format \"html\", expected trace-patch-v0"),
        Arguments.of("[".repeat(2000), 400, "invalid trace diff request: no JSON"),
        Arguments.of(
            " ".repeat(70_000), 400, "a trace diff request has at most 65536 bytes, got 70000"),
        Arguments.of(
            request("f", "b", ""), 404, "trace 0000000000000000000000000000000f is not stored"),
        Arguments.of(request("a", "f", ""), 404, "trace "),
        Arguments.of(
            request("a", "c", ""),
            422,
            "trace 0000000000000000000000000000000c is larger than 1000 bytes;"
                + " partial traces are not compared"),
        Arguments.of(
            request("d", "e", ""),
            429,
            "trace diff input too large: the two traces have 1212 bytes, 1000 is the most"));
  }

  @ParameterizedTest
  @MethodSource("refusals")
  void whatCannotBeComparedIsRefused(String request, int status, String message) {
    HttpResponse<String> response = send("POST", request);

    assertThat(response.statusCode()).isEqualTo(status);
    assertThat(response.headers().firstValue("content-type")).hasValue("text/plain; charset=utf-8");
    assertThat(response.body()).startsWith(message);
  }

  @ParameterizedTest
  @ValueSource(strings = {"GET", "PUT", "DELETE"})
  void otherMethodsAreNotAllowed(String method) {
    HttpResponse<String> response = send(method, "");

    assertThat(response.statusCode()).isEqualTo(405);
    assertThat(response.headers().firstValue("allow")).hasValue("POST");
  }

  /** A patch that does not fit into a composed answer is left out as a whole, and said so. */
  @Test
  void largePatchIsLeftOutOfAComposedAnswer() throws IOException {
    Span.Builder[] spans = new Span.Builder[500];
    for (int i = 0; i < spans.length; i++) {
      spans[i] = span(i + 1, 0, "many", i, 1);
    }
    BACKEND.maxTraceBytes.set(1 << 20);
    try {
      put("1a", 3, spans);
      int patch = send("POST", request("a", "1a", "")).body().length();
      JsonNode json =
          MAPPER.readTree(send("POST", request("a", "1a", "trace-summary-v0-composed")).body());

      assertThat(json.fieldNames())
          .toIterable()
          .containsExactly("version", "summary", "patchOmitted");
      assertThat(json.path("patchOmitted").path("bytes").asInt()).isEqualTo(patch);
      assertThat(json.path("patchOmitted").path("reason").asText()).isEqualTo("over_budget");
    } finally {
      BACKEND.maxTraceBytes.set(1000);
    }
  }
}
