package io.tempo4j.head;

import io.tempo4j.collect.Growth;
import io.tempo4j.collect.StringInterner;
import io.tempo4j.column.Table;
import io.tempo4j.otlp.MalformedOtlpException;

/**
 * The distinct resources or scopes of a head.
 *
 * <p>Two are the same if their messages and schema URLs are equal byte for byte, so a known one is
 * found without decoding it.
 */
final class OwnerTable {

  /** Fills the row of a new resource or scope. */
  @FunctionalInterface
  interface RowFiller {
    void fill(TupleTable row) throws MalformedOtlpException;
  }

  private final TupleTable tuples;
  private final StringInterner identities = new StringInterner();
  private byte[] identity = new byte[256];
  private int identityLength;

  OwnerTable(Table table, StringInterner strings) {
    this.tuples = new TupleTable(table, strings);
  }

  TupleTable tuples() {
    return tuples;
  }

  /** Resources or scopes so far. */
  int rows() {
    return tuples.rows();
  }

  /** Forgets those from {@code rows} on, which no reader has seen. */
  void truncate(int rows) {
    tuples.truncate(rows);
    identities.truncate(rows);
  }

  long heapBytes() {
    return tuples.heapBytes() + identities.heapBytes();
  }

  /** The row of the resource or scope, or -1 if it is new; {@link #add} may follow then. */
  int find(byte[] buffer, int message, int length, int schemaUrl, int schemaUrlLength) {
    identityLength = length + schemaUrlLength + 4;
    if (identity.length < identityLength) {
      identity = new byte[Growth.next(identity.length, identityLength)];
    }
    // the length in front keeps "ab" + "c" apart from "a" + "bc"
    identity[0] = (byte) (length >>> 24);
    identity[1] = (byte) (length >>> 16);
    identity[2] = (byte) (length >>> 8);
    identity[3] = (byte) length;
    System.arraycopy(buffer, message, identity, 4, length);
    System.arraycopy(buffer, schemaUrl, identity, 4 + length, schemaUrlLength);
    return identities.find(identity, 0, identityLength);
  }

  /** Adds the resource or scope that {@link #find} did not find; returns its row. */
  int add(RowFiller filler) throws MalformedOtlpException {
    int row = tuples.rows();
    boolean done = false;
    try {
      filler.fill(tuples);
      tuples.endRow();
      done = true;
    } finally {
      if (!done) {
        tuples.truncate(row);
      }
    }
    return identities.intern(identity, 0, identityLength);
  }
}
