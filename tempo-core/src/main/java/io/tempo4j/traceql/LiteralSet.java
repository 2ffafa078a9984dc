package io.tempo4j.traceql;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/** Matches the texts of a fixed set: an open-addressed hash table of their UTF-8 bytes. */
final class LiteralSet implements TextMatcher {

  private final byte[][] slots;
  private final int longest;

  LiteralSet(List<String> texts) {
    // At most half full, so that a probe ends soon.
    slots = new byte[Integer.highestOneBit(texts.size()) * 4][];
    int longest = 0;
    for (String text : texts) {
      byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
      longest = Math.max(longest, utf8.length);
      int slot = slotOf(utf8, 0, utf8.length);
      if (slots[slot] == null) {
        slots[slot] = utf8;
      }
    }
    this.longest = longest;
  }

  @Override
  public boolean matches(byte[] utf8, int offset, int length) {
    return length <= longest && slots[slotOf(utf8, offset, length)] != null;
  }

  /** The slot that holds the text, or the free one where it belongs. */
  private int slotOf(byte[] utf8, int offset, int length) {
    int hash = length;
    for (int i = offset; i < offset + length; i++) {
      hash = hash * 31 + utf8[i];
    }
    int slot = (hash ^ (hash >>> 16)) & (slots.length - 1);
    while (slots[slot] != null
        && !Arrays.equals(slots[slot], 0, slots[slot].length, utf8, offset, offset + length)) {
      slot = (slot + 1) & (slots.length - 1);
    }
    return slot;
  }
}
