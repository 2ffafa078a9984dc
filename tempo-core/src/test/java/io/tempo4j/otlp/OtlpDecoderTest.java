package io.tempo4j.otlp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnknownFieldSet;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.ArrayValue;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.ScopeSpans;
import io.opentelemetry.proto.trace.v1.Span;
import io.tempo4j.head.Head;
import io.tempo4j.testkit.RandomRequests;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The decoder on bytes that are not what they should be; a head is the sink. */
class OtlpDecoderTest {

  private final Head head = new Head("test", 100);

  private Head.Appended append(byte[] bytes) throws Exception {
    return head.append(bytes, 0, bytes.length);
  }

  private static ExportTraceServiceRequest request(Span... spans) {
    ScopeSpans.Builder scope = ScopeSpans.newBuilder();
    for (Span span : spans) {
      scope.addSpans(span);
    }
    return ExportTraceServiceRequest.newBuilder()
        .addResourceSpans(ResourceSpans.newBuilder().addScopeSpans(scope))
        .build();
  }

  private static Span.Builder span(int traceIdBytes, int spanIdBytes, int parentBytes) {
    byte[] ones = new byte[40];
    java.util.Arrays.fill(ones, (byte) 1);
    return Span.newBuilder()
        .setTraceId(ByteString.copyFrom(ones, 0, traceIdBytes))
        .setSpanId(ByteString.copyFrom(ones, 0, spanIdBytes))
        .setParentSpanId(ByteString.copyFrom(ones, 0, parentBytes))
        .setName("x");
  }

  @ParameterizedTest
  @CsvSource({
    "15, 8, 0, 'trace ids must be 128 bit, received 120 bits (1 spans)'",
    "0, 8, 0, 'trace ids must be 128 bit, received 0 bits (1 spans)'",
    "32, 8, 0, 'trace ids must be 128 bit, received 256 bits (1 spans)'",
    "16, 7, 0, 'span ids must be 64 bit, received 56 bits (1 spans)'",
    "16, 0, 0, 'span ids must be 64 bit, received 0 bits (1 spans)'",
    "16, 8, 16, 'parent span ids must be 64 bit, received 128 bits (1 spans)'"
  })
  void dropsASpanWithAnIdOfWrongLengthAndKeepsTheOthers(
      int trace, int span, int parent, String message) throws Exception {
    byte[] bytes =
        request(
                span(16, 8, 0).build(),
                span(trace, span, parent)
                    .addEvents(Span.Event.newBuilder().setName("lost"))
                    .addAttributes(KeyValue.newBuilder().setKey("lost"))
                    .build(),
                span(16, 8, 8).setName("y").setKindValue(2).build())
            .toByteArray();
    Head.Appended appended = append(bytes);
    assertThat(appended.acceptedSpans()).isEqualTo(2);
    RejectionReason reason =
        trace != 16
            ? RejectionReason.INVALID_TRACE_ID
            : span != 8 ? RejectionReason.INVALID_SPAN_ID : RejectionReason.INVALID_PARENT_SPAN_ID;
    assertThat(appended.rejectedSpans()).isEqualTo(Map.of(reason, 1));
    assertThat(appended.message()).isEqualTo(message);
    assertThat(head.spanCount()).isEqualTo(2);
  }

  @Test
  void dropsSpansWhoseIdsAreAllZero() throws Exception {
    byte[] bytes =
        request(
                span(16, 8, 0).setTraceId(ByteString.copyFrom(new byte[16])).build(),
                span(16, 8, 0).setSpanId(ByteString.copyFrom(new byte[8])).build())
            .toByteArray();
    assertThat(append(bytes).message())
        .isEqualTo("trace id is all zeros (1 spans); span id is all zeros (1 spans)");
  }

  @Test
  void everyTruncationFailsOrIsAShorterRequestAndLeavesNothingVisibleWhenItFails()
      throws Exception {
    byte[] whole = new RandomRequests(7).next().toByteArray();
    for (int length = 0; length < whole.length; length++) {
      Head fresh = new Head("test", 100);
      try {
        fresh.append(whole, 0, length);
      } catch (MalformedOtlpException e) {
        assertThat(e.getMessage()).startsWith("malformed OTLP message at byte ");
        assertThat(e.offset()).isBetween(0L, (long) length);
        assertThat(fresh.spanCount()).isZero();
        assertThat(fresh.view().rowGroups()).isEmpty();
      }
    }
  }

