package io.tempo4j.query.metrics;

import io.tempo4j.collect.Growth;
import io.tempo4j.collect.IntSort;
import io.tempo4j.column.Fields;
import io.tempo4j.model.TraceId;
import io.tempo4j.query.scan.GroupView;
import io.tempo4j.query.scan.ReadTally;
import io.tempo4j.query.scan.Selection;
import io.tempo4j.query.scan.TimeRange;
import java.io.IOException;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Finds the spans of a row group that another source has, too. Used once; not thread-safe. */
/*
 * From cheap to dear: a span must start while the other source has spans; the trace-id filter of the
 * other source must know its trace; there must be a span with its start, id, kind and duration; and
 * the digests of both must be the same. Nearly all traces end at the first or second question.
 * Traces ascend in both sources, so one row group of the other is at hand at a time.
 */
final class RepeatedRows {

  private static final int BATCH = 8192;

  private final GroupView group;
  private final @Nullable Selection among;
  private final Repeats.Earlier other;
  private final ReadTally tally;
  private final Selection found;

  private @Nullable GroupView there;
  private final Rows here = new Rows();
  private final Rows copies = new Rows();

  /** Rows with the traces that they are of, numbered as in the row group at hand. */
  private static final class Rows {
    private int[] rows = new int[0];
    private int[] traces = new int[0];
    private int count;

    void add(int row, int trace) {
      if (count == rows.length) {
        rows = Arrays.copyOf(rows, Growth.next(count, count + 1L));
        traces = Arrays.copyOf(traces, rows.length);
      }
      rows[count] = row;
      traces[count++] = trace;
    }
  }

  /** A span as far as it is compared. */
  private record Copy(int trace, long high, long low) {}

  /**
   * Compares a row group with another source.
   *
   * @param among the rows that matter; null for all
   */
  RepeatedRows(GroupView group, @Nullable Selection among, Repeats.Earlier other, ReadTally tally) {
    this.group = group;
    this.among = among;
    this.other = other;
    this.tally = tally;
    found = Selection.none(group.spans().rowCount());
  }

  Selection find() throws IOException {
    long[] starts = group.spans().longs(Fields.SPAN_START);
    int[] offsets = group.traceOffsets();
    TimeRange range = other.starts();
    for (int trace = 0; trace + 1 < offsets.length; trace++) {
      for (int row = offsets[trace]; row < offsets[trace + 1]; row++) {
        if (range.overlaps(starts[row], starts[row]) && (among == null || among.contains(row))) {
          compare(trace);
          break;
        }
      }
    }
    settle();
    return found;
  }

  private void compare(int trace) throws IOException {
    TraceId id = group.traceId(trace);
    int index = other.source().source().findTrace(id);
    if (index < 0) {
      return;
    }
    if (there == null || there.index() != index) {
      settle();
      // A view of its own, whose columns go when the next row group is looked at.
      there =
          new GroupView(
              other.source(), index, other.source().source().rowGroups().get(index), tally);
    }
    int traceThere = there.traceRow(id);
    if (traceThere >= 0) {
      match(there, trace, rows(group, trace, among), rows(there, traceThere, null));
      if (here.count >= BATCH) {
        settle();
      }
    }
  }

  private static int[] rows(GroupView group, int trace, @Nullable Selection among)
      throws IOException {
    int from = group.traceOffsets()[trace];
    int to = group.traceOffsets()[trace + 1];
    int[] rows = new int[to - from];
    int count = 0;
    for (int row = from; row < to; row++) {
      if (among == null || among.contains(row)) {
        rows[count++] = row;
      }
    }
    Keys keys = Keys.of(group);
    IntSort.sort(rows, 0, count, (a, b) -> keys.compare(a, keys, b));
    return Arrays.copyOf(rows, count);
  }

  /** Notes the rows that nothing but their content may tell apart. */
  private void match(GroupView there, int trace, int[] own, int[] others) throws IOException {
    Keys keys = Keys.of(group);
    Keys keysThere = Keys.of(there);
    int at = 0;
    int before = -1; // the last of the others that was noted
    for (int row : own) {
      while (at < others.length && keysThere.compare(others[at], keys, row) < 0) {
        at++;
      }
      boolean isNoted = false;
      for (int i = at; i < others.length && keysThere.compare(others[i], keys, row) == 0; i++) {
        isNoted = true;
        if (i <= before) {
          break; // another row that agrees came before, with all of these
        }
        copies.add(others[i], trace);
        before = i;
      }
      if (isNoted) {
        here.add(row, trace);
      }
    }
  }

  /** Compares the content of what was noted. */
  private void settle() throws IOException {
    if (here.count > 0 && there != null) {
      Set<Copy> known = new HashSet<>();
      for (int from = 0; from < copies.count; from += BATCH) {
        addCopies(there, copies, from, Math.min(from + BATCH, copies.count), known, null);
      }
      for (int from = 0; from < here.count; from += BATCH) {
        addCopies(group, here, from, Math.min(from + BATCH, here.count), known, found);
      }
    }
    here.count = 0;
    copies.count = 0;
  }

  /** Adds rows to {@code known}, or those that are known to {@code selected} if there is one. */
  private static void addCopies(
      GroupView group, Rows rows, int from, int to, Set<Copy> known, @Nullable Selection selected)
      throws IOException {
    int[] indexes = new int[to - from];
    Arrays.setAll(indexes, i -> from + i);
    IntSort.sort(indexes, 0, indexes.length, (a, b) -> Integer.compare(rows.rows[a], rows.rows[b]));
    int[] sorted = Arrays.stream(indexes).map(i -> rows.rows[i]).toArray();
    long[] digests = group.digests(sorted);
    for (int i = 0; i < sorted.length; i++) {
      Copy copy = new Copy(rows.traces[indexes[i]], digests[2 * i], digests[2 * i + 1]);
      if (selected == null) {
        known.add(copy);
      } else if (known.contains(copy)) {
        selected.add(sorted[i]);
      }
    }
  }

  /** What tells most spans of a trace apart. */
  @SuppressWarnings("ArrayRecordComponent") // the shared arrays of columns
  private record Keys(long[] starts, long[] ids, int[] kinds, long[] durations) {

    static Keys of(GroupView group) throws IOException {
      return new Keys(
          group.spans().longs(Fields.SPAN_START),
          group.spans().longs(Fields.SPAN_ID),
          group.spans().ints(Fields.SPAN_KIND),
          group.spans().longs(Fields.SPAN_DURATION));
    }

    int compare(int row, Keys other, int otherRow) {
      int order = Long.compareUnsigned(starts[row], other.starts[otherRow]);
      if (order == 0) {
        order = Long.compareUnsigned(ids[row], other.ids[otherRow]);
      }
      if (order == 0) {
        order = Integer.compare(kinds[row], other.kinds[otherRow]);
      }
      return order != 0 ? order : Long.compareUnsigned(durations[row], other.durations[otherRow]);
    }
  }
}
