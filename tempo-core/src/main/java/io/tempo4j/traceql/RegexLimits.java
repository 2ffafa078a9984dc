package io.tempo4j.traceql;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Refuses regular expressions whose automaton would be too large, before it is built.
 *
 * <p>Groups within groups cost the engine's stack, counted repetitions of counted repetitions its
 * memory: <code>(a{1000}){1000}</code> is a million states. The count here is rough but never far
 * too low; it need not know what is valid, for the engine says that afterwards.
 */
final class RegexLimits {

  static final int MAX_DEPTH = 200;
  static final int MAX_STATES = 3_000;

  private static final int MAX_REPETITIONS = 1_000;

  private final String pattern;
  private int offset;

  /** States of the groups that are open, the outermost last. */
  private final Deque<Long> open = new ArrayDeque<>();

  /** States of the innermost open group, without {@link #last}. */
  private long states;

  /** States of the last character or group, which a repetition would multiply. */
  private long last;

  private RegexLimits(String pattern) {
    this.pattern = pattern;
  }

  /**
   * Checks {@code pattern}.
   *
   * @throws IllegalArgumentException if it is too large
   */
  static void check(String pattern) {
    new RegexLimits(pattern).check();
  }

  private void check() {
    while (offset < pattern.length()) {
      switch (pattern.charAt(offset++)) {
        case '\\' -> {
          offset++;
          atom(1);
        }
        case '[' -> {
          skipClass();
          atom(1);
        }
        case '(' -> openGroup();
        case ')' -> closeGroup();
        case '{' -> repeat();
        case '|', '*', '+', '?' -> last++;
        default -> atom(1);
      }
      if (states + last > MAX_STATES) {
        throw tooLarge();
      }
    }
  }

  private void atom(long size) {
    states += last;
    last = size;
  }

  private void openGroup() {
    open.push(states + last);
    if (open.size() > MAX_DEPTH) {
      throw new IllegalArgumentException(
          "invalid regular expression: groups are nested more than " + MAX_DEPTH + " deep");
    }
    states = 0;
    last = 0;
  }

  private void closeGroup() {
    long group = states + last + 2;
    states = open.isEmpty() ? 0 : open.pop();
    last = group;
  }

  /** Multiplies the last atom if what follows the brace is a repetition: digits, comma, brace. */
  private void repeat() {
    int end = offset;
    int most = 0;
    int number = 0;
    while (end < pattern.length() && (Lexer.isDigit(charAt(end)) || charAt(end) == ',')) {
      number = charAt(end) == ',' ? 0 : Math.min(number * 10 + charAt(end) - '0', MAX_STATES);
      most = Math.max(most, number);
      end++;
    }
    if (end == offset || end == pattern.length() || charAt(end) != '}') {
      atom(1);
      return;
    }
    offset = end + 1;
    // Two states for every optional repetition: the atom's and the choice.
    last = Math.max(1, last + 1) * Math.max(1, Math.min(most, MAX_REPETITIONS));
  }

  private void skipClass() {
    offset += charAt(offset) == '^' ? 1 : 0;
    offset += charAt(offset) == ']' ? 1 : 0;
    while (offset < pattern.length() && charAt(offset) != ']') {
      if (charAt(offset) == '[' && charAt(offset + 1) == ':') {
        int end = pattern.indexOf(":]", offset + 2);
        offset = end < 0 ? offset + 1 : end + 2;
      } else {
        offset += charAt(offset) == '\\' ? 2 : 1;
      }
    }
    offset++;
  }

  private char charAt(int index) {
    return index < pattern.length() ? pattern.charAt(index) : 0;
  }

  private static IllegalArgumentException tooLarge() {
    return new IllegalArgumentException(
        "invalid regular expression: it needs more than " + MAX_STATES + " states");
  }
}
