package io.tempo4j.otlp;

import io.tempo4j.collect.Growth;
import io.tempo4j.collect.IntSort;
import java.util.Arrays;

/**
 * Writes values anew so that every reader sees the same in them: of several members of an AnyValue
 * the last, of entries of a map with one key the last, of text that is no UTF-8 replacement
 * characters.
 *
 * <p>For bytes that {@link AttributeDecoder#checkAny} has checked. Stateless.
 */
final class AnyValueRewriter {

  private static final int ENTRY = 1 << 3 | WireReader.BYTES;
  private static final int KEY = 1 << 3 | WireReader.BYTES;
  private static final int VALUE = 2 << 3 | WireReader.BYTES;
  private static final int TEXT = 1 << 3 | WireReader.BYTES;
  private static final int ARRAY = 5 << 3 | WireReader.BYTES;
  private static final int MAP = 6 << 3 | WireReader.BYTES;

  private AnyValueRewriter() {}

  /** Where the last member of the AnyValue up to {@code end} begins; -1 if it has none. */
  static int lastMember(WireReader in, int end) throws MalformedOtlpException {
    int last = -1;
    while (in.position < end) {
      int at = in.position;
      int tag = in.tag(end);
      in.skip(tag, end);
      last = AttributeDecoder.isMember(tag) ? at : last;
    }
    return last;
  }

  private static void writeAny(WireReader in, int end, WireWriter out)
      throws MalformedOtlpException {
    int start = in.position;
    int last = lastMember(in, end);
    if (last < 0) {
      out.raw(in.buffer, start, end - start);
    } else {
      in.position = last;
      writeMember(in, end, out);
    }
    in.position = end;
  }

  /** The member of an AnyValue at the position, written anew. */
  static byte[] member(WireReader in, int end) throws MalformedOtlpException {
    WireWriter out = new WireWriter(end - in.position);
    writeMember(in, end, out);
    byte[] written = out.toByteArray();
    WireReader again = new WireReader(written, 0);
    if (AttributeDecoder.checkAny(again, written.length, 0)) {
      return written;
    }
    again.position = 0; // keys that were repaired are equal now
    return member(again, written.length);
  }

  private static void writeMember(WireReader in, int end, WireWriter out)
      throws MalformedOtlpException {
    int start = in.position;
    int tag = in.tag(end);
    if (tag == ARRAY) {
      int length = in.length(end);
      writeArray(in, in.position + length, out);
    } else if (tag == MAP) {
      int length = in.length(end);
      writeMap(in, in.position + length, out);
    } else if (tag == TEXT) {
      int length = in.length(end);
      out.text(1, in.buffer, in.position, length);
      in.position += length;
    } else {
      in.skip(tag, end);
      out.raw(in.buffer, start, in.position - start);
    }
  }

  private static void writeArray(WireReader in, int end, WireWriter out)
      throws MalformedOtlpException {
    int array = out.begin(5);
    while (in.position < end) {
      int tag = in.tag(end);
      if (tag == ENTRY) {
        int length = in.length(end);
        int element = out.begin(1);
        writeAny(in, in.position + length, out);
        out.end(element);
      } else {
        in.skip(tag, end);
      }
    }
    out.end(array);
  }

  private static void writeMap(WireReader in, int end, WireWriter out)
      throws MalformedOtlpException {
    int map = out.begin(6);
    for (int at : lastEntries(in, end)) {
      in.position = at;
      int length = in.length(end);
      writeEntry(in, in.position + length, out);
    }
    out.end(map);
    in.position = end;
  }

  private static void writeEntry(WireReader in, int end, WireWriter out)
      throws MalformedOtlpException {
    int key = in.position;
    int keyLength = 0;
    int value = -1;
    while (in.position < end) {
      int tag = in.tag(end);
      if (tag == KEY) {
        keyLength = in.length(end);
        key = in.position;
        in.position += keyLength;
      } else if (tag == VALUE) {
        value = in.position;
        in.skipBytes(end);
      } else {
        in.skip(tag, end);
      }
    }
    int entry = out.begin(1);
    out.text(1, in.buffer, key, keyLength);
    if (value >= 0) {
      in.position = value;
      int length = in.length(end);
      int any = out.begin(2);
      writeAny(in, in.position + length, out);
      out.end(any);
    }
    out.end(entry);
  }

  /**
   * The entries of the KeyValueList up to {@code end} without those whose key comes again: where
   * the length of each stands, ascending.
   */
  static int[] lastEntries(WireReader in, int end) throws MalformedOtlpException {
    int[] entries = new int[4];
    int count = 0;
    while (in.position < end) {
      int tag = in.tag(end);
      if (tag == ENTRY) {
        if (count == entries.length) {
          entries = Arrays.copyOf(entries, Growth.next(count, count + 1L));
        }
        entries[count++] = in.position;
      }
      in.skip(tag, end);
    }
    byte[] buffer = in.buffer;
    IntSort.sort(entries, 0, count, (a, b) -> compareKeys(buffer, a, b));
    int kept = 0;
    for (int i = 0; i < count; i++) {
      if (i + 1 == count || compareKeys(buffer, entries[i], entries[i + 1]) != 0) {
        entries[kept++] = entries[i];
      }
    }
    int[] last = Arrays.copyOf(entries, kept);
    Arrays.sort(last);
    return last;
  }

  private static int compareKeys(byte[] buffer, int entry, int other) {
    long one = key(buffer, entry);
    long two = key(buffer, other);
    return Arrays.compareUnsigned(
        buffer,
        (int) (one >>> 32),
        (int) (one >>> 32) + (int) one,
        buffer,
        (int) (two >>> 32),
        (int) (two >>> 32) + (int) two);
  }

  /** Where the key of an entry begins, and below 32 bits its length. */
  private static long key(byte[] buffer, int entry) {
    try {
      WireReader in = new WireReader(buffer, entry);
      int length = in.length(buffer.length);
      int end = in.position + length;
      long key = (long) entry << 32;
      while (in.position < end) {
        int tag = in.tag(end);
        if (tag == KEY) {
          int keyLength = in.length(end);
          key = (long) in.position << 32 | keyLength;
          in.position += keyLength;
        } else {
          in.skip(tag, end);
        }
      }
      return key;
    } catch (MalformedOtlpException e) {
      throw new IllegalStateException("an entry that was checked", e);
    }
  }
}
