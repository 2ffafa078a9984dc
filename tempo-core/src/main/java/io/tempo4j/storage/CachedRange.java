package io.tempo4j.storage;

import java.nio.file.Path;

/**
 * A range of an object in a file of the {@link DiskCache}.
 *
 * @param key the object
 * @param offset the first byte
 * @param length how many
 * @param isWhole whether it is all of the object
 * @param file where it is
 */
record CachedRange(String key, long offset, int length, boolean isWhole, Path file) {

  boolean contains(long otherOffset, int otherLength) {
    return offset <= otherOffset && otherOffset + otherLength <= offset + length;
  }

  /** Bytes of the file. */
  long fileBytes() {
    return (long) CachedRangeFile.overhead(key) + length;
  }
}
