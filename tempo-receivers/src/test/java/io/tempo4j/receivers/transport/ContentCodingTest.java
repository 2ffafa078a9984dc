package io.tempo4j.receivers.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdCompressCtx;
import io.tempo4j.receivers.ByteSlice;
import io.tempo4j.receivers.InFlightFixture;
import io.tempo4j.receivers.RequestOutcome;
import io.tempo4j.receivers.RequestRefusedException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.Random;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.GZIPOutputStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

/** Decompression, sound and hostile. */
final class ContentCodingTest {

  private static final int MAX_BYTES = 1 << 20;

  @Property(tries = 100)
  void everyCodingGivesBackWhatWasCompressed(
      @ForAll long seed, @ForAll @IntRange(max = 200_000) int length) throws Exception {
    byte[] plain = compressible(seed, length);
    for (ContentCoding coding : ContentCoding.values()) {
      assertThat(decode(coding, compress(coding, plain))).as(coding.name()).isEqualTo(plain);
    }
    assertThat(decode(ContentCoding.DEFLATE, bareDeflate(plain))).isEqualTo(plain);
  }

  @Property(tries = 500)
  void damagedInputIsRefusedOrStaysBounded(@ForAll long seed) throws Exception {
    Random random = new Random(seed);
    byte[] plain = compressible(seed, 1 + random.nextInt(20_000));
    for (ContentCoding coding : ContentCoding.values()) {
      byte[] damaged = compress(coding, plain);
      damaged[random.nextInt(damaged.length)] = (byte) random.nextInt();
      damaged = Arrays.copyOf(damaged, 1 + random.nextInt(damaged.length));
      try {
        assertThat(decode(coding, damaged).length).isLessThanOrEqualTo(MAX_BYTES);
      } catch (RequestRefusedException e) {
        assertThat(e.outcome()).isIn(RequestOutcome.INVALID, RequestOutcome.TOO_LARGE);
      }
    }
  }

  @Test
  void largestOutputFitsAndOneByteMoreDoesNot() throws Exception {
    for (ContentCoding coding : new ContentCoding[] {ContentCoding.GZIP, ContentCoding.ZSTD}) {
      assertThat(decode(coding, compress(coding, new byte[MAX_BYTES]))).hasSize(MAX_BYTES);
      assertThatThrownBy(() -> decode(coding, compress(coding, new byte[MAX_BYTES + 1])))
          .isInstanceOfSatisfying(
              RequestRefusedException.class,
              e -> assertThat(e.outcome()).isEqualTo(RequestOutcome.TOO_LARGE));
    }
  }

  @Test
  void outputCountsAgainstWhatMayBeInFlight() throws Exception {
    byte[] compressed = compress(ContentCoding.GZIP, new byte[500_000]);
    assertThatThrownBy(() ->
            ContentCoding.GZIP.decode(
                ByteSlice.of(compressed), MAX_BYTES, InFlightFixture.admission(100_000)))
        .isInstanceOfSatisfying(
            RequestRefusedException.class,
            e -> assertThat(e.outcome()).isEqualTo(RequestOutcome.OVERLOADED));
  }

  @Test
  void concatenatedGzipMembersAreOneBody() throws Exception {
    byte[] member = compress(ContentCoding.GZIP, new byte[] {1, 2, 3});
    byte[] both = Arrays.copyOf(member, 2 * member.length);
    System.arraycopy(member, 0, both, member.length, member.length);
    assertThat(decode(ContentCoding.GZIP, both)).containsExactly(1, 2, 3, 1, 2, 3);
  }

  @Test
  void zstdWindowsBeyondWhatHttpAllowsAreRefused() throws Exception {
    // RFC 9659: at most 8 MiB. Such a frame would take 128 MiB to decode.
    byte[] frame;
    try (ZstdCompressCtx context = new ZstdCompressCtx()) {
      context.setLong(27).setContentSize(false);
      frame = context.compress(compressible(1, 9 << 20));
    }
    assertThatThrownBy(() ->
            ContentCoding.ZSTD.decode(ByteSlice.of(frame), 16 << 20, InFlightFixture.admission()))
        .isInstanceOf(RequestRefusedException.class)
        .hasMessageContaining("memory");
  }

  @Test
  void namesAreThoseOfTheHeaders() {
    assertThat(ContentCoding.of(null)).isEqualTo(ContentCoding.IDENTITY);
    assertThat(ContentCoding.of("")).isEqualTo(ContentCoding.IDENTITY);
    assertThat(ContentCoding.of(" GZIP ")).isEqualTo(ContentCoding.GZIP);
    assertThat(ContentCoding.of("gzip, gzip")).isNull();
    assertThat(ContentCoding.of("br")).isNull();
  }

  private static byte[] decode(ContentCoding coding, byte[] bytes) throws RequestRefusedException {
    ByteSlice out =
        coding.decode(
            new ByteSlice(bytes, 0, bytes.length), MAX_BYTES, InFlightFixture.admission());
    return Arrays.copyOfRange(out.array(), out.offset(), out.offset() + out.length());
  }

  private static byte[] compress(ContentCoding coding, byte[] plain) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    switch (coding) {
      case IDENTITY -> out.write(plain);
      case GZIP -> {
        try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
          gzip.write(plain);
        }
      }
      case DEFLATE -> {
        try (DeflaterOutputStream zlib = new DeflaterOutputStream(out)) {
          zlib.write(plain);
        }
      }
      case ZSTD -> out.write(Zstd.compress(plain));
    }
    return out.toByteArray();
  }

  private static byte[] bareDeflate(byte[] plain) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (DeflaterOutputStream deflate =
        new DeflaterOutputStream(out, new Deflater(Deflater.DEFAULT_COMPRESSION, true))) {
      deflate.write(plain);
    }
    return out.toByteArray();
  }

  private static byte[] compressible(long seed, int length) {
    Random random = new Random(seed);
    byte[] bytes = new byte[length];
    for (int i = 0; i < length; i++) {
      bytes[i] = i < 100 || random.nextInt(8) == 0 ? (byte) random.nextInt() : bytes[i - 97];
    }
    return bytes;
  }
}
