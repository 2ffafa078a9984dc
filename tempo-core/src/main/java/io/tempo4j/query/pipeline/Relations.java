package io.tempo4j.query.pipeline;

import io.tempo4j.query.scan.GroupView;
import io.tempo4j.query.scan.Selection;
import io.tempo4j.traceql.StructuralForm;
import io.tempo4j.traceql.StructuralRelation;
import java.io.IOException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Relates spans of one trace by their place in its tree. Not thread-safe.
 *
 * <p>A span that is not connected to a root has no relation to any other. Roots are siblings of
 * each other; no span is its own sibling.
 */
/*
 * Rows stand in depth-first pre-order, so the descendants of a row are the rows behind it up to the
 * end of its subtree, and ends are nested. A span has a selected ancestor exactly if the largest end
 * of the selected rows before it lies behind it; it has a selected descendant exactly if the next
 * selected row lies before its own end. Both take one pass over the two sides. Children, parents and
 * siblings go by the row of the parent: a mark, or a count, per row of the trace.
 */
final class Relations {

  private final int[] parents;
  private final @Nullable Selection connected;

  private int from;
  private int to;
  private boolean hasEnds;

  /** Per row of the trace; what of it holds a mark of this pass is told by {@link #pass}. */
  private int[] ends = new int[64];

  private int[] counts = new int[64];
  private int[] passes = new int[64];
  private int pass;

  Relations(GroupView group) throws IOException {
    parents = group.parentRows();
    connected = group.connected();
  }

  /** Turns to the trace in rows {@code from .. to - 1}. */
  void open(int from, int to) {
    this.from = from;
    this.to = to;
    hasEnds = false;
    if (to - from + 1 > passes.length) {
      int capacity = Math.max(to - from + 1, 2 * passes.length);
      ends = new int[capacity];
      counts = new int[capacity];
      passes = new int[capacity];
      pass = 0;
    }
  }

  RowSet related(
      StructuralRelation relation, StructuralForm form, RowSet leftSide, RowSet rightSide) {
    RowSet left = connected == null ? leftSide : leftSide.retain(connected);
    RowSet right = connected == null ? rightSide : rightSide.retain(connected);
    return switch (form) {
      case PLAIN -> select(relation, right, left);
      case NEGATED -> rightSide.without(select(relation, right, left));
      case UNION -> select(relation, right, left).union(select(inverse(relation), left, right));
    };
  }

  private static StructuralRelation inverse(StructuralRelation relation) {
    return switch (relation) {
      case CHILD -> StructuralRelation.PARENT;
      case PARENT -> StructuralRelation.CHILD;
      case DESCENDANT -> StructuralRelation.ANCESTOR;
      case ANCESTOR -> StructuralRelation.DESCENDANT;
      case SIBLING -> StructuralRelation.SIBLING;
    };
  }

  /** The rows that are {@code relation} of one of {@code others}. */
  private RowSet select(StructuralRelation relation, RowSet rows, RowSet others) {
    if (rows.isEmpty() || others.isEmpty()) {
      return RowSet.EMPTY;
    }
    return switch (relation) {
      case CHILD -> children(rows, others);
      case PARENT -> parents(rows, others);
      case DESCENDANT -> descendants(rows, others);
      case ANCESTOR -> ancestors(rows, others);
      case SIBLING -> siblings(rows, others);
    };
  }

  private RowSet children(RowSet rows, RowSet of) {
    nextPass();
    for (int i = 0; i < of.size(); i++) {
      passes[of.row(i) - from] = pass;
    }
    RowSet.Builder result = new RowSet.Builder(8);
    for (int i = 0; i < rows.size(); i++) {
      int parent = parents[rows.row(i)];
      if (parent >= 0 && passes[parent - from] == pass) {
        result.add(rows.row(i));
      }
    }
    return result.build();
  }

  private RowSet parents(RowSet rows, RowSet of) {
    nextPass();
    for (int i = 0; i < of.size(); i++) {
      int parent = parents[of.row(i)];
      if (parent >= 0) {
        passes[parent - from] = pass;
      }
    }
    RowSet.Builder result = new RowSet.Builder(8);
    for (int i = 0; i < rows.size(); i++) {
      if (passes[rows.row(i) - from] == pass) {
        result.add(rows.row(i));
      }
    }
    return result.build();
  }

  private RowSet siblings(RowSet rows, RowSet of) {
    nextPass();
    for (int i = 0; i < of.size(); i++) {
      int slot = parentSlot(of.row(i));
      if (passes[slot] != pass) {
        passes[slot] = pass;
        counts[slot] = 0;
      }
      counts[slot]++;
    }
    RowSet.Builder result = new RowSet.Builder(8);
    int j = 0;
    for (int i = 0; i < rows.size(); i++) {
      int row = rows.row(i);
      while (j < of.size() && of.row(j) < row) {
        j++;
      }
      int self = j < of.size() && of.row(j) == row ? 1 : 0;
      int slot = parentSlot(row);
      if (passes[slot] == pass && counts[slot] > self) {
        result.add(row);
      }
    }
    return result.build();
  }

  /** All roots share the slot behind those of the rows. */
  private int parentSlot(int row) {
    return parents[row] < 0 ? to - from : parents[row] - from;
  }

  private RowSet descendants(RowSet rows, RowSet of) {
    computeEnds();
    RowSet.Builder result = new RowSet.Builder(8);
    int end = 0;
    int j = 0;
    for (int i = 0; i < rows.size(); i++) {
      int row = rows.row(i);
      for (; j < of.size() && of.row(j) < row; j++) {
        end = Math.max(end, ends[of.row(j) - from]);
      }
      if (row < end) {
        result.add(row);
      }
    }
    return result.build();
  }

  private RowSet ancestors(RowSet rows, RowSet of) {
    computeEnds();
    RowSet.Builder result = new RowSet.Builder(8);
    int j = 0;
    for (int i = 0; i < rows.size(); i++) {
      int row = rows.row(i);
      while (j < of.size() && of.row(j) <= row) {
        j++;
      }
      if (j == of.size()) {
        break;
      }
      if (of.row(j) < ends[row - from]) {
        result.add(row);
      }
    }
    return result.build();
  }

  /** The row behind each row's subtree. */
  private void computeEnds() {
    if (hasEnds) {
      return;
    }
    hasEnds = true;
    Arrays.fill(ends, 0, to - from, 0);
    for (int row = to - 1; row >= from; row--) {
      int end = Math.max(ends[row - from], row + 1);
      ends[row - from] = end;
      int parent = parents[row];
      if (parent >= 0 && ends[parent - from] < end) {
        ends[parent - from] = end;
      }
    }
  }

  private void nextPass() {
    if (++pass == 0) {
      Arrays.fill(passes, 0);
      pass = 1;
    }
  }
}
