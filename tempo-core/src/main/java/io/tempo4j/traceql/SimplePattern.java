package io.tempo4j.traceql;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Recognises the regular expressions that need no automaton: alternatives of texts with {@code .*}
 * or {@code .+} between them, such as {@code GET|POST}, {@code (GET|POST) /api/.*} and {@code
 * .*timeout.*}.
 *
 * <p>What is not recognised is left to the general engine, invalid expressions among them: a
 * pattern is taken here only if every character of it is understood.
 */
final class SimplePattern {

  /**
   * Texts with gaps between them.
   *
   * @param texts one more than {@code gaps}; may be empty texts
   * @param gaps the least number of code points between two texts: 0 or 1
   */
  record Sequence(List<String> texts, List<Integer> gaps) {
    Sequence {
      texts = List.copyOf(texts);
      gaps = List.copyOf(gaps);
    }

    boolean isLiteral() {
      return gaps.isEmpty();
    }

    Sequence then(Sequence next) {
      List<String> joined = new ArrayList<>(texts.subList(0, texts.size() - 1));
      joined.add(texts.getLast() + next.texts.getFirst());
      joined.addAll(next.texts.subList(1, next.texts.size()));
      List<Integer> joinedGaps = new ArrayList<>(gaps);
      joinedGaps.addAll(next.gaps);
      return new Sequence(joined, joinedGaps);
    }

    /** The same with gaps that touch made one; null if that is not 0 or 1 long. */
    @Nullable Sequence normal() {
      List<String> normalTexts = new ArrayList<>(List.of(texts.getFirst()));
      List<Integer> normalGaps = new ArrayList<>();
      boolean touches = false;
      for (int i = 0; i < gaps.size(); i++) {
        int gap = gaps.get(i) + (touches ? normalGaps.removeLast() : 0);
        if (gap > 1) {
          return null;
        }
        normalGaps.add(gap);
        boolean isLast = i == gaps.size() - 1;
        touches = texts.get(i + 1).isEmpty() && !isLast;
        if (!touches) {
          normalTexts.add(texts.get(i + 1));
        }
      }
      return new Sequence(normalTexts, normalGaps);
    }
  }

  private static final Sequence EMPTY = new Sequence(List.of(""), List.of());

  /** Most sequences that groups may multiply into. */
  private static final int MOST_PRODUCTS = 256;

  /** Most characters that are copied before a pattern counts as too intricate for this. */
  private static final int MOST_COPIES = 1_000_000;

  private static final int MOST_GAPS = 64;
  private static final int MAX_DEPTH = 20;

  private static final String OPERATORS = ".*+?()|[\\^$";

  private final String pattern;
  private int offset;
  private int copies;

  private SimplePattern(String pattern) {
    this.pattern = pattern;
  }

  /** The alternatives that {@code pattern} consists of; null if it is not so simple. */
  static @Nullable List<Sequence> parse(String pattern) {
    SimplePattern parser = new SimplePattern(pattern);
    List<Sequence> sequences = parser.alternatives(0);
    if (sequences == null || parser.offset < pattern.length()) {
      return null;
    }
    List<Sequence> normal = new ArrayList<>(sequences.size());
    for (Sequence sequence : sequences) {
      Sequence normalised = sequence.normal();
      if (normalised == null) {
        return null;
      }
      normal.add(normalised);
    }
    return normal;
  }

  private @Nullable List<Sequence> alternatives(int depth) {
    if (depth > MAX_DEPTH) {
      return null;
    }
    List<Sequence> all = new ArrayList<>();
    do {
      List<Sequence> one = sequence(depth);
      if (one == null) {
        return null;
      }
      all.addAll(one);
    } while (takeIf('|'));
    return all;
  }

  private @Nullable List<Sequence> sequence(int depth) {
    if (depth == 0) {
      takeIf('^'); // says what holds anyway
    }
    List<Sequence> sequences = List.of(EMPTY);
    while (offset < pattern.length() && peek() != '|' && peek() != ')') {
      if (depth == 0 && endsWithDollar()) {
        offset++;
        break;
      }
      List<Sequence> next = piece(depth);
      if (next == null) {
        return null;
      }
      sequences = product(sequences, next);
      if (sequences == null) {
        return null;
      }
    }
    return sequences;
  }

  private boolean endsWithDollar() {
    return peek() == '$' && (offset + 1 == pattern.length() || pattern.charAt(offset + 1) == '|');
  }

  private @Nullable List<Sequence> product(List<Sequence> left, List<Sequence> right) {
    if (left.size() > 1 && (long) left.size() * right.size() > MOST_PRODUCTS) {
      return null;
    }
    List<Sequence> product = new ArrayList<>(left.size() * right.size());
    for (Sequence first : left) {
      for (Sequence second : right) {
        copies += first.texts().size() + first.texts().getLast().length();
        if (copies > MOST_COPIES || first.gaps().size() > MOST_GAPS) {
          return null;
        }
        product.add(first.then(second));
      }
    }
    return product;
  }

  private @Nullable List<Sequence> piece(int depth) {
    return switch (peek()) {
      case '.' -> gap();
      case '(' -> group(depth);
      default -> text();
    };
  }

  private @Nullable List<Sequence> gap() {
    offset++;
    int least;
    if (takeIf('*')) {
      least = 0;
    } else if (takeIf('+')) {
      least = 1;
    } else {
      return null;
    }
    takeIf('?'); // whether a gap is lazy makes no difference when the whole text must match
    return isRepeated() ? null : List.of(new Sequence(List.of("", ""), List.of(least)));
  }

  private @Nullable List<Sequence> group(int depth) {
    offset++;
    if (takeIf('?') && !takeIf(':')) {
      return null;
    }
    List<Sequence> inner = alternatives(depth + 1);
    return inner == null || !takeIf(')') || isRepeated() ? null : inner;
  }

  private @Nullable List<Sequence> text() {
    if (isRepeated()) {
      return null; // a repetition of nothing
    }
    StringBuilder text = new StringBuilder();
    while (offset < pattern.length()) {
      int c = pattern.codePointAt(offset);
      if (c == '\\') {
        c = escaped();
      } else if (OPERATORS.indexOf(c) >= 0) {
        break;
      } else {
        offset += Character.charCount(c);
      }
      if (c < 0 || SourceText.isHalf(c) || isRepeated()) {
        return null;
      }
      text.appendCodePoint(c);
    }
    return text.isEmpty() ? null : List.of(new Sequence(List.of(text.toString()), List.of()));
  }

  /** Takes an escaped character; -1 if the escape means anything but the character itself. */
  private int escaped() {
    int c = offset + 1 < pattern.length() ? pattern.charAt(offset + 1) : -1;
    boolean isPunctuation = c > ' ' && c < 0x7f && !Lexer.isDigit(c) && !isAsciiLetter(c);
    offset += 2;
    return isPunctuation ? c : -1;
  }

  private static boolean isAsciiLetter(int c) {
    return c != '_' && Lexer.isLetter(c);
  }

  /** True if a repetition follows, or a brace that might be one. */
  private boolean isRepeated() {
    if (offset >= pattern.length()) {
      return false;
    }
    char c = peek();
    return c == '*'
        || c == '+'
        || c == '?'
        || (c == '{' && offset + 1 < pattern.length() && Lexer.isDigit(pattern.charAt(offset + 1)));
  }

  private char peek() {
    return pattern.charAt(offset);
  }

  private boolean takeIf(char expected) {
    if (offset >= pattern.length() || peek() != expected) {
      return false;
    }
    offset++;
    return true;
  }
}
