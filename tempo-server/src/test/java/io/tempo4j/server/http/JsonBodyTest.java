package io.tempo4j.server.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.SerializableString;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tempo4j.model.TraceId;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.CharRange;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.api.Test;

/** What is written is read again by another library. */
class JsonBodyTest {

  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final SerializableString NAME = JsonBody.name("a \"name\"");

  private static JsonNode written(JsonBody.Content content) throws IOException {
    return MAPPER
        .readTree(
            JsonBody.of(
                    json -> {
                      json.startObject();
                      content.writeTo(json);
                      json.endObject();
                    })
                .toByteArray())
        .path("a \"name\"");
  }

  @Property
  void textsComeBack(
      @ForAll @StringLength(max = 300) @CharRange(from = '\0', to = '\uD7FF') String text)
      throws IOException {
    byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);

    assertThat(written(json -> json.string(NAME, text)).textValue()).isEqualTo(text);
    assertThat(written(json -> json.utf8(NAME, utf8, 0, utf8.length)).textValue()).isEqualTo(text);
  }

  @Property
  void traceIdsAreShown(@ForAll long high, @ForAll long low, @ForAll @IntRange(max = 64) int shift)
      throws IOException {
    for (TraceId id :
        List.of(
            new TraceId(high, low),
            new TraceId(shift == 64 ? 0 : high >>> shift, low),
            new TraceId(0, shift == 64 ? 0 : low >>> shift))) {
      assertThat(written(json -> json.shortHex(NAME, id)).textValue()).isEqualTo(id.toShortHex());
    }
  }

  @Property
  void fieldsAreRepeatedIfTheyAreAtHand(
      @ForAll @StringLength(max = 9000) @CharRange(from = 'a', to = 'z') String text)
      throws IOException {
    JsonNode twice =
        written(json -> {
          json.startArray(NAME);
          json.startObject();
          long from = json.written();
          json.string(NAME, text);
          json.string(JsonBody.name("b"), "c");
          long to = json.written();
          json.endObject();
          json.startObject();
          if (!json.repeat(from, to)) {
            json.string(NAME, text);
            json.string(JsonBody.name("b"), "c");
          }
          json.bool(JsonBody.name("last"), true);
          json.endObject();
          json.endArray();
        });

    assertThat(twice.get(1).path("a \"name\"").textValue()).isEqualTo(text);
    assertThat(twice.get(1).path("last").booleanValue()).isTrue();
    ((ObjectNode) twice.get(1)).remove("last");
    assertThat(twice.get(1)).isEqualTo(twice.get(0));
  }

  @Property
  void bytesComeBack(@ForAll byte[] bytes) throws IOException {
    int from = bytes.length / 3;
    byte[] part = Arrays.copyOfRange(bytes, from, bytes.length);

    assertThat(written(json -> json.base64(NAME, bytes, from, bytes.length)).binaryValue())
        .isEqualTo(part);
    // What is no UTF-8 is replaced as String does it.
    assertThat(written(json -> json.utf8(NAME, bytes, from, bytes.length)).textValue())
        .isEqualTo(new String(part, StandardCharsets.UTF_8));
  }

  @Property
  void numbersComeBack(@ForAll long number, @ForAll double real) throws IOException {
    assertThat(written(json -> json.number(NAME, number)).longValue()).isEqualTo(number);
    assertThat(written(json -> json.signed(NAME, number)).textValue())
        .isEqualTo(Long.toString(number));
    assertThat(written(json -> json.unsigned(NAME, number)).textValue())
        .isEqualTo(Long.toUnsignedString(number));
    assertThat(written(json -> json.hex(NAME, number)).textValue())
        .isEqualTo("%016x".formatted(number));
    assertThat(written(json -> json.real(NAME, real)).doubleValue()).isEqualTo(real);
  }

  @Test
  void extremesComeBack() throws IOException {
    for (long number : new long[] {0, 9, 10, -1, Long.MIN_VALUE, Long.MAX_VALUE}) {
      numbersComeBack(number, number);
    }
    assertThat(written(json -> json.real(NAME, Double.NEGATIVE_INFINITY)).textValue())
        .isEqualTo("-Infinity");
    assertThat(written(json -> json.string(NAME, "lone \uD800")).textValue()).isEqualTo("lone ?");
  }

  @Test
  void documentsAreWrittenInPieces() throws IOException {
    Body document =
        JsonBody.of(json -> {
          json.startObject();
          json.startArray(NAME);
          for (int i = 0; i < 100_000; i++) {
            json.text("x");
          }
          json.text("y".repeat(200_000));
          json.endArray();
          json.endObject();
        });
    LimitedOutput all = new LimitedOutput(Integer.MAX_VALUE);
    document.writeTo(all);

    assertThat(all.writtenBytes()).isEqualTo(document.toByteArray().length);
    assertThat(all.largestPiece()).isLessThan(200_000 + (32 << 10));
    LimitedOutput little = new LimitedOutput(50_000);
    assertThatThrownBy(() -> document.writeTo(little)).isInstanceOf(IOException.class);
    assertThat(little.writtenBytes()).isBetween(1L, 50_000L);
    assertThat(little.largestPiece()).isLessThan(32 << 10);
  }
}
