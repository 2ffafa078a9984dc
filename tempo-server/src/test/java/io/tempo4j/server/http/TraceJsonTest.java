package io.tempo4j.server.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.opentelemetry.proto.trace.v1.TracesData;
import io.tempo4j.otlp.MalformedOtlpException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class TraceJsonTest {

  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final ObjectMapper SORTED =
      JsonMapper.builder()
          .enable(
              SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS, SerializationFeature.INDENT_OUTPUT)
          .build();

  @Property(tries = 300)
  void jsonIsTheProtobufMappingOfTheMessage(
      @ForAll long seed, @ForAll @IntRange(max = 3) int resources) throws IOException {
    TracesData traces = new RandomTraces(seed).traces(resources);

    JsonNode version1 = MAPPER.readTree(TraceJson.version1(traces.toByteArray()).toByteArray());
    JsonNode version2 = MAPPER.readTree(TraceJson.version2(traces.toByteArray(), "").toByteArray());

    JsonNode expected = ProtobufJson.of(traces);
    assertThat(sorted(version1.path("batches")))
        .isEqualTo(sorted(withArray(expected.path("resourceSpans"))));
    if (resources > 0) {
      assertThat(version2.path("trace").path("resourceSpans")).isEqualTo(version1.path("batches"));
    }
  }

  private static JsonNode withArray(JsonNode node) {
    return node.isMissingNode() ? MAPPER.createArrayNode() : node;
  }

  private static String sorted(JsonNode node) throws IOException {
    return SORTED.writeValueAsString(SORTED.treeToValue(node, Object.class));
  }

  @Test
  void scopeAndStatusAreThereEvenIfTheyWereNotSent() throws IOException {
    String traces =
        """
        {"batches":[{"resource":{},"scopeSpans":[{"scope":{},"spans":[{"status":{}}]}]}]}\
        """;
    byte[] wire = {0x0a, 0x04, 0x12, 0x02, 0x12, 0x00};

    assertThat(new String(TraceJson.version1(wire).toByteArray(), StandardCharsets.UTF_8))
        .isEqualTo(traces);
  }

  @Test
  void emptyTraceOfVersion2IsAnEmptyObject() {
    assertThat(
            new String(TraceJson.version2(new byte[0], "").toByteArray(), StandardCharsets.UTF_8))
        .isEqualTo("{\"trace\":{},\"metrics\":{}}");
  }

  @Test
  void unknownFieldsAreSkipped() throws IOException {
    byte[] wire = {0x0a, 0x00, (byte) 0xba, 0x3e, 0x01, 0x55, (byte) 0xc5, 0x3e, 1, 2, 3, 4};

    ObjectNode json = (ObjectNode) MAPPER.readTree(TraceJson.version1(wire).toByteArray());

    assertThat(json.path("batches")).hasSize(1);
  }

  @Test
  void truncatedMessagesAreRefusedOrStillJson() {
    byte[] whole = new RandomTraces(7).traces(2).toByteArray();
    for (int length = 0; length < whole.length; length++) {
      byte[] part = Arrays.copyOf(whole, length);
      try {
        assertThat(TraceJson.version1(part).toByteArray()).isNotEmpty();
      } catch (UncheckedIOException e) {
        assertThat(e).hasCauseInstanceOf(MalformedOtlpException.class);
      }
    }
    assertThatThrownBy(() -> TraceJson.version1(new byte[] {0x0a, 0x05}).toByteArray())
        .hasCauseInstanceOf(MalformedOtlpException.class);
  }

  @Test
  void malformedTextIsReplaced() throws IOException {
    byte[] wire = {0x0a, 0x04, 0x1a, 0x02, (byte) 0xff, 'a'};

    JsonNode json = MAPPER.readTree(TraceJson.version1(wire).toByteArray());

    assertThat(json.path("batches").path(0).path("schemaUrl").asText()).isEqualTo("\ufffda");
  }
}
