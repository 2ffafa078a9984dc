package io.tempo4j.query.stitch;

import io.tempo4j.collect.TreeOrder;
import io.tempo4j.model.TraceId;
import io.tempo4j.query.scan.GroupView;
import io.tempo4j.query.scan.ReadTally;
import io.tempo4j.query.scan.SourceView;
import java.io.IOException;
import java.util.Comparator;
import java.util.List;

/**
 * Makes one trace of parts that lie in several sources, so that it can be evaluated like any other.
 * Of two spans that agree in id and kind it has the first by start. Not thread-safe.
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
    tally.stitched();
    List<TraceParts.Part> sorted =
        parts.stream()
            .sorted(Comparator.comparing(part -> part.group().source().source().name()))
            .toList();
    return new SourceView(StitchedTrace.of(id, sorted, order), tally).groups().get(0);
  }
}
