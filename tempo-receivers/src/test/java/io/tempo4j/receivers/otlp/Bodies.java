package io.tempo4j.receivers.otlp;

import com.github.luben.zstd.Zstd;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.GZIPOutputStream;

/** Bodies as clients compress them. */
final class Bodies {

  private interface Wrapping {
    OutputStream around(OutputStream out) throws IOException;
  }

  private Bodies() {}

  static byte[] gzip(byte[] plain) {
    return compress(GZIPOutputStream::new, plain);
  }

  static byte[] zlib(byte[] plain) {
    return compress(DeflaterOutputStream::new, plain);
  }

  static byte[] bareDeflate(byte[] plain) {
    return compress(out -> new DeflaterOutputStream(out, new Deflater(6, true)), plain);
  }

  static byte[] zstd(byte[] plain) {
    return Zstd.compress(plain);
  }

  /** In the coding of that name. */
  static byte[] in(String coding, byte[] plain) {
    return switch (coding) {
      case "gzip" -> gzip(plain);
      case "deflate" -> zlib(plain);
      case "zstd" -> zstd(plain);
      default -> plain;
    };
  }

  private static byte[] compress(Wrapping wrapping, byte[] plain) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (OutputStream compressing = wrapping.around(out)) {
      compressing.write(plain);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toByteArray();
  }
}
