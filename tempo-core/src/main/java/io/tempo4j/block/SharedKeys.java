package io.tempo4j.block;

import io.tempo4j.column.ColumnKey;
import java.util.concurrent.ConcurrentHashMap;

/**
 * One object for each column, whatever the number of blocks that have it: blocks take less memory,
 * and a query that asks many of them for the same column compares it with what it has just seen.
 *
 * <p>Thread-safe.
 */
final class SharedKeys {

  /** Whoever makes up more keys than this has keys of their own for the rest. */
  private static final int MAX_KEYS = 1 << 16;

  private final ConcurrentHashMap<ColumnKey, ColumnKey> keys = new ConcurrentHashMap<>();

  /** The object to use in the place of {@code key}. */
  ColumnKey shared(ColumnKey key) {
    ColumnKey known = keys.get(key);
    if (known != null) {
      return known;
    }
    if (keys.size() >= MAX_KEYS) {
      return key;
    }
    ColumnKey other = keys.putIfAbsent(key, key);
    return other == null ? key : other;
  }
}