  @Test
  void randomAndMutatedBytesOnlyEverGiveMalformedOtlpException() throws Exception {
    long seed = 20261122;
    Random random = new Random(seed);
    for (int round = 0; round < 3000; round++) {
      byte[] bytes;
      if (round % 3 == 0) {
        bytes = new byte[random.nextInt(200)];
        random.nextBytes(bytes);
      } else {
        bytes = new RandomRequests(random.nextLong()).next().toByteArray();
        for (int flips = 1 + random.nextInt(4); flips > 0 && bytes.length > 0; flips--) {
          bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
        }
      }
      int before = head.spanCount();
      try {
        append(bytes);
      } catch (MalformedOtlpException e) {
        assertThat(head.spanCount()).as("seed %d round %d", seed, round).isEqualTo(before);
      }
    }
    assertThat(head.view().rowGroups()).isNotEmpty();
  }

  @Test
  void skipsFieldsThatNobodyKnows() throws Exception {
    UnknownFieldSet unknown =
        UnknownFieldSet.newBuilder()
            .addField(
                999,
                UnknownFieldSet.Field.newBuilder()
                    .addVarint(1L << 63)
                    .addFixed32(7)
                    .addFixed64(8)
                    .addLengthDelimited(ByteString.copyFromUtf8("later"))
                    .addGroup(UnknownFieldSet.newBuilder().build())
                    .build())
            .build();
    Span span = span(16, 8, 0).setUnknownFields(unknown).build();
    byte[] bytes = request(span).toBuilder().setUnknownFields(unknown).build().toByteArray();
    assertThat(append(bytes).acceptedSpans()).isEqualTo(1);
  }

  @Test
  void findsAResourceThatStandsBehindItsSpans() throws Exception {
    byte[] spansFirst =
        ResourceSpans.newBuilder()
            .addScopeSpans(ScopeSpans.newBuilder().addSpans(span(16, 8, 0)))
            .build()
            .toByteArray();
    ResourceSpans owner =
        ResourceSpans.newBuilder()
            .setResource(
                io.opentelemetry.proto.resource.v1.Resource.newBuilder()
                    .addAttributes(
                        KeyValue.newBuilder()
                            .setKey("service.name")
                            .setValue(AnyValue.newBuilder().setStringValue("late"))))
            .build();
    byte[] joined = concat(spansFirst, owner.toByteArray());
    byte[] bytes = concat(new byte[] {0x0a, (byte) joined.length}, joined);
    append(bytes);
    assertThat(
            head.view().table(io.tempo4j.column.Table.RESOURCE).keys().stream()
                .map(io.tempo4j.column.ColumnKey::name))
        .containsExactly("service.name");
  }

  @Test
  void refusesValuesNestedWithoutEnd() {
    AnyValue value = AnyValue.newBuilder().setIntValue(1).build();
    for (int depth = 0; depth < 90; depth++) {
      value = AnyValue.newBuilder().setArrayValue(ArrayValue.newBuilder().addValues(value)).build();
    }
    Span span = span(16, 8, 0).addAttributes(KeyValue.newBuilder().setValue(value)).build();
    assertThatThrownBy(() -> append(request(span).toByteArray()))
        .isInstanceOf(MalformedOtlpException.class)
        .hasMessageContaining("nested deeper than 64");
  }

  @Test
  void takesTextInsideAnArrayThatIsNotUtf8() throws Exception {
    byte[] valid =
        request(
                span(16, 8, 0)
                    .addAttributes(
                        KeyValue.newBuilder()
                            .setKey("k")
                            .setValue(
                                AnyValue.newBuilder()
                                    .setArrayValue(
                                        ArrayValue.newBuilder()
                                            .addValues(
                                                AnyValue.newBuilder().setStringValue("QQ")))))
                    .build())
            .toByteArray();
    int at = new String(valid, java.nio.charset.StandardCharsets.ISO_8859_1).indexOf("QQ");
    valid[at] = (byte) 0xff;
    assertThat(append(valid).acceptedSpans()).isEqualTo(1);
  }

  private static byte[] concat(byte[] first, byte[] second) {
    byte[] joined = java.util.Arrays.copyOf(first, first.length + second.length);
    System.arraycopy(second, 0, joined, first.length, second.length);
    return joined;
  }
}
