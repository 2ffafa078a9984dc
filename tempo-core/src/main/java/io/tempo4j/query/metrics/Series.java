package io.tempo4j.query.metrics;

import io.tempo4j.model.Attribute;
import io.tempo4j.model.AttributeValue;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A series while results are computed. Its labels are made when they are first asked for, since of
 * many series few may be left in the end. Not thread-safe.
 */
final class Series {

  /** The label that says which function made a series without other labels. */
  static final String NAME = "__name__";

  private final Supplier<List<Attribute>> labelling;
  private final double[] values;
  private final List<Exemplar> exemplars;
  private @Nullable List<Attribute> labels;

  /**
   * A series.
   *
   * @param labelling gives the labels in the order in which they are shown, always the same
   * @param values per bucket of time, NaN for none; may be changed by the owner of the series
   */
  Series(Supplier<List<Attribute>> labelling, double[] values, List<Exemplar> exemplars) {
    this.labelling = labelling;
    this.values = values;
    this.exemplars = exemplars;
  }

  /** The same series with other values. */
  Series withValues(double[] others) {
    return new Series(this::labels, others, exemplars);
  }

  List<Attribute> labels() {
    List<Attribute> known = labels;
    if (known == null) {
      known = labelling.get();
      labels = known;
    }
    return known;
  }

  double[] values() {
    return values;
  }

  List<Exemplar> exemplars() {
    return exemplars;
  }

  /** What tells this series from others, whatever the order of its labels. */
  String key() {
    return key(labels());
  }

  /** As {@link #key()}, without the name of the function. */
  String keyWithoutName() {
    return key(labels().stream().filter(label -> !label.key().equals(NAME)).toList());
  }

  private static String key(List<Attribute> labels) {
    List<Attribute> sorted = new ArrayList<>(labels);
    sorted.sort(Comparator.comparing(Attribute::key));
    StringBuilder key = new StringBuilder();
    for (Attribute label : sorted) {
      key.append(label.key()).append('\u0001').append(text(label.value())).append('\u0002');
    }
    return key.toString();
  }

  /** Type and text, so that the number 1 and the text "1" differ. */
  private static String text(AttributeValue value) {
    return switch (value) {
      case AttributeValue.StringValue text -> text.value() + "\u0001s";
      case AttributeValue.IntValue number -> number.value() + "\u0001i";
      case AttributeValue.DoubleValue number -> number.value() + "\u0001d";
      case AttributeValue.BoolValue bool -> bool.value() + "\u0001b";
      default -> value.toString();
    };
  }

  boolean hasValue() {
    for (double value : values) {
      if (isPoint(value)) {
        return true;
      }
    }
    return false;
  }

  /** Infinity has no place in JSON, so it is as absent as NaN. */
  static boolean isPoint(double value) {
    return !Double.isNaN(value) && !Double.isInfinite(value);
  }
}
