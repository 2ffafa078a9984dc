package io.tempo4j.query.metrics;

import io.tempo4j.model.CorruptBlockException;
import io.tempo4j.query.Coverage;
import io.tempo4j.query.QueryMemory;
import io.tempo4j.query.QueryStats;
import java.util.ArrayList;
import java.util.List;

/**
 * What a metrics query counted so far: the result of some sources, to be merged with that of others
 * in any order.
 *
 * <p>Belongs to whoever called the engine for it. Not thread-safe.
 */
public final class MetricsPartial {

  private final TimeAxis axis;
  private final List<SeriesPartial> leaves;
  private QueryStats stats;
  private Coverage coverage = Coverage.COMPLETE;

  MetricsPartial(TimeAxis axis, List<SeriesPartial> leaves, QueryStats stats) {
    this.axis = axis;
    this.leaves = leaves;
    this.stats = stats;
  }

  /**
   * A partial from its bytes.
   *
   * @param bytes as {@link #encode} gives them; not trusted
   * @throws CorruptBlockException if they are no partial of a version that can be read here
   */
  public static MetricsPartial decode(byte[] bytes) throws CorruptBlockException {
    return MetricsPartialFormat.read(bytes);
  }

  /** The bytes of this partial, in the format of docs/format/metrics-partial-v1.md. */
  public byte[] encode() {
    return MetricsPartialFormat.write(this);
  }

  /** Nothing counted yet. */
  static MetricsPartial empty(MetricsPlan plan, QueryMemory memory) {
    List<SeriesPartial> leaves = new ArrayList<>();
    for (LeafPlan leaf : plan.leaves()) {
      leaves.add(new SeriesPartial(leaf, plan.axis(), plan.exemplars(), memory));
    }
    return new MetricsPartial(plan.axis(), leaves, QueryStats.NONE);
  }

  /** The buckets of time. */
  TimeAxis axis() {
    return axis;
  }

  /** What was counted for each function of the query. */
  List<SeriesPartial> leaves() {
    return leaves;
  }

  /** Takes the bytes of values that came since the last time. */
  void holdValues() {
    leaves.forEach(SeriesPartial::holdValues);
  }

  /** Gives back what was taken of the query's memory; this is not used any more. */
  public void release() {
    leaves.forEach(SeriesPartial::release);
  }

  /** Holds {@code counted} for a function of the query instead of what it held. */
  void replace(int function, SeriesPartial counted) {
    leaves.set(function, counted);
  }

  /** What was pruned and read for it. */
  public QueryStats stats() {
    return stats;
  }

  /** What was pruned and read so far, of all that this holds. */
  void stats(QueryStats soFar) {
    stats = soFar;
  }

  /** Which blocks may hold more and could not be read. */
  public Coverage coverage() {
    return coverage;
  }

  /** Notes that some blocks could not be read for this. */
  public void lacks(Coverage missing) {
    coverage = coverage.and(missing);
  }

  /**
   * Adds what other sources gave; the other partial stays as it is.
   *
   * @throws IllegalArgumentException if it is not of the same request
   */
  public void add(MetricsPartial other) {
    add(other, 1);
  }

  /** As {@link #add(MetricsPartial)}, with what each span there stands for. */
  void add(MetricsPartial other, double weight) {
    if (!isLike(other)) {
      throw new IllegalArgumentException("the partials are not of the same request");
    }
    for (int i = 0; i < leaves.size(); i++) {
      leaves.get(i).add(other.leaves.get(i), weight);
    }
    stats = stats.plus(other.stats);
    lacks(other.coverage);
  }

  /** Whether both can be of the same request. */
  boolean isLike(MetricsPartial other) {
    if (!axis.equals(other.axis) || leaves.size() != other.leaves.size()) {
      return false;
    }
    for (int i = 0; i < leaves.size(); i++) {
      if (!leaves.get(i).isLike(other.leaves.get(i))) {
        return false;
      }
    }
    return true;
  }

  /** Heap bytes that this holds, for budgets. */
  public long heapBytes() {
    return leaves.stream().mapToLong(SeriesPartial::heapBytes).sum();
  }
}
