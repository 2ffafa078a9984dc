package io.tempo4j.column;

import static org.assertj.core.api.Assertions.assertThat;

import io.tempo4j.collect.StringInterner;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Chunks of texts that are too long to be copied before they are written. */
class LargeStringsTest {

  @ParameterizedTest
  @ValueSource(ints = {2, 60, 256})
  void areTheSameThroughADrainAndComeBack(int alphabet) throws Exception {
    Random random = new Random(alphabet);
    StringInterner texts = new StringInterner();
    int[] codes = new int[200];
    for (int i = 0; i < codes.length; i++) {
      byte[] text = new byte[1 + random.nextInt(60_000)];
      for (int at = 0; at < text.length; at++) {
        text[at] = (byte) random.nextInt(alphabet);
      }
      codes[i] = i % 7 == 3 ? codes[i - 1] : texts.intern(text, 0, text.length);
    }
    Dictionary dictionary = texts.dictionary();
    ByteSink whole = new ByteSink();
    ByteArrayOutputStream drained = new ByteArrayOutputStream();
    int[] largest = {0};
    ByteSink draining =
        new ByteSink(
            16,
            (bytes, offset, length) -> {
              largest[0] = Math.max(largest[0], length);
              drained.write(bytes, offset, length);
            });
    try (ChunkContext context = new ChunkContext()) {
      new ChunkWriter(context).strings(codes, codes.length, dictionary, whole);
    }
    try (ChunkContext context = new ChunkContext()) {
      new ChunkWriter(context).strings(codes, codes.length, dictionary, draining);
    }
    assertThat(draining.totalBytes()).isEqualTo(whole.size());
    draining.flush();
    assertThat(drained.toByteArray()).isEqualTo(whole.toByteArray());
    assertThat(largest[0]).isLessThan(200_000);

    byte[] chunk = drained.toByteArray();
    StringColumn column =
        ChunkReader.strings(new ByteSource(chunk, 0, chunk.length, "", 0), codes.length, null);
    for (int i = 0; i < codes.length; i++) {
      int code = column.code(i);
      int from = column.dictionary().offset(code);
      byte[] read =
          Arrays.copyOfRange(
              column.dictionary().bytes(code), from, from + column.dictionary().length(code));
      assertThat(dictionary.equalTo(codes[i], read)).isTrue();
    }
  }
}
