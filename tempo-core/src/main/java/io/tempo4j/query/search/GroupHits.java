package io.tempo4j.query.search;

import io.tempo4j.column.Fields;
import io.tempo4j.model.TraceId;
import io.tempo4j.query.scan.GroupView;
import io.tempo4j.query.scan.Selection;
import io.tempo4j.query.scan.TimeRange;
import java.io.IOException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What the filters of a search found in one row group, and a queue of the traces it was found in:
 * newest start first, ties by trace id.
 */
final class GroupHits {

  private final GroupView group;
  private final @Nullable Selection[] selections;
  private final long[] starts;

  /** A binary heap of trace rows. */
  private int[] heap = new int[16];

  private int size;

  /**
   * Queues the traces that have a hit and overlap the time range.
   *
   * @param selections for each filter the spans it selects, null for none
   */
  GroupHits(GroupView group, @Nullable Selection[] selections, TimeRange range) throws IOException {
    this.group = group;
    this.selections = selections;
    starts = group.traces().longs(Fields.TRACE_START);
    Selection union = union();
    if (union != null) {
      queue(union, range);
    }
  }

  private @Nullable Selection union() {
    Selection union = null;
    for (Selection selection : selections) {
      if (union == null) {
        union = selection;
      } else if (selection != null) {
        Selection both = Selection.none(union.size());
        both.addAll(union);
        both.addAll(selection);
        union = both;
      }
    }
    return union;
  }

  private void queue(Selection hits, TimeRange range) throws IOException {
    long[] ends = group.traces().longs(Fields.TRACE_END);
    int[] offsets = group.traceOffsets();
    int trace = 0;
    for (int row = hits.next(0); row >= 0; row = hits.next(offsets[trace + 1])) {
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

  /** Whether filter {@code index} selected a span of the trace. */
  boolean hasHit(int index, int traceRow) throws IOException {
    Selection selection = selections[index];
    if (selection == null) {
      return false;
    }
    int[] offsets = group.traceOffsets();
    int row = selection.next(offsets[traceRow]);
    return row >= 0 && row < offsets[traceRow + 1];
  }

  /** Whether filter {@code index} selected the span. */
  boolean isHit(int index, int row) {
    Selection selection = selections[index];
    return selection != null && selection.contains(row);
  }
}
