package io.tempo4j.query.search;

import io.tempo4j.column.Fields;
import io.tempo4j.column.WantedColumns;
import io.tempo4j.query.QueryContext;
import io.tempo4j.query.scan.FieldColumns;
import io.tempo4j.query.scan.GroupView;
import io.tempo4j.query.scan.SourceView;
import java.io.IOException;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;

/** Ranks traces by duration, exactly. Not thread-safe. */
/*
 * The duration of a part says nothing of that of the whole trace, so there is no bound to begin
 * with but the time from the first start to the last end. Therefore the table of traces (ids, starts
 * and ends) of every source is read once, and the parts of a trace are brought together by merging
 * the sources by trace id. What is then known is exact, and is what spares the rest: a filter is
 * evaluated only in row groups with a trace that is long enough.
 */
final class Longest implements Ranking {

  private static final int STEPS_PER_CHECK = 4096;
  private static final WantedColumns TRACES = new FieldColumns().withTraces().wanted();

  private final List<SourceView> sources;
  private final QueryContext context;
  private final Map<GroupView, long[]> durations = new HashMap<>();

  Longest(List<SourceView> sources, QueryContext context) {
    this.sources = sources;
    this.context = context;
  }

  @Override
  public long bound(SourceView source) throws IOException {
    long longest = 0;
    for (GroupView group : source.groups()) {
      longest = Math.max(longest, bound(group));
    }
    return longest;
  }

  @Override
  public long bound(GroupView group) throws IOException {
    long longest = 0;
    for (long duration : bounds(group)) {
      longest = Math.max(longest, duration);
    }
    return longest;
  }

  @Override
  public long[] bounds(GroupView group) throws IOException {
    if (durations.isEmpty()) {
      merge();
    }
    long[] known = durations.get(group);
    if (known == null) {
      throw new IllegalStateException("row group " + group.index() + " is of no source");
    }
    return known;
  }

  @Override
  public long key(long startNanos, long endNanos) {
    return GroupView.duration(startNanos, endNanos);
  }

  /** The traces of one source, one after the other by id. */
  private static final class Traces {
    private final List<GroupView> groups;
    private final Map<GroupView, long[]> durations;
    private int next;
    private int row = -1;
    private long[] high = new long[0];
    private long[] low = new long[0];
    private long[] starts = new long[0];
    private long[] ends = new long[0];
    private long[] result = new long[0];

    Traces(SourceView source, Map<GroupView, long[]> durations) {
      groups = source.groups();
      this.durations = durations;
    }

    boolean advance() throws IOException {
      while (++row == result.length) {
        if (next == groups.size()) {
          return false;
        }
        GroupView group = groups.get(next++);
        high = group.traces().longs(Fields.TRACE_ID_HIGH);
        low = group.traces().longs(Fields.TRACE_ID_LOW);
        starts = group.traces().longs(Fields.TRACE_START);
        ends = group.traces().longs(Fields.TRACE_END);
        result = new long[group.traces().rowCount()];
        durations.put(group, result);
        row = -1;
      }
      return true;
    }

    long high() {
      return high[row];
    }

    long low() {
      return low[row];
    }
  }

  private void merge() throws IOException {
    PriorityQueue<Traces> queue =
        new PriorityQueue<>(
            Comparator.comparing(Traces::high, Long::compareUnsigned)
                .thenComparing(Traces::low, Long::compareUnsigned));
    for (SourceView source : sources) {
      BitSet all = new BitSet();
      all.set(0, source.source().rowGroups().size());
      var unused = source.source().prefetch(all, TRACES);
    }
    for (SourceView source : sources) {
      Traces traces = new Traces(source, durations);
      if (traces.advance()) {
        queue.add(traces);
      }
    }
    List<Traces> parts = new ArrayList<>();
    for (int step = 0; !queue.isEmpty(); step++) {
      if (step % STEPS_PER_CHECK == 0) {
        context.check();
      }
      Traces first = queue.poll();
      parts.add(first);
      while (!queue.isEmpty()
          && queue.peek().high() == first.high()
          && queue.peek().low() == first.low()) {
        parts.add(queue.poll());
      }
      settle(parts);
      for (Traces part : parts) {
        if (part.advance()) {
          queue.add(part);
        }
      }
      parts.clear();
    }
  }

  /** Gives the parts of one trace its duration. */
  private static void settle(List<Traces> parts) {
    long start = -1; // unsigned maximum
    long end = 0;
    for (Traces part : parts) {
      long partStart = part.starts[part.row];
      long partEnd = part.ends[part.row];
      start = Long.compareUnsigned(partStart, start) < 0 ? partStart : start;
      end = Long.compareUnsigned(partEnd, end) > 0 ? partEnd : end;
    }
    for (Traces part : parts) {
      part.result[part.row] = GroupView.duration(start, end);
    }
  }
}
