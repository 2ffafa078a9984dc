package io.tempo4j.query;

import java.util.Collection;
import java.util.List;
import java.util.TreeSet;

/**
 * How much of what is stored an answer was made from: all of it, or all but some blocks that could
 * not be read. Immutable.
 *
 * @param missingBlocks ids of the blocks that may hold more of the answer, ascending, each once
 */
public record Coverage(List<String> missingBlocks) {

  /** Nothing is missing. */
  public static final Coverage COMPLETE = new Coverage(List.of());

  private static final int MOST_NAMED = 10;

  /** Copies the list. */
  public Coverage {
    missingBlocks = List.copyOf(missingBlocks);
  }

  /** The coverage of an answer that lacks these blocks, which may be named in any order. */
  public static Coverage without(Collection<String> blocks) {
    return blocks.isEmpty() ? COMPLETE : new Coverage(List.copyOf(new TreeSet<>(blocks)));
  }

  /** Whether nothing is missing. */
  public boolean isComplete() {
    return missingBlocks.isEmpty();
  }

  /** The coverage of an answer that is made of two others. */
  public Coverage and(Coverage other) {
    if (isComplete() || other.isComplete()) {
      return isComplete() ? other : this;
    }
    TreeSet<String> both = new TreeSet<>(missingBlocks);
    both.addAll(other.missingBlocks);
    return without(both);
  }

  /** What is missing, for readers, in one line that names some of the blocks; empty if nothing. */
  public String explanation() {
    if (isComplete()) {
      return "";
    }
    int named = Math.min(MOST_NAMED, missingBlocks.size());
    int others = missingBlocks.size() - named;
    return "the answer lacks blocks that cannot be read: "
        + String.join(", ", missingBlocks.subList(0, named))
        + (others == 0 ? "" : " and " + others + " others");
  }
}
