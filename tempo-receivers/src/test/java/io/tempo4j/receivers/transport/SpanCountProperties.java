package io.tempo4j.receivers.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.resource.v1.Resource;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.ScopeSpans;
import io.opentelemetry.proto.trace.v1.Span;
import io.tempo4j.receivers.ByteSlice;
import io.tempo4j.receivers.FakeIngest;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** The count of spans in a refused message. */
final class SpanCountProperties {

  @Property
  void countsWhatAParserWouldFind(@ForAll long seed) {
    ExportTraceServiceRequest request = request(new Random(seed));
    assertThat(SpanCount.of(ByteSlice.of(request.toByteArray())))
        .isEqualTo(FakeIngest.spanCount(request));
  }

  @Property
  void damagedMessagesCountNoMoreThanTheirBytes(@ForAll long seed, @ForAll byte[] noise) {
    Random random = new Random(seed);
    byte[] bytes = request(random).toByteArray();
    for (int i = 0; i < noise.length && bytes.length > 0; i++) {
      bytes[random.nextInt(bytes.length)] = noise[i];
    }
    int length = random.nextInt(bytes.length + 1);
    assertThat(SpanCount.of(new ByteSlice(bytes, bytes.length - length, length)))
        .isBetween(0, length);
    assertThat(SpanCount.of(ByteSlice.of(noise))).isBetween(0, noise.length);
  }

  private static ExportTraceServiceRequest request(Random random) {
    ExportTraceServiceRequest.Builder request = ExportTraceServiceRequest.newBuilder();
    for (int r = random.nextInt(4); r > 0; r--) {
      ResourceSpans.Builder resource =
          ResourceSpans.newBuilder()
              .setSchemaUrl("schema")
              .setResource(Resource.newBuilder().setDroppedAttributesCount(random.nextInt()));
      for (int s = random.nextInt(4); s > 0; s--) {
        ScopeSpans.Builder scope = ScopeSpans.newBuilder().setSchemaUrl("x".repeat(s * 60));
        for (int i = random.nextInt(5); i > 0; i--) {
          scope.addSpans(Span.newBuilder().setName("s".repeat(random.nextInt(200))));
        }
        resource.addScopeSpans(scope);
      }
      request.addResourceSpans(resource);
    }
    return request.build();
  }
}
