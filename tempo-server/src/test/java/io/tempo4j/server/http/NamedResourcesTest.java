package io.tempo4j.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.TracesData;
import java.io.IOException;
import org.junit.jupiter.api.Test;

class NamedResourcesTest {

  /** {@code traces} with a name for every resource without attributes, by the protobuf library. */
  static TracesData named(TracesData traces) {
    TracesData.Builder named = traces.toBuilder();
    for (ResourceSpans.Builder spans : named.getResourceSpansBuilderList()) {
      if (spans.getResource().getAttributesCount() == 0) {
        spans
            .getResourceBuilder()
            .addAttributes(
                KeyValue.newBuilder()
                    .setKey("service.name")
                    .setValue(AnyValue.newBuilder().setStringValue("unknown_service")));
      }
    }
    return named.build();
  }

  @Test
  void namesResourcesWithoutAttributesAndChangesNothingElse() throws IOException {
    for (int seed = 0; seed < 200; seed++) {
      TracesData traces = new RandomTraces(seed).traces(seed % 4);

      byte[] bytes = NamedResources.in(traces.toByteArray());

      assertThat(TracesData.parseFrom(bytes)).as("seed %d", seed).isEqualTo(named(traces));
    }
  }

  @Test
  void namesSpansWithoutAnyResource() throws IOException {
    TracesData traces =
        TracesData.newBuilder()
            .addResourceSpans(ResourceSpans.newBuilder().setSchemaUrl("s".repeat(300)))
            .build();

    assertThat(TracesData.parseFrom(NamedResources.in(traces.toByteArray())))
        .isEqualTo(named(traces));
  }

  @Test
  void leavesNamedTracesAsTheyAre() throws IOException {
    byte[] bytes = named(new RandomTraces(1).traces(5)).toByteArray();

    assertThat(NamedResources.in(bytes)).isSameAs(bytes);
  }
}
