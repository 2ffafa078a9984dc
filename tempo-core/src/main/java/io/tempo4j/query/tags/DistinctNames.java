package io.tempo4j.query.tags;

import io.tempo4j.query.QueryMemory;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** The distinct names of one scope, up to the limits. Not thread-safe. */
final class DistinctNames {

  private final Budget budget;
  private final Set<String> known = new HashSet<>();
  private final List<String> names = new ArrayList<>();
  private int given;

  DistinctNames(TagLimits limits, QueryMemory memory) {
    budget = new Budget(limits, memory);
  }

  boolean isFull() {
    return budget.isSpent();
  }

  Truncation truncation() {
    return budget.truncation();
  }

  boolean contains(String name) {
    return known.contains(name);
  }

  /** Adds a name; an empty one cannot be asked for and does not count. */
  void add(String name) {
    if (isFull() || name.isEmpty()) {
      return;
    }
    if (!known.add(name)) {
      budget.repeat();
    } else if (budget.admits(name.getBytes(StandardCharsets.UTF_8).length)) {
      names.add(name);
    }
  }

  /** Everything, sorted. */
  List<String> all() {
    return names.stream().sorted().toList();
  }

  /** What was not part of an answer of this method before, sorted. */
  List<String> further() {
    List<String> further = names.subList(given, names.size()).stream().sorted().toList();
    given = names.size();
    return further;
  }
}
