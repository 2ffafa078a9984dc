package io.tempo4j.query.metrics;

/**
 * The groups of {@code compare}: side, attribute, value. An attribute is the text of its label, a
 * value that has no label of its own is {@link ValuePool#NIL}. Values that are not told apart any
 * more count together, with {@code NIL}, on sides of their own.
 */
final class CompareGroups {

  static final int ARITY = 3;

  /** The side of spans that are not selected. */
  static final int BASELINE = 0;

  /** The side of selected spans. */
  static final int SELECTION = 1;

  /** The largest number of a side. */
  static final int LAST_SIDE = 3;

  private final GroupTable groups;

  CompareGroups(GroupTable groups) {
    this.groups = groups;
  }

  /** Where values of a side count that are not told apart any more. */
  static int forgotten(int side) {
    return side | 2;
  }

  /** Whether values are not told apart there. */
  static boolean isForgotten(int side) {
    return (side & 2) != 0;
  }

  /** The baseline or the selection. */
  static int told(int side) {
    return side & 1;
  }

  /** What all values of an attribute on one side have in common. */
  int prefix(int side, int attribute) {
    return groups.child(1, groups.child(0, 0, side), attribute);
  }

  /** The group of a value. */
  int group(int prefix, int value) {
    return groups.child(2, prefix, value);
  }
}
