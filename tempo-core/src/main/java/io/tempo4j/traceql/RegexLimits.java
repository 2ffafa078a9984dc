package io.tempo4j.traceql;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Refuses regular expressions whose automaton would be too large, before it is built.
 *
 * <p>Groups within groups cost the engine's stack, counted repetitions of counted repetitions its
 * memory: <code>(a{1000}){1000}</code> is a million states. Each further member of a character
 * class costs it the time to go through those it has, and each optional repetition (eight in <code>
 * a{1,9}</code>) costs its compiler's stack again. The count here is rough but never far too low;
 * it need not know what is valid, for the engine says that afterwards.
 */
final class RegexLimits {

  static final int MAX_DEPTH = 200;
  static final int MAX_STATES = 3_000;
  static final int MAX_CLASS_MEMBERS = 5_000;
  static final int MAX_OPTIONAL = 500;

  private static final int MAX_REPETITIONS = 1_000;

  private final String pattern;
  private int offset;

  /** What stands in front of a group, in the group around it. */
  private record Outer(long states, int optional) {}

  /** The groups around the innermost open one, the outermost last. */
  private final Deque<Outer> open = new ArrayDeque<>();

  /** States of the innermost open group, without {@link #last}. */
  private long states;

  /** States of the last character or group, which a repetition would multiply. */
  private long last;

  /** Optional repetitions within each other, at most, in what {@link #states} counts. */
  private int optional;

  /** The same in the last character or group. */
  private int lastOptional;

  /** Members of all character classes so far. */
  private int classMembers;

  private RegexLimits(String pattern) {
    this.pattern = pattern;
  }

  /**
   * About how many states the automaton of {@code pattern} has.
   *
   * @throws IllegalArgumentException if it is too large
   */
  static int states(String pattern) {
    return new RegexLimits(pattern).states();
  }

  private int states() {
    while (offset < pattern.length()) {
      switch (pattern.charAt(offset++)) {
        case '\\' -> escape();
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
        throw tooLarge("states", MAX_STATES);
      }
    }
    return (int) (states + last);
  }

  private void escape() {
    switch (charAt(offset++)) {
      case 'Q' -> quotation();
      case 'x', 'p', 'P' -> {
        // What is in braces names one character or class: it is no repetition.
        int end = charAt(offset) == '{' ? pattern.indexOf('}', offset) : -1;
        offset = end < 0 ? offset : end + 1;
        atom(1);
      }
      default -> atom(1);
    }
  }

  /** Takes the literal text from behind {@code \Q} to {@code \E} or the end. */
  private void quotation() {
    int end = pattern.indexOf("\\E", offset);
    int close = end < 0 ? pattern.length() : end;
    while (offset < close) {
      offset++;
      atom(1);
    }
    offset = end < 0 ? offset : end + 2;
  }

  private void atom(long size) {
    states += last;
    last = size;
    optional = Math.max(optional, lastOptional);
    lastOptional = 0;
  }

  private void openGroup() {
    atom(0);
    open.push(new Outer(states, optional));
    if (open.size() > MAX_DEPTH) {
      throw new IllegalArgumentException(
          "invalid regular expression: groups are nested more than " + MAX_DEPTH + " deep");
    }
    states = 0;
    optional = 0;
  }

  private void closeGroup() {
    atom(0);
    last = states + 2;
    lastOptional = optional;
    Outer outer = open.isEmpty() ? new Outer(0, 0) : open.pop();
    states = outer.states();
    optional = outer.optional();
  }

  /** Multiplies the last atom if what follows the brace is a repetition: digits, comma, brace. */
  private void repeat() {
    int start = offset;
    int least = number();
    boolean isRange = offset > start && charAt(offset) == ',';
    offset += isRange ? 1 : 0;
    boolean isOpen = isRange && charAt(offset) == '}';
    int most = isRange && !isOpen ? number() : least;
    if (offset == start || charAt(offset) != '}') {
      offset = start;
      atom(1);
      return;
    }
    offset++;
    // Two states for every optional repetition: the atom's and the choice.
    last = Math.max(1, last + 1) * Math.max(1, most);
    lastOptional += Math.max(0, most - least);
    if (lastOptional > MAX_OPTIONAL) {
      throw tooLarge("optional repetitions", MAX_OPTIONAL);
    }
  }

  /** Takes digits; a number beyond what the engine accepts counts as the first such number. */
  private int number() {
    int number = 0;
    while (Lexer.isDigit(charAt(offset))) {
      number = Math.min(number * 10 + charAt(offset++) - '0', MAX_REPETITIONS + 1);
    }
    return number;
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
      classMembers++;
      if (classMembers > MAX_CLASS_MEMBERS) {
        throw tooLarge("characters in brackets", MAX_CLASS_MEMBERS);
      }
    }
    offset++;
  }

  private char charAt(int index) {
    return index < pattern.length() ? pattern.charAt(index) : 0;
  }

  private static IllegalArgumentException tooLarge(String what, int limit) {
    return new IllegalArgumentException(
        "invalid regular expression: it needs more than " + limit + " " + what);
  }
}
