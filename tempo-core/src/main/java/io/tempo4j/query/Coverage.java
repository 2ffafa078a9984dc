package io.tempo4j.query;

import java.util.Collection;
import java.util.List;
import java.util.TreeSet;

/**
 * How much of what is stored an answer was made from: all of it, or all but some blocks that could
 * not be read, and some traces that could not be seen as wholes. Immutable.
 *
 * @param missingBlocks ids of the blocks that may hold more of the answer, ascending, each once
 * @param largeTraces ids of traces that were left out, since they lie in several places and are too
 *     large to be put together; ascending, each once
 */
public record Coverage(List<String> missingBlocks, List<String> largeTraces) {

  /** Nothing is missing. */
  public static final Coverage COMPLETE = new Coverage(List.of(), List.of());

  private static final int MOST_NAMED = 10;

  /** Copies the lists. */
  public Coverage {
    missingBlocks = List.copyOf(missingBlocks);
    largeTraces = List.copyOf(largeTraces);
  }

  /** The coverage of an answer that lacks these blocks, which may be named in any order. */
  public static Coverage without(Collection<String> blocks) {
    return blocks.isEmpty() ? COMPLETE : new Coverage(sorted(blocks), List.of());
  }

  /** The coverage of an answer that lacks these traces, which may be named in any order. */
  public static Coverage withoutTraces(Collection<String> traces) {
    return traces.isEmpty() ? COMPLETE : new Coverage(List.of(), sorted(traces));
  }

  private static List<String> sorted(Collection<String> names) {
    return List.copyOf(new TreeSet<>(names));
  }

  /** Whether nothing is missing. */
  public boolean isComplete() {
    return missingBlocks.isEmpty() && largeTraces.isEmpty();
  }

  /** The coverage of an answer that is made of two others. */
  public Coverage and(Coverage other) {
    if (isComplete() || other.isComplete()) {
      return isComplete() ? other : this;
    }
    return new Coverage(
        both(missingBlocks, other.missingBlocks), both(largeTraces, other.largeTraces));
  }

  private static List<String> both(List<String> one, List<String> other) {
    TreeSet<String> both = new TreeSet<>(one);
    both.addAll(other);
    return List.copyOf(both);
  }

  /** What is missing, for readers, in one line that names some of it; empty if nothing. */
  public String explanation() {
    if (isComplete()) {
      return "";
    }
    String blocks = named("blocks that cannot be read", missingBlocks);
    String traces = named("traces in several places that are too large", largeTraces);
    return "the answer lacks "
        + blocks
        + (blocks.isEmpty() || traces.isEmpty() ? "" : "; ")
        + traces;
  }

  private static String named(String what, List<String> all) {
    if (all.isEmpty()) {
      return "";
    }
    int named = Math.min(MOST_NAMED, all.size());
    int others = all.size() - named;
    return what
        + ": "
        + String.join(", ", all.subList(0, named))
        + (others == 0 ? "" : " and " + others + " others");
  }
}
