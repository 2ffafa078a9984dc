package io.tempo4j.server.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.protobuf.ByteString;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.ArrayValue;
import io.opentelemetry.proto.common.v1.InstrumentationScope;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.common.v1.KeyValueList;
import io.opentelemetry.proto.resource.v1.Resource;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.ScopeSpans;
import io.opentelemetry.proto.trace.v1.Span;
import io.opentelemetry.proto.trace.v1.Status;
import io.opentelemetry.proto.trace.v1.TracesData;
import io.tempo4j.otlp.MalformedOtlpException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class LlmJsonTest {

  private static final ObjectMapper MAPPER = new ObjectMapper();

  private static KeyValue.Builder key(String key) {
    return KeyValue.newBuilder().setKey(key);
  }

  private static AnyValue.Builder value() {
    return AnyValue.newBuilder();
  }

  private static ByteString bytes(String hex) {
    return ByteString.copyFrom(HexFormat.of().parseHex(hex));
  }

  private static TracesData one(Span.Builder span) {
    return TracesData.newBuilder()
        .addResourceSpans(
            ResourceSpans.newBuilder()
                .setResource(
                    Resource.newBuilder()
                        .addAttributes(
                            key("service.name").setValue(value().setStringValue("checkout")))
                        .addAttributes(key("host.cpus").setValue(value().setIntValue(4))))
                .addScopeSpans(
                    ScopeSpans.newBuilder()
                        .setScope(InstrumentationScope.newBuilder().setName("lib").setVersion("1"))
                        .addSpans(span)))
        .build();
  }

  /** The fields are those of Tempo's form, and nothing else is there. */
  @Test
  void traceIsServicesWithScopesWithSpans() throws IOException {
    TracesData traces =
        one(
            Span.newBuilder()
                .setTraceId(bytes("0102030405060708090a0b0c0d0e0f10"))
                .setSpanId(bytes("1112131415161718"))
                .setParentSpanId(bytes("2122232425262728"))
                .setTraceState("a=b")
                .setFlags(1)
                .setName("GET /")
                .setKindValue(2)
                .setStartTimeUnixNano(1_000_000_000)
                .setEndTimeUnixNano(2_500_500_000L)
                .addAttributes(key("z").setValue(value().setBoolValue(false)))
                .addAttributes(key("a").setValue(value().setIntValue(Long.MAX_VALUE)))
                .addAttributes(key("d").setValue(value().setDoubleValue(1.5)))
                .addAttributes(key("b").setValue(value().setBytesValue(bytes("00ff"))))
                .addAttributes(key("n").setValue(value()))
                .addAttributes(
                    key("l")
                        .setValue(
                            value()
                                .setArrayValue(
                                    ArrayValue.newBuilder()
                                        .addValues(value().setStringValue("x"))
                                        .addValues(value().setIntValue(-1)))))
                .addAttributes(
                    key("m")
                        .setValue(
                            value()
                                .setKvlistValue(
                                    KeyValueList.newBuilder()
                                        .addValues(
                                            key("k").setValue(value().setStringValue("v"))))))
                .addEvents(
                    Span.Event.newBuilder()
                        .setName("exception")
                        .setTimeUnixNano(1_500_000_000)
                        .addAttributes(key("e").setValue(value().setStringValue("\"quoted\""))))
                .addLinks(
                    Span.Link.newBuilder()
                        .setTraceId(bytes("a1a2a3a4a5a6a7a8a9aaabacadaeafb0"))
                        .setSpanId(bytes("b1b2b3b4b5b6b7b8")))
                .setStatus(Status.newBuilder().setCodeValue(2).setMessage("boom")));

    String json =
        new String(LlmJson.of(traces.toByteArray(), "").toByteArray(), StandardCharsets.UTF_8);

    assertThat(json)
        .isEqualTo(
            """
            {"trace":{"traceId":"0102030405060708090a0b0c0d0e0f10","services":[{\
            "serviceName":"checkout","resource":{"host.cpus":4},"scopes":[{\
            "name":"lib","version":"1","spans":[{\
            "spanId":"1112131415161718","name":"GET /","parentSpanId":"2122232425262728",\
            "kind":"SPAN_KIND_SERVER","startTimeUnixNano":"1000000000",\
            "endTimeUnixNano":"2500500000","durationMs":1500.5,\
            "attributes":{"a":9223372036854775807,"b":"00ff","d":1.5,"l":["x",-1],\
            "m":{"k":"v"},"n":null,"z":false},\
            "events":[{"name":"exception","timeUnixNano":"1500000000",\
            "attributes":{"e":"\\"quoted\\""}}],\
            "links":[{"traceId":"a1a2a3a4a5a6a7a8a9aaabacadaeafb0","spanId":"b1b2b3b4b5b6b7b8"}],\
            "status":{"code":"STATUS_CODE_ERROR","message":"boom"}}]}]}]},\
            "status":"COMPLETE"}\
            """);
  }

  @Test
  void whatIsNotThereIsLeftOut() {
    byte[] json =
        LlmJson.of(one(Span.newBuilder().setName("x")).toByteArray(), "why").toByteArray();

    assertThat(new String(json, StandardCharsets.UTF_8))
        .endsWith(
            """
            "spans":[{"spanId":"","name":"x","status":{"code":"STATUS_CODE_UNSET","message":""}}]}\
            ]}]},"status":"PARTIAL","message":"why"}\
            """);
    assertThat(LlmJson.of(new byte[0], "").toByteArray()).asString().isEqualTo("{}");
  }

  @Property(tries = 200)
  void everySpanIsThereWithItsAttributes(
      @ForAll long seed, @ForAll @IntRange(min = 1, max = 3) int resources) throws IOException {
    TracesData traces = new RandomTraces(seed).traces(resources);

    JsonNode json = MAPPER.readTree(LlmJson.of(traces.toByteArray(), "").toByteArray());

    assertThat(LlmJson.of(traces.toByteArray(), "").toByteArray())
        .isEqualTo(LlmJson.of(traces.toByteArray(), "").toByteArray());
    for (int i = 0; i < resources; i++) {
      ResourceSpans resource = traces.getResourceSpans(i);
      JsonNode service = json.path("trace").path("services").path(i);
      for (int j = 0; j < resource.getScopeSpansCount(); j++) {
        ScopeSpans scope = resource.getScopeSpans(j);
        JsonNode spans = service.path("scopes").path(j).path("spans");
        assertThat(spans).hasSize(scope.getSpansCount());
        for (int k = 0; k < scope.getSpansCount(); k++) {
          Span span = scope.getSpans(k);
          assertThat(spans.path(k).path("name").asText()).isEqualTo(span.getName());
          assertThat(spans.path(k).path("attributes").size())
              .isEqualTo(
                  (int) span.getAttributesList().stream().map(KeyValue::getKey).distinct().count());
          assertThat(spans.path(k).path("events").size()).isEqualTo(span.getEventsCount());
          assertThat(spans.path(k).path("links").size()).isEqualTo(span.getLinksCount());
        }
      }
    }
  }

  @Test
  void hostileBytesAreRefused() {
    byte[] whole = new RandomTraces(7).traces(2).toByteArray();
    for (int length = 1; length < whole.length; length++) {
      byte[] part = Arrays.copyOf(whole, length);
      try {
        assertThat(LlmJson.of(part, "").toByteArray()).isNotEmpty();
      } catch (UncheckedIOException e) {
        assertThat(e).hasCauseInstanceOf(MalformedOtlpException.class);
      }
    }
    AnyValue deep = AnyValue.getDefaultInstance();
    for (int i = 0; i < 300; i++) {
      deep = value().setArrayValue(ArrayValue.newBuilder().addValues(deep)).build();
    }
    byte[] nested = one(Span.newBuilder().addAttributes(key("deep").setValue(deep))).toByteArray();
    assertThatThrownBy(() -> LlmJson.of(nested, "").toByteArray())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("nested too deeply");
  }
}
