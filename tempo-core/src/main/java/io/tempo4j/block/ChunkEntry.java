package io.tempo4j.block;

import io.tempo4j.column.ColumnKey;
import io.tempo4j.column.ZoneMap;

/**
 * Where the chunk of one column stands, and what is known of it.
 *
 * @param key the column
 * @param position its number among the chunks of its group
 * @param offset first byte in the data object
 * @param length bytes of the chunk
 * @param zone number of values and bounds
 */
record ChunkEntry(ColumnKey key, int position, long offset, int length, ZoneMap zone) {}
