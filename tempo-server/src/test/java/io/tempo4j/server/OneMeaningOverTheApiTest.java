package io.tempo4j.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.protobuf.ByteString;
import com.google.protobuf.UnknownFieldSet;
import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceResponse;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.Span;
import io.opentelemetry.proto.trace.v1.TracesData;
import io.tempo4j.model.TraceId;
import io.tempo4j.otlp.WireWriter;
import io.tempo4j.server.tempopb.SearchRequest;
import io.tempo4j.server.tempopb.SearchResponse;
import io.tempo4j.server.tempopb.StreamingQuerierGrpc;
import io.tempo4j.testkit.Spans;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Keys that come twice, values with two members, links without ids, ids that are none: every form
 * of every answer says the same of them, and nothing is made up.
 */
class OneMeaningOverTheApiTest {

  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final HttpClient CLIENT =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private static final String PROTOBUF = "application/protobuf";

  @TempDir private static Path folder;

  private static TempoServer server;

  @BeforeAll
  static void start() throws Exception {
    server = TempoServer.start(ServerEndToEndTest.config(folder));
  }

  @AfterAll
  static void stop() throws Exception {
    server.close();
  }

  // ---- sending

  private static HttpResponse<byte[]> post(byte[] body, String type) throws Exception {
    HttpResponse<byte[]> response =
        CLIENT.send(
            HttpRequest.newBuilder(server.otlpHttpUrl().orElseThrow().resolve("/v1/traces"))
                .header("Content-Type", type)
                .POST(HttpRequest.BodyPublishers.ofByteArray(body))
                .build(),
            HttpResponse.BodyHandlers.ofByteArray());
    assertThat(response.statusCode()).isEqualTo(200);
    return response;
  }

  private static byte[] attribute(String key, AnyValue... members) {
    WireWriter out = new WireWriter(64);
    out.string(1, key);
    int value = out.begin(2);
    for (AnyValue member : members) {
      out.raw(member.toByteArray(), 0, member.getSerializedSize());
    }
    out.end(value);
    return out.toByteArray();
  }

  private static AnyValue text(String text) {
    return AnyValue.newBuilder().setStringValue(text).build();
  }

  private static AnyValue number(long number) {
    return AnyValue.newBuilder().setIntValue(number).build();
  }

  /** As senders of protobuf may send it. */
  private static byte[] asProtobuf(TraceId trace) {
    WireWriter out = new WireWriter(512);
    int resourceSpans = out.begin(1);
    int resource = out.begin(1);
    for (KeyValue zone : List.of(Spans.text("zone", "old"), Spans.text("zone", "new"))) {
      out.bytes(1, zone.toByteArray(), 0, zone.getSerializedSize());
    }
    out.end(resource);
    int scopeSpans = out.begin(2);
    int span = out.begin(2);
    byte[] fields =
        Spans.span(trace, 1, 0)
            .addAttributes(Spans.text("a", "x"))
            .addAttributes(Spans.number("a", 7))
            .addEvents(
                Span.Event.newBuilder()
                    .addAttributes(Spans.number("e", 1))
                    .addAttributes(Spans.text("e", "z")))
            .addLinks(Span.Link.newBuilder().addAttributes(Spans.text("k", "none")))
            .build()
            .toByteArray();
    out.raw(fields, 0, fields.length);
    byte[] both = attribute("b", text("s"), number(9));
    out.bytes(9, both, 0, both.length);
    out.end(span);
    out.end(scopeSpans);
    out.end(resourceSpans);
    return out.toByteArray();
  }

