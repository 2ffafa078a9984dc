package io.tempo4j.head;

import io.tempo4j.collect.IntSort;
import io.tempo4j.otlp.AnyValueReader;
import io.tempo4j.otlp.MalformedOtlpException;
import io.tempo4j.otlp.WireCursor;
import java.util.Arrays;
import java.util.BitSet;

/**
 * What a row must do without since its key comes again later in the row.
 *
 * @param values those that have a column, by their places in the row
 * @param entries those of the overflow, by their numbers
 */
record RowRepeats(BitSet values, BitSet entries) {

  /** Nothing comes again. */
  static final RowRepeats NONE = new RowRepeats(new BitSet(), new BitSet());

  /**
   * Looks for keys that come again. Those without a column alone can: a row never gets two columns
   * of one key.
   *
   * @param node where the row stands
   */
  static RowRepeats find(OverflowBuffer overflow, Shapes shapes, int node) {
    Keys keys = Keys.of(overflow);
    int[] order = new int[overflow.count()];
    Arrays.setAll(order, entry -> entry);
    IntSort.sort(order, 0, order.length, keys::compare);
    BitSet values = new BitSet();
    BitSet entries = new BitSet();
    for (int i = 0; i < order.length; i++) {
      int entry = order[i];
      if (i + 1 < order.length && keys.compare(entry, order[i + 1]) == 0) {
        entries.set(entry);
      } else if (shapes.knows(keys.bytes, keys.from[entry], keys.length[entry])) {
        int other = shapes.nodeOf(node, keys.bytes, keys.from[entry], keys.length[entry]);
        if (other != Shapes.ROOT) {
          int place = shapes.depths()[other] - 1;
          if (place >= overflow.place(entry)) {
            entries.set(entry); // the value with a column came later
          } else {
            values.set(place);
          }
        }
      }
    }
    return values.isEmpty() && entries.isEmpty() ? NONE : new RowRepeats(values, entries);
  }

  /** The keys of the entries. */
  @SuppressWarnings("ArrayRecordComponent") // lives as long as one look
  private record Keys(byte[] bytes, int[] from, int[] length) {

    static Keys of(OverflowBuffer overflow) {
      int count = overflow.count();
      Keys keys = new Keys(overflow.bytes(), new int[count], new int[count]);
      try {
        for (int entry = 0; entry < count; entry++) {
          int number = entry;
          AnyValueReader.forEachPair(
              keys.bytes,
              overflow.start(entry),
              overflow.start(entry + 1),
              (bytes, start, end) -> {
                WireCursor cursor = new WireCursor(bytes, start, end);
                cursor.next(); // entries are written with their key in front
                keys.from[number] = cursor.from();
                keys.length[number] = cursor.to() - cursor.from();
              });
        }
      } catch (MalformedOtlpException e) {
        throw new IllegalStateException("a list that was written here", e);
      }
      return keys;
    }

    int compare(int entry, int other) {
      return Arrays.compareUnsigned(
          bytes,
          from[entry],
          from[entry] + length[entry],
          bytes,
          from[other],
          from[other] + length[other]);
    }
  }
}
