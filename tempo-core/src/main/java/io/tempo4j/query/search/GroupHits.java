package io.tempo4j.query.search;

import io.tempo4j.column.Fields;
import io.tempo4j.model.TraceId;
import io.tempo4j.query.scan.GroupView;
import io.tempo4j.query.scan.Selection;
import io.tempo4j.query.scan.TimeRange;
import java.io.IOException;
import java.util.Arrays;

/**
 * The spans of one row group for which the anchor of a search holds, and a queue of their traces:
 * newest start first, ties by trace id.
 */
final class GroupHits {

  private final GroupView group;
  private final Selection anchored;
  private final long[] starts;

  /** A binary heap of trace rows. */
  private int[] heap = new int[16];

  private int size;

  /** Queues the traces that have a span of {@code anchored} and overlap the time range. */
  GroupHits(GroupView group, Selection anchored, TimeRange range) throws IOException {
    this.group = group;
    this.anchored = anchored;
    starts = group.traces().longs(Fields.TRACE_START);
    queue(range);
  }

  private void queue(TimeRange range) throws IOException {
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

  boolean isEmpty() {
    return size == 0;
  }

  /** The trace row at the head of the queue. */
  int firstTraceRow() {
    return heap[0];
  }

  long firstStart() {
    return starts[heap[0]];
  }

  TraceId firstId() throws IOException {
    return group.traceId(heap[0]);
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
    int compared = Long.compareUnsigned(starts[other], starts[trace]);
    // Rows ascend by trace id.
    return compared < 0 || (compared == 0 && trace < other);
  }
}