  /** As senders of JSON may send it. */
  private static byte[] asJson(TraceId trace) {
    return """
    {"resourceSpans":[{"resource":{"attributes":[
        {"key":"zone","value":{"stringValue":"old"}},{"key":"zone","value":{"stringValue":"new"}}]},
      "scopeSpans":[{"spans":[{"traceId":"TRACE","spanId":"0000000000000001","name":"span 1",
        "startTimeUnixNano":"START","endTimeUnixNano":"END",
        "attributes":[{"key":"a","value":{"stringValue":"x"}},{"key":"a","value":{"intValue":"7"}},
          {"key":"b","value":{"stringValue":"s","intValue":9}}],
        "events":[{"attributes":[
          {"key":"e","value":{"intValue":1}},{"key":"e","value":{"stringValue":"z"}}]}],
        "links":[{"attributes":[{"key":"k","value":{"stringValue":"none"}}]}]}]}]}]}
    """
        .replace("TRACE", trace.toHex())
        .replace("START", Long.toString(Spans.START))
        .replace("END", Long.toString(Spans.START + 1000))
        .getBytes(StandardCharsets.UTF_8);
  }

  // ---- asking

  private static byte[] get(String path, String accept) throws Exception {
    HttpResponse<byte[]> response =
        CLIENT.send(
            HttpRequest.newBuilder(server.httpUrl().resolve(path)).header("Accept", accept).build(),
            HttpResponse.BodyHandlers.ofByteArray());
    assertThat(response.statusCode())
        .as(() -> path + ": " + new String(response.body(), StandardCharsets.UTF_8))
        .isEqualTo(200);
    return response.body();
  }

  private static JsonNode json(String path) throws Exception {
    return MAPPER.readTree(get(path, "application/json"));
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }

  // ---- what is the same everywhere

  private static void assertOneMeaning(TraceId trace) throws Exception {
    String hex = trace.toHex();
    assertTrace(json("/api/traces/" + hex).at("/batches/0"));
    assertTrace(json("/api/v2/traces/" + hex).at("/trace/resourceSpans/0"));
    assertTrace(TracesData.parseFrom(get("/api/traces/" + hex, PROTOBUF)).getResourceSpans(0));
    assertTrace(
        TracesData.parseFrom(
                UnknownFieldSet.parseFrom(get("/api/v2/traces/" + hex, PROTOBUF))
                    .getField(1)
                    .getLengthDelimitedList()
                    .get(0))
            .getResourceSpans(0));
    JsonNode service =
        MAPPER
            .readTree(get("/api/v2/traces/" + hex, "application/vnd.grafana.llm"))
            .at("/trace/services/0");
    assertThat(service.get("resource").toString()).isEqualTo("{\"zone\":\"new\"}");
    JsonNode span = service.at("/scopes/0/spans/0");
    assertThat(span.get("attributes").toString()).isEqualTo("{\"a\":7,\"b\":9}");
    assertThat(span.at("/events/0/attributes").toString()).isEqualTo("{\"e\":\"z\"}");
    assertThat(span.get("links").toString()).isEqualTo("[{\"attributes\":{\"k\":\"none\"}}]");

    String query =
        "{ trace:id = \""
            + hex
            + "\" } | select(span.a, span.b, resource.zone, event.e, link.k, link:traceID,"
            + " link:spanID)";
    Map<String, String> selected =
        new TreeMap<>(Map.of("a", "7", "b", "9", "zone", "new", "e", "z", "k", "none"));
    JsonNode found = json("/api/search?q=" + encoded(query));
    Map<String, String> inJson = new TreeMap<>();
    found
        .at("/traces/0/spanSet/spans/0/attributes")
        .forEach(one ->
            inJson.put(one.get("key").asText(), one.get("value").elements().next().asText()));
    assertThat(inJson).isEqualTo(selected);
    assertThat(selected(SearchResponse.parseFrom(get("/api/search?q=" + encoded(query), PROTOBUF))))
        .isEqualTo(selected);
    assertThat(selected(streamed(query))).isEqualTo(selected);

    for (String wrong :
        new String[] {
          "span.a = \"x\"",
          "span.b = \"s\"",
          "resource.zone = \"old\"",
          "event.e = 1",
          "link:traceID != nil",
          "link:spanID != nil",
          "link:traceID = \"0\""
        }) {
      String q = "{ trace:id = \"" + hex + "\" && " + wrong + " }";
      assertThat(json("/api/search?q=" + encoded(q)).get("traces")).as(q).isEmpty();
    }
    assertThat(values("/api/v2/search/tag/span.a/values")).isEqualTo("int 7 ");
    assertThat(values("/api/v2/search/tag/span.b/values")).isEqualTo("int 9 ");
    assertThat(json("/api/search/tag/b/values").get("tagValues").toString()).isEqualTo("[\"9\"]");
    JsonNode series =
        json("/api/metrics/query?q="
                + encoded("{ trace:id = \"" + hex + "\" } | count_over_time() by (span.a, span.b)")
                + "&start="
                + (Spans.START - 1)
                + "&end="
                + (Spans.START + 1_000_000_000L))
            .get("series");
    assertThat(series).hasSize(1);
    assertThat(series.at("/0/labels").toString())
        .isEqualTo(
            "[{\"key\":\"span.a\",\"value\":{\"intValue\":\"7\"}},"
                + "{\"key\":\"span.b\",\"value\":{\"intValue\":\"9\"}}]");
  }

