package io.tempo4j.query.search;

import io.tempo4j.column.Fields;
import io.tempo4j.query.scan.GroupView;
import io.tempo4j.query.scan.SourceView;
import io.tempo4j.query.scan.TimeRange;
import java.io.IOException;

/**
 * The key by which traces are ordered: the larger, the earlier, as unsigned numbers. What is known
 * of one part, or of a row group, is an upper bound of the key of the whole trace.
 */
interface Ranking {

  /** A bound of the keys of all traces with a part in the source. */
  long bound(SourceView source) throws IOException;

  /** A bound of the keys of all traces with a part in the row group. */
  long bound(GroupView group) throws IOException;

  /** A bound of the key of each trace with a part in the row group, by trace row. */
  long[] bounds(GroupView group) throws IOException;

  /** The key of a trace whose parts are known. */
  long key(long startNanos, long endNanos);

  /**
   * By start. The start of any part is an upper bound; those of a source and of a row group are in
   * zone maps.
   */
  final class Newest implements Ranking {

    @Override
    public long bound(SourceView source) {
      return TimeRange.upper(source.zone(Fields.TRACE_START));
    }

    @Override
    public long bound(GroupView group) {
      return TimeRange.upper(group.traces().zone(Fields.TRACE_START));
    }

    @Override
    public long[] bounds(GroupView group) throws IOException {
      return group.traces().longs(Fields.TRACE_START);
    }

    @Override
    public long key(long startNanos, long endNanos) {
      return startNanos;
    }
  }
}
