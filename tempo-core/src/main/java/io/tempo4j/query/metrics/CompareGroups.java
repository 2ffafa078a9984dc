package io.tempo4j.query.metrics;

/**
 * The groups of {@code compare}: side, attribute, value. An attribute is the text of its label, a
 * value that has no label of its own is {@link ValuePool#NIL}.
 */
final class CompareGroups {

  static final int ARITY = 3;

  /** The side of spans that are not selected. */
  static final int BASELINE = 0;

  /** The side of selected spans. */
  static final int SELECTION = 1;

  private final GroupTable groups;

  CompareGroups(GroupTable groups) {
    this.groups = groups;
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
