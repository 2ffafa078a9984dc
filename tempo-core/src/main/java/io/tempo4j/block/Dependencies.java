package io.tempo4j.block;

import io.tempo4j.column.ColumnKey;
import io.tempo4j.column.Fields;
import io.tempo4j.column.Table;
import java.util.HashSet;
import java.util.Set;

/** What must be decoded before a column can be, since it is stored relative to it or by shape. */
final class Dependencies {

  private Dependencies() {}

  /** The columns and all that they need. */
  static Set<ColumnKey> with(Set<ColumnKey> keys) {
    Set<ColumnKey> all = new HashSet<>();
    all.add(BlockFormat.TRACE_SPAN_COUNT);
    keys.forEach(key -> add(key, all));
    return all;
  }

  private static void add(ColumnKey key, Set<ColumnKey> all) {
    if (!all.add(key)) {
      return;
    }
    Table table = key.table();
    if (!BlockFormat.isRequired(key) && !key.equals(Fields.SPAN_PARENT_ID)) {
      all.add(BlockFormat.shapeNumbers(table));
      all.add(BlockFormat.shapeList(table));
    }
    if (table == Table.EVENT) {
      all.add(BlockFormat.SPAN_EVENT_COUNT);
    } else if (table == Table.LINK) {
      all.add(BlockFormat.SPAN_LINK_COUNT);
    }
    if (key.equals(Fields.TRACE_END)) {
      add(Fields.TRACE_START, all);
    } else if (key.equals(Fields.SPAN_START)) {
      add(Fields.SPAN_DEPTH, all);
      add(Fields.TRACE_START, all);
    } else if (key.equals(Fields.SPAN_DURATION)) {
      add(Fields.TRACE_END, all);
    } else if (key.equals(Fields.SPAN_PARENT_ID)) {
      add(Fields.SPAN_DEPTH, all);
    } else if (key.equals(Fields.LINK_TRACE_ID_HIGH)) {
      add(Fields.TRACE_ID_HIGH, all);
    } else if (key.equals(Fields.LINK_TRACE_ID_LOW)) {
      add(Fields.TRACE_ID_LOW, all);
    } else if (key.equals(Fields.LINK_SPAN_ID)) {
      add(Fields.SPAN_DEPTH, all);
      add(Fields.SPAN_ID, all);
    }
  }
}
