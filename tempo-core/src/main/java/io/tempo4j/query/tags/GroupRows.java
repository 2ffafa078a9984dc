package io.tempo4j.query.tags;

import io.tempo4j.column.Table;
import io.tempo4j.query.scan.FieldScopes;
import io.tempo4j.query.scan.GroupView;
import io.tempo4j.query.scan.Selection;
import io.tempo4j.query.scan.TableView;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** The spans of one row group that are wanted, and what belongs to them in the other tables. */
final class GroupRows {

  private final GroupView group;
  private final @Nullable Selection spans;

  /**
   * Rows of a group.
   *
   * @param spans at least one span; null for all of them
   */
  GroupRows(GroupView group, @Nullable Selection spans) {
    this.group = group;
    this.spans = spans;
  }

  GroupView group() {
    return group;
  }

  TableView table(Table table) {
    return group.table(table);
  }

  boolean isAll() {
    return spans == null;
  }

  /** The wanted rows of a table of the row group; null for all. */
  @Nullable Selection of(Table table) throws IOException {
    return switch (table) {
      case SPAN -> spans;
      case TRACE -> spans == null ? null : traces(spans);
      case EVENT, LINK -> spans == null ? null : children(table, spans);
      case RESOURCE, SCOPE -> throw new IllegalArgumentException("not of a row group: " + table);
    };
  }

  private Selection traces(Selection of) throws IOException {
    int[] offsets = group.traceOffsets();
    Selection traces = Selection.none(group.traces().rowCount());
    int trace = 0;
    for (int row = of.next(0); row >= 0; row = of.next(offsets[trace + 1])) {
      while (offsets[trace + 1] <= row) {
        trace++;
      }
      traces.add(trace);
    }
    return traces;
  }

  private Selection children(Table table, Selection of) throws IOException {
    Selection children = Selection.none(group.table(table).rowCount());
    if (children.size() > 0) {
      int[] offsets = group.childOffsets(table);
      for (int row = of.next(0); row >= 0; row = of.next(row + 1)) {
        children.addRange(offsets[row], offsets[row + 1]);
      }
    }
    return children;
  }

  /** The rows of RESOURCE or SCOPE that the spans belong to. */
  Selection owners(Table table) throws IOException {
    Selection owners = Selection.none(group.table(table).rowCount());
    int[] ownerOf = group.spans().ints(FieldScopes.ownerField(table));
    for (int row = 0, count = group.spans().rowCount(); row < count; row++) {
      if (spans == null || spans.contains(row)) {
        owners.add(ownerOf[row]);
      }
    }
    return owners;
  }

  /** The same with the parents of the spans in their place. */
  GroupRows parents() throws IOException {
    int[] parentOf = group.parentRows();
    Selection parents = Selection.none(group.spans().rowCount());
    for (int row = 0; row < parents.size(); row++) {
      if (parentOf[row] >= 0 && (spans == null || spans.contains(row))) {
        parents.add(parentOf[row]);
      }
    }
    return new GroupRows(group, parents);
  }

  /** The roots of the traces that the spans belong to, as far as they are there. */
  Selection roots() throws IOException {
    int[] rootOf = group.rootRows();
    Selection traces = of(Table.TRACE);
    Selection roots = Selection.none(group.spans().rowCount());
    for (int trace = 0; trace < rootOf.length; trace++) {
      if (rootOf[trace] >= 0 && (traces == null || traces.contains(trace))) {
        roots.add(rootOf[trace]);
      }
    }
    return roots;
  }
}
