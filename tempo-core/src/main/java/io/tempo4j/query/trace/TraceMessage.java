package io.tempo4j.query.trace;

import io.tempo4j.otlp.WireWriter;
import io.tempo4j.query.QueryMemory;
import io.tempo4j.query.trace.EnvelopeWriter.Envelope;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/*
 * Spans are written into pieces, and the pieces joined when their number of bytes is known. Of a
 * large message no piece is kept: its spans are written once to be measured and once into the
 * result, since a message that is there twice is what ends a process.
 */
/** A {@code TracesData} message in the making. Not thread-safe. */
final class TraceMessage {

  private static final int PIECE_BYTES = 128 << 10;

  /** A message with more bytes is written twice rather than kept twice. */
  private static final int MOST_KEPT_BYTES = 4 << 20;

  private final QueryMemory memory;
  private final WireWriter piece = new WireWriter(16 << 10);
  private final Deque<byte[]> pieces = new ArrayDeque<>();
  private final List<Scope> scopes = new ArrayList<>();
  private final List<Resource> resources = new ArrayList<>();
  private long bytes;
  private long scopeBytes;
  private Envelope resource = NONE;
  private Envelope scope = NONE;
  private int firstScope;
  private long keptBytes;
  private boolean isMeasured;

  private static final Envelope NONE = new Envelope(new byte[0], new byte[0]);

  /** A scope whose spans are all written: how many bytes they take, each with its tag. */
  private record Scope(Envelope envelope, long spanBytes) {
    long bytes() {
      return envelope.before().length + spanBytes + envelope.behind().length;
    }
  }

  private record Resource(Envelope envelope, List<Scope> scopes) {
    long bytes() {
      long bytes = (long) envelope.before().length + envelope.behind().length;
      for (Scope scope : scopes) {
        bytes += withHeader(scope.bytes());
      }
      return bytes;
    }
  }

  TraceMessage(QueryMemory memory) {
    this.memory = memory;
  }

  void beginResource(Envelope envelope) {
    resource = envelope;
    firstScope = scopes.size();
    bytes += 2 + envelope.before().length;
  }

  void beginScope(Envelope envelope) {
    scope = envelope;
    scopeBytes = 0;
    bytes += 2 + envelope.before().length;
  }

  /** Adds a span to the scope unless the message would have more than {@code maxBytes}. */
  boolean add(SpanWriter writer, int row, long maxBytes) throws IOException {
    int before = piece.size();
    write(writer, row, piece);
    int added = piece.size() - before;
    if (bytes + added > maxBytes) {
      piece.truncate(before);
      return false;
    }
    bytes += added;
    scopeBytes += added;
    if (piece.size() >= PIECE_BYTES) {
      closePiece();
    }
    return true;
  }

  static void write(SpanWriter writer, int row, WireWriter out) throws IOException {
    int span = out.begin(2);
    writer.writeSpan(row, out);
    out.end(span);
  }

  private void closePiece() {
    if (keptBytes + piece.size() > MOST_KEPT_BYTES) {
      isMeasured = true;
      pieces.clear();
      memory.give(keptBytes);
      keptBytes = 0;
    }
    if (!isMeasured) {
      memory.take(piece.size());
      keptBytes += piece.size();
      pieces.add(piece.toByteArray());
    }
    piece.reset();
  }

  void endScope() {
    scopes.add(new Scope(scope, scopeBytes));
    bytes += scope.behind().length;
  }

  void endResource() {
    resources.add(new Resource(resource, List.copyOf(scopes.subList(firstScope, scopes.size()))));
    bytes += resource.behind().length;
  }

  /** Writes spans again, in the order in which they were added. */
  interface Again {
    /** Writes the next span into a message of its scope; false if there is none. */
    boolean writeNext(WireWriter out) throws IOException;
  }

  /**
   * The message; nothing can be added behind it.
   *
   * @param again asked for spans that are not kept
   */
  byte[] toByteArray(Again again) throws IOException {
    closePiece();
    long size = 0;
    for (Resource one : resources) {
      size += withHeader(one.bytes());
    }
    memory.take(size);
    byte[] message = new byte[Math.toIntExact(size)];
    int at = 0;
    Spans spans = new Spans(again);
    for (Resource one : resources) {
      at = header(message, at, 1, one.bytes());
      at = put(message, at, one.envelope().before());
      for (Scope ofOne : one.scopes()) {
        at = header(message, at, 2, ofOne.bytes());
        at = put(message, at, ofOne.envelope().before());
        at = spans.copy(message, at, Math.toIntExact(ofOne.spanBytes()));
        at = put(message, at, ofOne.envelope().behind());
      }
      at = put(message, at, one.envelope().behind());
    }
    return message;
  }

  /** The bytes of all spans, in the order in which they were written. */
  private final class Spans {
    private final Again again;
    private byte[] current = new byte[0];
    private int from;

    Spans(Again again) {
      this.again = again;
    }

    private byte[] next() throws IOException {
      if (!isMeasured) {
        byte[] kept = pieces.remove();
        memory.give(kept.length);
        return kept;
      }
      piece.reset();
      while (piece.size() < PIECE_BYTES && again.writeNext(piece)) {
        // the piece fills
      }
      return piece.toByteArray();
    }

    int copy(byte[] into, int at, int count) throws IOException {
      int to = at;
      int left = count;
      while (left > 0) {
        if (from == current.length) {
          current = next();
          from = 0;
        }
        int some = Math.min(left, current.length - from);
        System.arraycopy(current, from, into, to, some);
        from += some;
        to += some;
        left -= some;
      }
      return to;
    }
  }

  private static int put(byte[] into, int at, byte[] bytes) {
    System.arraycopy(bytes, 0, into, at, bytes.length);
    return at + bytes.length;
  }

  private static long withHeader(long length) {
    int lengthBytes = 1;
    for (long rest = length >>> 7; rest != 0; rest >>>= 7) {
      lengthBytes++;
    }
    return 1 + lengthBytes + length;
  }

  private static int header(byte[] into, int at, int field, long length) {
    int to = at;
    into[to++] = (byte) (field << 3 | 2);
    long rest = length;
    for (; rest >= 0x80; rest >>>= 7) {
      into[to++] = (byte) (rest | 0x80);
    }
    into[to++] = (byte) rest;
    return to;
  }
}
