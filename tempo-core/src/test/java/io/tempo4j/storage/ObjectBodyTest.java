package io.tempo4j.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ObjectBodyTest {

  private static final long SEED = 20_261_122;

  @TempDir Path folder;

  private final Random random = new Random(SEED);
  private final byte[] bytes = new byte[600_000];
  private final List<ObjectBody> bodies = new ArrayList<>();

  @BeforeEach
  void makeBodies() throws IOException {
    System.out.println("ObjectBodyTest seed=" + SEED);
    random.nextBytes(bytes);
    List<ByteBuffer> segments = new ArrayList<>();
    int from = 0;
    while (from < bytes.length) {
      int size = Math.min(bytes.length - from, random.nextInt(100_000));
      segments.add(ByteBuffer.wrap(bytes, from, size));
      from += size;
    }
    bodies.add(ObjectBody.of(bytes));
    bodies.add(ObjectBody.of(segments));
    bodies.add(ObjectBody.of(Files.write(folder.resolve("file"), bytes)));
  }

  @Test
  void canBeReadAgainAndAgain() throws IOException {
    for (ObjectBody body : bodies) {
      for (int i = 0; i < 2; i++) {
        assertThat(body.length()).isEqualTo(bytes.length);
        assertThat(body.toByteArray()).isEqualTo(bytes);
        assertThat(written(body)).isEqualTo(bytes);
      }
    }
  }

  @Test
  void givesSlicesOfSlices() throws IOException {
    for (ObjectBody body : bodies) {
      for (int i = 0; i < 200; i++) {
        int from = random.nextInt(bytes.length);
        int size = random.nextInt(bytes.length - from + 1);
        int innerFrom = random.nextInt(size + 1);
        int innerSize = random.nextInt(size - innerFrom + 1);
        ObjectBody slice = body.slice(from, size).slice(innerFrom, innerSize);
        byte[] expected = Arrays.copyOfRange(bytes, from + innerFrom, from + innerFrom + innerSize);
        assertThat(slice.length()).isEqualTo(innerSize);
        assertThat(Arrays.equals(slice.toByteArray(), expected)).isTrue();
        assertThat(Arrays.equals(written(slice), expected)).isTrue();
      }
    }
  }

  @Test
  void streamsByteByByteAndInPieces() throws IOException {
    for (ObjectBody body : bodies) {
      ObjectBody part = body.slice(100_000, 3_000);
      try (InputStream stream = part.openStream()) {
        ByteArrayOutputStream read = new ByteArrayOutputStream();
        byte[] piece = new byte[700];
        while (true) {
          int one = stream.read();
          if (one < 0) {
            break;
          }
          read.write(one);
          int got = stream.read(piece, 0, random.nextInt(piece.length));
          read.write(piece, 0, Math.max(got, 0));
        }
        assertThat(read.toByteArray()).isEqualTo(Arrays.copyOfRange(bytes, 100_000, 103_000));
        assertThat(stream.read(piece)).isEqualTo(-1);
        assertThat(stream.read(piece, 0, 0)).isZero();
      }
    }
  }

  @Test
  void refusesSlicesOutsideItself() {
    for (ObjectBody body : bodies) {
      for (long[] range : new long[][] {{-1, 1}, {0, 600_001}, {600_001, 0}, {5, Long.MAX_VALUE}}) {
        assertThatThrownBy(() -> body.slice(range[0], range[1]))
            .isInstanceOf(IndexOutOfBoundsException.class);
      }
    }
  }

  @Test
  void doesNotMoveTheCallersBuffers() throws IOException {
    ByteBuffer buffer = ByteBuffer.wrap(bytes, 10, 20);
    ObjectBody body = ObjectBody.of(List.of(buffer));
    buffer.position(15);
    assertThat(body.toByteArray()).isEqualTo(Arrays.copyOfRange(bytes, 10, 30));
    assertThat(buffer.position()).isEqualTo(15);
  }

  @Test
  void aFileThatShrankIsAnError() throws IOException {
    ObjectBody body = bodies.get(2);
    Files.write(folder.resolve("file"), new byte[1_000]);
    assertThatExceptionOfType(EOFException.class)
        .isThrownBy(body::toByteArray)
        .withMessageContaining("ended after 1000 bytes");
    assertThatExceptionOfType(EOFException.class).isThrownBy(() -> written(body));
  }

  private static byte[] written(ObjectBody body) throws IOException {
    ByteArrayOutputStream target = new ByteArrayOutputStream();
    body.writeTo(Channels.newChannel(target));
    return target.toByteArray();
  }
}