  private static void assertTrace(JsonNode resourceSpans) {
    assertThat(resourceSpans.at("/resource/attributes").toString())
        .isEqualTo("[{\"key\":\"zone\",\"value\":{\"stringValue\":\"new\"}}]");
    JsonNode span = resourceSpans.at("/scopeSpans/0/spans/0");
    assertThat(span.get("attributes"))
        .extracting(JsonNode::toString)
        .containsExactlyInAnyOrder(
            "{\"key\":\"a\",\"value\":{\"intValue\":\"7\"}}",
            "{\"key\":\"b\",\"value\":{\"intValue\":\"9\"}}");
    assertThat(span.at("/events/0/attributes").toString())
        .isEqualTo("[{\"key\":\"e\",\"value\":{\"stringValue\":\"z\"}}]");
    assertThat(span.get("links").toString())
        .isEqualTo("[{\"attributes\":[{\"key\":\"k\",\"value\":{\"stringValue\":\"none\"}}]}]");
  }

  private static void assertTrace(ResourceSpans resourceSpans) {
    assertThat(resourceSpans.getResource().getAttributesList())
        .containsExactly(Spans.text("zone", "new"));
    Span span = resourceSpans.getScopeSpans(0).getSpans(0);
    assertThat(span.getAttributesList())
        .containsExactlyInAnyOrder(Spans.number("a", 7), Spans.number("b", 9));
    assertThat(span.getEvents(0).getAttributesList()).containsExactly(Spans.text("e", "z"));
    assertThat(span.getLinksList())
        .containsExactly(Span.Link.newBuilder().addAttributes(Spans.text("k", "none")).build());
  }

  private static Map<String, String> selected(SearchResponse found) {
    Map<String, String> values = new TreeMap<>();
    found
        .getTraces(0)
        .getSpanSet()
        .getSpans(0)
        .getAttributesList()
        .forEach(pair -> {
          AnyValue value = pair.getValue();
          values.put(
              pair.getKey(),
              value.hasIntValue() ? Long.toString(value.getIntValue()) : value.getStringValue());
        });
    return values;
  }

  private static SearchResponse streamed(String query) throws InterruptedException {
    URI url = server.httpUrl();
    ManagedChannel channel =
        NettyChannelBuilder.forAddress(url.getHost(), url.getPort()).usePlaintext().build();
    try {
      List<SearchResponse> messages = new ArrayList<>();
      StreamingQuerierGrpc.newBlockingStub(channel)
          .search(SearchRequest.newBuilder().setQuery(query).build())
          .forEachRemaining(messages::add);
      return messages.stream()
          .filter(message -> message.getTracesCount() > 0)
          .findFirst()
          .orElseThrow();
    } finally {
      channel.shutdownNow().awaitTermination(10, TimeUnit.SECONDS);
    }
  }

