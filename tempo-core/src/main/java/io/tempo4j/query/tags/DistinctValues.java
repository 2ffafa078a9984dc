package io.tempo4j.query.tags;

import io.tempo4j.collect.Growth;
import io.tempo4j.collect.LongSet;
import io.tempo4j.collect.StringInterner;
import io.tempo4j.column.Dictionary;
import io.tempo4j.query.QueryMemory;
import io.tempo4j.query.scan.Value;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The distinct values of a tag, up to the limits. What came before costs no object. Not
 * thread-safe.
 */
final class DistinctValues {

  private final Budget budget;
  private final StringInterner texts = new StringInterner();
  private final Numbers integers = new Numbers(TagValue.Type.INT);
  private final Numbers reals = new Numbers(TagValue.Type.FLOAT);
  private final Numbers bools = new Numbers(TagValue.Type.BOOL);

  /** Texts that were admitted; the one that was not may stand behind them. */
  private int textCount;

  private int givenTexts;

  DistinctValues(TagLimits limits, QueryMemory memory) {
    budget = new Budget(limits, memory);
  }

  /** True once no further value is wanted. */
  boolean isFull() {
    return budget.isSpent();
  }

  Truncation truncation() {
    return budget.truncation();
  }

  void text(byte[] bytes, int offset, int length) {
    if (isFull()) {
      return;
    }
    int before = texts.size();
    texts.intern(bytes, offset, length);
    if (texts.size() == before) {
      budget.repeat();
    } else if (budget.admits(length)) {
      textCount++;
    }
  }

  void integer(long value) {
    integers.add(value);
  }

  /** All not-a-numbers are one value, the zeros are two. */
  void real(double value) {
    reals.add(Double.doubleToLongBits(value));
  }

  void bool(boolean value) {
    bools.add(value ? 1 : 0);
  }

  /** A scalar, or the scalars among the elements of an array; everything else has no value here. */
  void value(Value value) {
    if (value instanceof Value.Items array) {
      array.items().forEach(this::scalar);
    } else {
      scalar(value);
    }
  }

  private void scalar(Value value) {
    switch (value) {
      case Value.Text text -> text(text.utf8(), 0, text.utf8().length);
      case Value.Id id -> scalar(id.toText());
      case Value.Int number -> integer(number.value());
      case Value.Real number -> real(number.value());
      case Value.Bool bool -> bool(bool.value());
      case Value.Items nested -> {}
      case Value.Opaque opaque -> {}
      case Value.Status status -> {}
      case Value.Kind kind -> {}
    }
  }

  /** Everything, sorted. */
  List<TagValue> all() {
    return values(0, false);
  }

  /** What was not part of an answer of this method before, sorted. */
  List<TagValue> further() {
    List<TagValue> further = values(givenTexts, true);
    givenTexts = textCount;
    return further;
  }

  private List<TagValue> values(int fromText, boolean isFurther) {
    Dictionary dictionary = texts.dictionary();
    List<String> sorted = new ArrayList<>(textCount - fromText);
    for (int code = fromText; code < textCount; code++) {
      sorted.add(dictionary.string(code));
    }
    sorted.sort(null);
    List<TagValue> values = new ArrayList<>(sorted.size());
    sorted.forEach(text -> values.add(new TagValue(TagValue.Type.STRING, text)));
    integers.addTo(values, isFurther);
    reals.addTo(values, isFurther);
    bools.addTo(values, isFurther);
    return values;
  }

  /** Distinct numbers of one type, as bits. */
  private final class Numbers {

    private final TagValue.Type type;
    private final LongSet known = new LongSet();
    private long[] bits = new long[8];
    private int count;
    private int given;

    Numbers(TagValue.Type type) {
      this.type = type;
    }

    void add(long value) {
      if (isFull()) {
        return;
      }
      if (!known.add(value)) {
        budget.repeat();
      } else if (budget.admits(text(value).length())) {
        if (count == bits.length) {
          bits = Arrays.copyOf(bits, Growth.next(count, count + 1L));
        }
        bits[count++] = value;
      }
    }

    void addTo(List<TagValue> values, boolean isFurther) {
      int from = isFurther ? given : 0;
      if (type == TagValue.Type.FLOAT) {
        double[] sorted = new double[count - from];
        for (int i = from; i < count; i++) {
          sorted[i - from] = Double.longBitsToDouble(bits[i]);
        }
        Arrays.sort(sorted);
        for (double value : sorted) {
          values.add(new TagValue(type, text(Double.doubleToLongBits(value))));
        }
      } else {
        long[] sorted = Arrays.copyOfRange(bits, from, count);
        Arrays.sort(sorted);
        for (long value : sorted) {
          values.add(new TagValue(type, text(value)));
        }
      }
      if (isFurther) {
        given = count;
      }
    }

    private String text(long value) {
      return switch (type) {
        case INT -> Long.toString(value);
        case BOOL -> Boolean.toString(value != 0);
        case FLOAT -> RealText.of(Double.longBitsToDouble(value));
        case STRING, KEYWORD, DURATION -> throw new IllegalStateException("no numbers: " + type);
      };
    }
  }
}
