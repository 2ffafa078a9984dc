package io.tempo4j.column;

/** The first byte of a chunk; codes are part of the format, docs/format/chunk-v1.md, section 2. */
final class ChunkFormat {

  static final int LONGS = 1;
  static final int INTS = 2;
  static final int DOUBLES = 3;
  static final int BOOLEANS = 4;

  /** A sorted dictionary and codes. */
  static final int STRINGS_SORTED = 5;

  /** A dictionary in the order of first use, and distances. */
  static final int STRINGS_RECENT = 6;

  /** A string for each value. */
  static final int STRINGS_PLAIN = 7;

  private ChunkFormat() {}
}
