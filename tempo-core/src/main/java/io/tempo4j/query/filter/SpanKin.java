package io.tempo4j.query.filter;

import io.tempo4j.column.Fields;
import io.tempo4j.column.LongColumn;
import io.tempo4j.query.scan.ColumnReads;
import io.tempo4j.query.scan.GroupView;
import io.tempo4j.query.scan.Selection;
import java.io.IOException;
import java.util.Arrays;

/**
 * Who is whose parent among the spans of one trace, by their ids. Not thread-safe.
 *
 * <p>Spans that share an id (the client's and the server's side of a call do, in some systems) are
 * one here: parents of the same children, with the parents of both.
 */
/*
 * Ids are numbered in their order. Rows are sorted by the number of their own id, and once more by
 * that of their parent's, so the rows of an id and the rows below it are ranges. A walk goes level
 * by level over ids, each of which is looked at once: the first level at which an id is reached is
 * its distance, as in every breadth-first search. Cycles of parents end by themselves.
 */
final class SpanKin {

  private static final int NONE = -1;

  /**
   * Number of each row's id, and of its parent's; NONE for roots and parents that are not there.
   */
  private final int[] idOfRow;

  private final int[] parentOfRow;
  private final int idCount;

  private SpanKin(int[] idOfRow, int[] parentOfRow, int idCount) {
    this.idOfRow = idOfRow;
    this.parentOfRow = parentOfRow;
    this.idCount = idCount;
  }

  /** Of all spans of {@code group}, which holds one trace. */
  static SpanKin of(GroupView group) throws IOException {
    long[] ids = group.required().ids();
    int[] parentRows = group.parentRows();
    LongColumn topParents = (LongColumn) group.spans().column(Fields.SPAN_PARENT_ID);
    int count = group.spans().rowCount();
    long[] distinct = Arrays.stream(ids, 0, count).sorted().distinct().toArray();
    int[] idOfRow = new int[count];
    int[] parentOfRow = new int[count];
    for (int row = 0; row < count; row++) {
      idOfRow[row] = Arrays.binarySearch(distinct, ids[row]);
      long parent =
          parentRows[row] >= 0 ? ids[parentRows[row]] : ColumnReads.longAt(topParents, row, 0);
      int found = parent == 0 ? NONE : Arrays.binarySearch(distinct, parent);
      parentOfRow[row] = Math.max(found, NONE);
    }
    return new SpanKin(idOfRow, parentOfRow, distinct.length);
  }

  /** The spans within {@code levels} above one of {@code spans}. */
  Selection ancestors(Selection spans, int levels) {
    return walk(spans, levels, idOfRow, parentOfRow);
  }

  /** The spans within {@code levels} below one of {@code spans}. */
  Selection descendants(Selection spans, int levels) {
    return walk(spans, levels, parentOfRow, idOfRow);
  }

  /** Goes from ids in {@code from} to the ids that stand in the same rows of {@code to}. */
  private Selection walk(Selection spans, int levels, int[] from, int[] to) {
    int[] starts = starts(from);
    int[] rows = rowsBy(from, starts);
    boolean[] isSeen = new boolean[idCount];
    boolean[] isReached = new boolean[idCount];
    int[] queue = new int[idCount];
    int end = 0;
    for (int row = spans.next(0); row >= 0; row = spans.next(row + 1)) {
      end = enqueue(idOfRow[row], isSeen, queue, end);
    }
    int next = 0;
    for (int level = 0; level < levels && next < end; level++) {
      for (int last = end; next < last; next++) {
        int id = queue[next];
        for (int i = starts[id]; i < starts[id + 1]; i++) {
          int neighbour = to[rows[i]];
          if (neighbour != NONE) {
            isReached[neighbour] = true;
            end = enqueue(neighbour, isSeen, queue, end);
          }
        }
      }
    }
    Selection reached = Selection.none(idOfRow.length);
    for (int row = 0; row < idOfRow.length; row++) {
      if (isReached[idOfRow[row]]) {
        reached.add(row);
      }
    }
    return reached;
  }

  private static int enqueue(int id, boolean[] isSeen, int[] queue, int end) {
    if (isSeen[id]) {
      return end;
    }
    isSeen[id] = true;
    queue[end] = id;
    return end + 1;
  }

  /**
   * Where the rows of each id begin if rows are sorted by {@code ids}; one entry more at the end.
   */
  private int[] starts(int[] ids) {
    int[] starts = new int[idCount + 1];
    for (int id : ids) {
      if (id != NONE) {
        starts[id + 1]++;
      }
    }
    for (int id = 0; id < idCount; id++) {
      starts[id + 1] += starts[id];
    }
    return starts;
  }

  private int[] rowsBy(int[] ids, int[] starts) {
    int[] rows = new int[starts[idCount]];
    int[] next = starts.clone();
    for (int row = 0; row < ids.length; row++) {
      if (ids[row] != NONE) {
        rows[next[ids[row]]++] = row;
      }
    }
    return rows;
  }
}
