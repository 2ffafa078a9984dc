package io.tempo4j.query.stitch;

import io.tempo4j.collect.TreeOrder;
import io.tempo4j.model.TraceId;
import io.tempo4j.query.scan.GroupView;
import io.tempo4j.query.scan.ReadTally;
import io.tempo4j.query.scan.SourceView;
import java.io.IOException;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Makes one trace of parts that lie in several sources, so that it can be evaluated like any other.
 * Of spans that are equal it has one, see {@link io.tempo4j.collect.SpanOrder}. Not thread-safe.
 */
/*
 * The result has the shape of a row group, but its columns are gathered from those of the parts when
 * they are asked for: a query decodes no column that it would not decode anyway, and a trace costs
 * what its own spans cost, however large the row groups are that they lie in.
 */
public final class TraceStitcher {

  private final ReadTally tally;
  private final TreeOrder order = new TreeOrder();

  public TraceStitcher(ReadTally tally) {
    this.tally = tally;
  }

  /**
   * The trace as the only one of a row group.
   *
   * @param parts at least one, of different sources, in any order
   */
  public GroupView stitch(TraceId id, List<TraceParts.Part> parts) throws IOException {
    return stitch(Map.of(id, parts), GatheredColumns.Reading.WHOLE);
  }

  /**
   * Traces as those of one row group, ordered by id. What a query then reads of a part costs the
   * less the fewer of its rows belong to these traces, so all that a query wants of them should be
   * wanted of as many as memory allows.
   *
   * @param partsOf at least one part of each trace, of different sources, in any order
   */
  public GroupView stitch(Map<TraceId, List<TraceParts.Part>> partsOf) throws IOException {
    return stitch(partsOf, GatheredColumns.Reading.CHOSEN);
  }

  /** Whether the row group was put together of traces of several parts. */
  public static boolean isStitched(GroupView group) {
    return group.source().source() instanceof StitchedTraces;
  }

  private GroupView stitch(
      Map<TraceId, List<TraceParts.Part>> partsOf, GatheredColumns.Reading reading)
      throws IOException {
    SortedMap<TraceId, List<TraceParts.Part>> sorted = new TreeMap<>();
    partsOf.forEach((id, parts) -> {
      tally.stitched();
      sorted.put(
          id,
          parts.stream()
              .sorted(Comparator.comparing(part -> part.group().source().source().name()))
              .toList());
    });
    return new SourceView(StitchedTraces.of(sorted, reading, order), tally).groups().get(0);
  }
}
