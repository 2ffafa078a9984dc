package io.tempo4j.query.metrics;

import io.tempo4j.model.Attribute;
import io.tempo4j.model.AttributeValue;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * A series while results are computed.
 *
 * @param labels in the order in which they are shown
 * @param values per bucket of time, NaN for none; may be changed by its owner
 */
@SuppressWarnings("ArrayRecordComponent") // compared by identity alone
record Series(List<Attribute> labels, double[] values, List<Exemplar> exemplars) {

  /** The label that says which function made a series without other labels. */
  static final String NAME = "__name__";

  /** What tells this series from others, whatever the order of its labels. */
  String key() {
    return key(labels);
  }

  /** As {@link #key()}, without the name of the function. */
  String keyWithoutName() {
    return key(labels.stream().filter(label -> !label.key().equals(NAME)).toList());
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
