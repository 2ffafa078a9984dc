package io.tempo4j.column;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class Hash64Test {

  @Test
  void agreesWithPublishedVectors() {
    assertThat(hash("", 0)).isEqualTo(0xEF46DB3751D8E999L);
    assertThat(hash("a", 0)).isEqualTo(0xD24EC4F1A98C6E5BL);
    assertThat(hash("abc", 0)).isEqualTo(0x44BC2CF5AD770999L);
    // The sanity buffer of the xxHash reference implementation.
    byte[] buffer = new byte[101];
    long generator = 2654435761L;
    for (int i = 0; i < buffer.length; i++) {
      buffer[i] = (byte) (generator >>> 56);
      generator *= 0x9E3779B185EBCA8DL;
    }
    long prime = 2654435761L;
    assertThat(Hash64.ofBytes(buffer, 0, 0, 0)).isEqualTo(0xEF46DB3751D8E999L);
    assertThat(Hash64.ofBytes(buffer, 0, 0, prime)).isEqualTo(0xAC75FDA2929B17EFL);
    assertThat(Hash64.ofBytes(buffer, 0, 1, 0)).isEqualTo(0xE934A84ADB052768L);
    assertThat(Hash64.ofBytes(buffer, 0, 1, prime)).isEqualTo(0x5014607643A9B4C3L);
    assertThat(Hash64.ofBytes(buffer, 0, 4, 0)).isEqualTo(0x9136A0DCA57457EEL);
    assertThat(Hash64.ofBytes(buffer, 0, 14, 0)).isEqualTo(0x8282DCC4994E35C8L);
    assertThat(Hash64.ofBytes(buffer, 0, 14, prime)).isEqualTo(0xC3BD6BF63DEB6DF0L);
  }

  @Test
  void rangesAndNumbersHashAsTheirBytes() {
    byte[] bytes =
        "0123456789abcdefghijklmnopqrstuvwxyz0123456789".getBytes(StandardCharsets.UTF_8);
    for (int length = 0; length <= 40; length++) {
      byte[] copy = java.util.Arrays.copyOfRange(bytes, 3, 3 + length);
      assertThat(Hash64.ofBytes(bytes, 3, length, 5)).isEqualTo(Hash64.ofBytes(copy, 0, length, 5));
    }
    long number = 0x0123456789ABCDEFL;
    byte[] little = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(number).array();
    assertThat(Hash64.ofLong(number, 9)).isEqualTo(Hash64.ofBytes(little, 0, 8, 9));
    byte[] id = ByteBuffer.allocate(16).putLong(number).putLong(~number).array();
    assertThat(Hash64.ofTraceId(number, ~number)).isEqualTo(Hash64.ofBytes(id, 0, 16, 0));
  }

  @Test
  void columnsOfOneNameDiffer() {
    ColumnKey text = ColumnKey.attribute(Table.SPAN, "id", ValueType.STRING);
    assertThat(Hash64.ofColumn(text)).isEqualTo(hash("id", 0x110));
    assertThat(Hash64.ofColumn(ColumnKey.attribute(Table.SPAN, "id", ValueType.INT)))
        .isEqualTo(hash("id", 0x111));
    assertThat(Hash64.ofColumn(ColumnKey.attribute(Table.EVENT, "id", ValueType.STRING)))
        .isEqualTo(hash("id", 0x210));
    assertThat(Hash64.ofColumn(Fields.SPAN_NAME)).isEqualTo(hash("name", 0x100));
  }

  private static long hash(String text, long seed) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    return Hash64.ofBytes(bytes, 0, bytes.length, seed);
  }
}
