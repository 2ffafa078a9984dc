package io.tempo4j.receivers.transport;

import com.github.luben.zstd.RecyclingBufferPool;
import com.github.luben.zstd.ZstdInputStreamNoFinalizer;
import io.tempo4j.receivers.Admission;
import io.tempo4j.receivers.ByteSlice;
import io.tempo4j.receivers.RequestOutcome;
import io.tempo4j.receivers.RequestRefusedException;
import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.Locale;
import java.util.zip.GZIPInputStream;
import java.util.zip.Inflater;
import java.util.zip.InflaterInputStream;
import org.jspecify.annotations.Nullable;

/**
 * How a body or message is compressed. Decompression never allocates for more than the allowed
 * output, whatever the input claims.
 */
public enum ContentCoding {
  /** Not compressed. */
  IDENTITY,
  /** RFC 1952; concatenated members are one body. */
  GZIP,
  /** RFC 1950 (zlib), and bare RFC 1951 as some clients send it under this name. */
  DEFLATE,
  /** RFC 8878, with windows up to 8 MiB as RFC 9659 allows them over HTTP. */
  ZSTD;

  /** The names in a header that lists what is understood. */
  public static final String NAMES = "gzip, deflate, zstd";

  private static final int MAX_ZSTD_WINDOW_LOG = 23;
  private static final int INPUT_BUFFER_BYTES = 8 << 10;
  private static final int MIN_OUTPUT_BYTES = 1 << 10;
  private static final int EXPECTED_RATIO = 6;

  /**
   * The coding of that name.
   *
   * @param name value of the header, in any case; null or empty for none
   * @return null if there is no such coding here
   */
  public static @Nullable ContentCoding of(@Nullable String name) {
    if (name == null || name.isEmpty()) {
      return IDENTITY;
    }
    return switch (name.strip().toLowerCase(Locale.ROOT)) {
      case "identity" -> IDENTITY;
      case "gzip", "x-gzip" -> GZIP;
      case "deflate", "zlib" -> DEFLATE;
      case "zstd" -> ZSTD;
      default -> null;
    };
  }

  /**
   * Decompresses.
   *
   * @param input what came; not changed
   * @param maxBytes the largest output
   * @param admission counts what is allocated for the output
   * @return the output; {@code input} itself if it is not compressed
   * @throws RequestRefusedException if the input is damaged or truncated, or if the output is
   *     larger than allowed or does not fit into what may be in flight
   */
  public ByteSlice decode(ByteSlice input, int maxBytes, Admission admission)
      throws RequestRefusedException {
    if (this == IDENTITY) {
      return input;
    }
    try (InputStream in = open(input)) {
      return readAll(in, input.length(), maxBytes, admission);
    } catch (IOException e) {
      throw RequestRefusedException.invalid(
          "damaged or truncated "
              + name().toLowerCase(Locale.ROOT)
              + " body of "
              + input.length()
              + " bytes: "
              + cause(e));
    }
  }

  /** Some libraries say nothing where input ends too early. */
  private static String cause(IOException e) {
    if (e instanceof EOFException) {
      return "it ends too early";
    }
    return e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
  }

  private InputStream open(ByteSlice input) throws IOException {
    InputStream in = new ByteArrayInputStream(input.array(), input.offset(), input.length());
    return switch (this) {
      case IDENTITY -> in;
      case GZIP -> new GZIPInputStream(in, INPUT_BUFFER_BYTES);
      case DEFLATE -> new Inflating(in, new Inflater(!startsWithZlibHeader(input)));
      case ZSTD ->
          new ZstdInputStreamNoFinalizer(in, RecyclingBufferPool.INSTANCE)
              .setLongMax(MAX_ZSTD_WINDOW_LOG);
    };
  }

  // RFC 1950: method 8 in the low nibble, and the two bytes as a big-endian number divide by 31.
  private static boolean startsWithZlibHeader(ByteSlice input) {
    if (input.length() < 2) {
      return true;
    }
    int first = input.array()[input.offset()] & 0xff;
    int second = input.array()[input.offset() + 1] & 0xff;
    return (first & 0x0f) == 8 && ((first << 8) | second) % 31 == 0;
  }

  private static ByteSlice readAll(
      InputStream in, int inputLength, int maxBytes, Admission admission)
      throws IOException, RequestRefusedException {
    int capacity =
        (int) Math.min(maxBytes, Math.max(MIN_OUTPUT_BYTES, (long) inputLength * EXPECTED_RATIO));
    admission.reserve(capacity);
    byte[] out = new byte[capacity];
    int size = 0;
    while (true) {
      int read = in.readNBytes(out, size, out.length - size);
      size += read;
      if (size < out.length) {
        return new ByteSlice(out, 0, size);
      }
      int next = in.read();
      if (next < 0) {
        return new ByteSlice(out, 0, size);
      }
      if (size >= maxBytes) {
        throw new RequestRefusedException(
            RequestOutcome.TOO_LARGE,
            "the request is larger than " + maxBytes + " bytes after decompression");
      }
      int grown = (int) Math.min(maxBytes, 2L * out.length);
      admission.reserve(grown - out.length);
      out = Arrays.copyOf(out, grown);
      out[size++] = (byte) next;
    }
  }

  /** Frees the inflater, which {@link InflaterInputStream} leaves to whoever passed it in. */
  private static final class Inflating extends InflaterInputStream {
    Inflating(InputStream in, Inflater inflater) {
      super(in, inflater, INPUT_BUFFER_BYTES);
    }

    @Override
    public void close() throws IOException {
      super.close();
      inf.end();
    }
  }
}
