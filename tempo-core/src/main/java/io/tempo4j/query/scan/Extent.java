package io.tempo4j.query.scan;

import io.tempo4j.column.ColumnKey;
import io.tempo4j.column.ColumnValue;
import io.tempo4j.column.Table;
import io.tempo4j.column.ZoneMap;
import io.tempo4j.model.TraceId;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Spans of which something is known before their columns are read. */
public sealed interface Extent permits GroupView, SourceView {

  /**
   * Bounds that hold for all values of a column of the TRACE, SPAN, EVENT or LINK table; null only
   * if there surely is none.
   */
  @Nullable ZoneMap zone(ColumnKey key);

  /** Whether the TRACE, SPAN, EVENT or LINK table has rows. */
  boolean hasRows(Table table);

  /**
   * The resources or scopes of the source whose attribute passes, or that have it if there is no
   * test.
   */
  Selection owners(Table table, String key, @Nullable ValueTest test) throws IOException;

  /** False only if no row surely has the value, by the filter of attribute values. */
  boolean mayContain(ColumnValue value) throws IOException;

  /** False only if the trace is surely not here. */
  boolean mayContain(TraceId id) throws IOException;
}
