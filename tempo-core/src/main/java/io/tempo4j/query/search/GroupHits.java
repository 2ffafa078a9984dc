package io.tempo4j.query.search;

import io.tempo4j.column.Fields;
import io.tempo4j.model.TraceId;
import io.tempo4j.query.scan.GroupView;
import io.tempo4j.query.scan.Selection;
import io.tempo4j.query.scan.TimeRange;
import java.io.IOException;
import java.util.Arrays;
import java.util.Comparator;

/**
 * The spans of one row group for which the anchor of a search holds, and a queue of their traces:
 * largest bound of their key first, ties by trace id.
 */
final class GroupHits {

  /** By the first trace of each; all must have one. */
  static final Comparator<GroupHits> BY_FIRST =
      Comparator.comparing(GroupHits::firstBound, (a, b) -> Long.compareUnsigned(b, a))
          .thenComparing(GroupHits::firstId);

  private final GroupView group;
  private final Selection anchored;
  private final long[] bounds;
  private final long[] idHigh;
  private final long[] idLow;

  /** A binary heap of trace rows. */
  private int[] heap = new int[16];

  private int size;

  /**
   * Queues the traces that have a span of {@code anchored} and overlap the time range.
   *
   * @param bounds by trace row
   */
  GroupHits(GroupView group, Selection anchored, long[] bounds, TimeRange range)
      throws IOException {
    this.group = group;
    this.anchored = anchored;
    this.bounds = bounds;
    idHigh = group.traces().longs(Fields.TRACE_ID_HIGH);
    idLow = group.traces().longs(Fields.TRACE_ID_LOW);
    queue(range);
  }

  /** Heap bytes of the hits in a row group, at most: ids, bounds and queue of traces, spans. */
  static long heapBytes(GroupView group) {
    return 32L * group.traces().rowCount() + group.spans().rowCount() / 8;
  }

  private void queue(TimeRange range) throws IOException {
    long[] starts = group.traces().longs(Fields.TRACE_START);
    long[] ends = group.traces().longs(Fields.TRACE_END);
    int[] offsets = group.traceOffsets();
    int trace = 0;
    for (int row = anchored.next(0); row >= 0; row = anchored.next(offsets[trace + 1])) {
      while (offsets[trace + 1] <= row) {
        trace++;
      }
      if (range.overlaps(starts[trace], ends[trace])) {
        if (size == heap.length) {
          heap = Arrays.copyOf(heap, 2 * size);
        }
        heap[size++] = trace;
      }
    }
    for (int i = (size >>> 1) - 1; i >= 0; i--) {
      siftDown(i);
    }
  }

  /** All spans of the traces in the queue. */
  Selection queued() throws IOException {
    Selection spans = Selection.none(anchored.size());
    int[] offsets = group.traceOffsets();
    for (int i = 0; i < size; i++) {
      spans.addRange(offsets[heap[i]], offsets[heap[i] + 1]);
    }
    return spans;
  }

  Selection anchored() {
    return anchored;
  }

  GroupView group() {
    return group;
  }

  int size() {
    return size;
  }

  boolean isEmpty() {
    return size == 0;
  }

  /** The trace row at the head of the queue. */
  int firstTraceRow() {
    return heap[0];
  }

  long firstBound() {
    return bounds[heap[0]];
  }

  TraceId firstId() {
    return new TraceId(idHigh[heap[0]], idLow[heap[0]]);
  }

  void removeFirst() {
    heap[0] = heap[--size];
    siftDown(0);
  }

  private void siftDown(int from) {
    int at = from;
    int moving = heap[at];
    while (2 * at + 1 < size) {
      int child = 2 * at + 1;
      if (child + 1 < size && isBefore(heap[child + 1], heap[child])) {
        child++;
      }
      if (!isBefore(heap[child], moving)) {
        break;
      }
      heap[at] = heap[child];
      at = child;
    }
    heap[at] = moving;
  }

  private boolean isBefore(int trace, int other) {
    int compared = Long.compareUnsigned(bounds[other], bounds[trace]);
    // Rows ascend by trace id.
    return compared < 0 || (compared == 0 && trace < other);
  }
}
