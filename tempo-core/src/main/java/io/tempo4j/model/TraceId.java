package io.tempo4j.model;

import java.util.HexFormat;

/**
 * A 128-bit trace id.
 *
 * <p>Bytes 0-7 of the id are {@code high}, bytes 8-15 are {@code low}, both big-endian. Ids order
 * as unsigned 128-bit numbers, which is the order of the traces in a block.
 *
 * @param high the first eight bytes, big-endian
 * @param low the last eight bytes, big-endian
 */
public record TraceId(long high, long low) implements Comparable<TraceId> {

  /** Length of the binary form in bytes. */
  public static final int BYTES = 16;

  /**
   * Parses a hexadecimal id as clients write it: up to 32 digits of either case, shorter ids are
   * padded with zeros on the left, odd lengths are accepted.
   *
   * @throws IllegalArgumentException if {@code hex} is empty, longer than 32 digits or holds a
   *     character that is no hexadecimal digit
   */
  public static TraceId parse(String hex) {
    int length = hex.length();
    if (length == 0 || length > 2 * BYTES) {
      throw new IllegalArgumentException(
          "trace id must have 1 to 32 hexadecimal digits, got " + length + ": '" + hex + "'");
    }
    for (int i = 0; i < length; i++) {
      if (!HexFormat.isHexDigit(hex.charAt(i))) {
        throw new IllegalArgumentException(
            "trace id has a character that is no hexadecimal digit at position "
                + i
                + ": '"
                + hex
                + "'");
      }
    }
    int split = Math.max(0, length - 16);
    long high = split == 0 ? 0 : HexFormat.fromHexDigitsToLong(hex, 0, split);
    return new TraceId(high, HexFormat.fromHexDigitsToLong(hex, split, length));
  }

  /** True for the all-zero id, which OpenTelemetry defines as invalid. */
  public boolean isZero() {
    return (high | low) == 0;
  }

  @Override
  public int compareTo(TraceId other) {
    int byHigh = Long.compareUnsigned(high, other.high);
    return byHigh != 0 ? byHigh : Long.compareUnsigned(low, other.low);
  }

  /** The id as 32 lower-case hexadecimal digits. */
  public String toHex() {
    HexFormat hex = HexFormat.of();
    return hex.toHexDigits(high) + hex.toHexDigits(low);
  }

  /**
   * The id as lower-case hexadecimal digits without zeros on the left, but at least one digit: what
   * Tempo shows in search results, and what {@link #parse} takes.
   */
  public String toShortHex() {
    String hex = toHex();
    int first = 0;
    while (first < hex.length() - 1 && hex.charAt(first) == '0') {
      first++;
    }
    return hex.substring(first);
  }

  @Override
  public String toString() {
    return toHex();
  }
}
