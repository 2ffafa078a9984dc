package io.tempo4j.query.metrics;

/** The groups of {@code compare}: kind of series, attribute, value. */
final class CompareGroups {

  static final int ARITY = 3;

  private CompareGroups() {}
}