  private static String values(String path) throws Exception {
    StringBuilder values = new StringBuilder();
    for (JsonNode value : json(path).get("tagValues")) {
      values.append(value.get("type").asText()).append(' ');
      values.append(value.get("value").asText()).append(' ');
    }
    return values.toString();
  }

  @Test
  void everyFormSaysTheSame() throws Exception {
    TraceId first = new TraceId(21, 1);
    TraceId second = new TraceId(21, 2);
    assertThat(post(asProtobuf(first), "application/x-protobuf").body()).isEmpty();
    assertThat(new String(post(asJson(second), "application/json").body(), StandardCharsets.UTF_8))
        .isEqualTo("{}");
    for (int look = 0; look < 2; look++) {
      assertOneMeaning(first);
      assertOneMeaning(second);
      CLIENT.send(
          HttpRequest.newBuilder(server.httpUrl().resolve("/flush")).build(),
          HttpResponse.BodyHandlers.discarding());
    }
  }

  // ---- what is refused

  private static ByteString bytes(int length, int each) {
    byte[] bytes = new byte[length];
    java.util.Arrays.fill(bytes, (byte) each);
    return ByteString.copyFrom(bytes);
  }

  private static double discarded(String reason) throws Exception {
    String name =
        "tempo_discarded_spans_total{reason=\"" + reason + "\",tenant=\"single-tenant\"} ";
    for (String line :
        new String(get("/metrics", "text/plain"), StandardCharsets.UTF_8).split("\n")) {
      if (line.startsWith(name)) {
        return Double.parseDouble(line.substring(name.length()));
      }
    }
    return 0;
  }

  @Test
  void everyReasonIsToldAndCounted() throws Exception {
    TraceId trace = new TraceId(22, 1);
    ExportTraceServiceRequest request =
        Spans.request(
            "service",
            List.of(
                Spans.span(trace, 1, 0).build(),
                Spans.span(trace, 2, 0).setTraceId(bytes(8, 1)).build(),
                Spans.span(trace, 3, 0).setTraceId(bytes(16, 0)).build(),
                Spans.span(trace, 4, 0).clearTraceId().build(),
                Spans.span(trace, 5, 0).setSpanId(bytes(7, 1)).build(),
                Spans.span(trace, 6, 0).setSpanId(bytes(8, 0)).build(),
                Spans.span(trace, 7, 0).setParentSpanId(bytes(16, 1)).build()));

    var partial =
        ExportTraceServiceResponse.parseFrom(
                post(request.toByteArray(), "application/x-protobuf").body())
            .getPartialSuccess();

    assertThat(partial.getRejectedSpans()).isEqualTo(6);
    assertThat(partial.getErrorMessage())
        .isEqualTo(
            "trace ids must be 128 bit, received 64 bits (1 spans); trace id is all zeros (1"
                + " spans); trace ids must be 128 bit, received 0 bits (1 spans); span ids must be"
                + " 64 bit, received 56 bits (1 spans); span id is all zeros (1 spans); parent span"
                + " ids must be 64 bit, received 128 bits (1 spans)");
    assertThat(discarded("invalid_trace_id")).isEqualTo(3);
    assertThat(discarded("invalid_span_id")).isEqualTo(2);
    assertThat(discarded("invalid_parent_span_id")).isEqualTo(1);

    // A request that nobody understands: the spans that can be counted in it.
    byte[] torn = request.toByteArray();
    HttpResponse<byte[]> refused =
        CLIENT.send(
            HttpRequest.newBuilder(server.otlpHttpUrl().orElseThrow().resolve("/v1/traces"))
                .header("Content-Type", "application/x-protobuf")
                .POST(HttpRequest.BodyPublishers.ofByteArray(torn, 0, torn.length - 1))
                .build(),
            HttpResponse.BodyHandlers.ofByteArray());
    assertThat(refused.statusCode()).isEqualTo(400);
    assertThat(
            json("/api/v2/traces/" + trace.toHex()).at("/trace/resourceSpans/0/scopeSpans/0/spans"))
        .hasSize(1);
  }
}
