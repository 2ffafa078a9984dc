package io.tempo4j.head;

import io.tempo4j.collect.Growth;
import io.tempo4j.collect.StringInterner;
import io.tempo4j.column.Table;
import io.tempo4j.memory.ByteLease;
import io.tempo4j.otlp.MalformedOtlpException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * The distinct resources or scopes of a head.
 *
 * <p>Two are the same if their messages and schema URLs are equal byte for byte, so a known one is
 * found without decoding it. Of a long one a SHA-256 digest is kept instead of its bytes, whose
 * texts are kept already.
 */
final class OwnerTable {

  /** Fills the row of a new resource or scope. */
  @FunctionalInterface
  interface RowFiller {
    void fill(TupleTable row) throws MalformedOtlpException;
  }

  private static final int LONG_IDENTITY = 1 << 11;

  private final TupleTable tuples;
  private final StringInterner identities;
  private byte[] identity = {};
  private int identityLength;

  OwnerTable(Table table, StringInterner strings, ByteLease lease) {
    this.tuples = new TupleTable(table, strings, lease);
    this.identities = new StringInterner(lease);
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

  /** Gives back the pages that hold nothing. */
  void trim() {
    tuples.trim();
  }

  /** The row of the resource or scope, or -1 if it is new; {@link #add} may follow then. */
  int find(byte[] buffer, int message, int length, int schemaUrl, int schemaUrlLength) {
    if (length + (long) schemaUrlLength > LONG_IDENTITY) {
      digest(buffer, message, length, schemaUrl, schemaUrlLength);
      return identities.find(identity, 0, identityLength);
    }
    identityLength = length + schemaUrlLength + 4;
    if (identity.length < identityLength) {
      identity = new byte[Growth.next(identity.length, identityLength)];
    }
    putLength(length);
    System.arraycopy(buffer, message, identity, 4, length);
    System.arraycopy(buffer, schemaUrl, identity, 4 + length, schemaUrlLength);
    return identities.find(identity, 0, identityLength);
  }

  private void digest(byte[] buffer, int message, int length, int schemaUrl, int schemaUrlLength) {
    MessageDigest sha256;
    try {
      sha256 = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
    sha256.update(buffer, message, length);
    sha256.update(buffer, schemaUrl, schemaUrlLength);
    byte[] digest = sha256.digest();
    identityLength = Integer.BYTES + digest.length;
    if (identity.length < identityLength) {
      identity = new byte[identityLength];
    }
    putLength(length);
    System.arraycopy(digest, 0, identity, Integer.BYTES, digest.length);
  }

  /**
   * The length in front keeps "ab" + "c" apart from "a" + "bc", and digests from short messages.
   */
  private void putLength(int length) {
    identity[0] = (byte) (length >>> 24);
    identity[1] = (byte) (length >>> 16);
    identity[2] = (byte) (length >>> 8);
    identity[3] = (byte) length;
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
