package io.tempo4j.format;

import com.github.luben.zstd.Zstd;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.zip.CRC32C;

/** The terms and types of the format pages, read the simplest way. */
final class PlainBytes {

  private final ByteBuffer bytes;

  PlainBytes(byte[] bytes) {
    this.bytes = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  /** The bytes from {@code from} up to {@code to}, whose last four are the CRC32C of the others. */
  static PlainBytes checked(byte[] bytes, int from, int to) {
    PlainBytes checksum = new PlainBytes(Arrays.copyOfRange(bytes, to - 4, to));
    require(crc32c(bytes, from, to - 4) == checksum.u32(), "checksum");
    return new PlainBytes(Arrays.copyOfRange(bytes, from, to - 4));
  }

  static long crc32c(byte[] bytes, int from, int to) {
    CRC32C crc = new CRC32C();
    crc.update(bytes, from, to - from);
    return crc.getValue();
  }

  static void require(boolean condition, String what) {
    if (!condition) {
      throw new IllegalStateException("not as the page says: " + what);
    }
  }

  int position() {
    return bytes.position();
  }

  int remaining() {
    return bytes.remaining();
  }

  int u8() {
    return bytes.get() & 0xff;
  }

  long u32() {
    return bytes.getInt() & 0xffff_ffffL;
  }

  int i32() {
    return bytes.getInt();
  }

  long u64() {
    return bytes.getLong();
  }

  byte[] take(int length) {
    byte[] taken = new byte[length];
    bytes.get(taken);
    return taken;
  }

  long varint() {
    long value = 0;
    for (int shift = 0; ; shift += 7) {
      int next = u8();
      value |= (long) (next & 0x7f) << shift;
      if (next < 0x80) {
        return value;
      }
    }
  }

  int count() {
    return Math.toIntExact(varint());
  }

  long zigzag() {
    return unzigzag(varint());
  }

  static long unzigzag(long z) {
    return (z >>> 1) ^ -(z & 1);
  }

  /** chunk-v1, section 3: {@code length} bytes, compressed or not. */
  byte[] section(int length) {
    int form = u8();
    require(form <= 1, "form of a section");
    return form == 0 ? take(length) : inflate(take(count()), length);
  }

  static byte[] inflate(byte[] frame, int length) {
    byte[] inflated = Zstd.decompress(frame, length);
    require(inflated.length == length, "length of a zstd frame");
    return inflated;
  }
}
