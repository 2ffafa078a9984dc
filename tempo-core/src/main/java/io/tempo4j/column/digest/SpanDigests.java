package io.tempo4j.column.digest;

import io.tempo4j.column.ColumnSet;
import io.tempo4j.column.Fields;
import io.tempo4j.column.IntColumn;
import io.tempo4j.column.LongColumn;
import io.tempo4j.column.Table;
import io.tempo4j.otlp.WireWriter;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Digests of spans with everything that belongs to them: their fields, attributes, events and
 * links, their resource and their scope. Two spans of one trace have the same digest if and only if
 * they are equal, wherever they are stored; the order of attributes and of sources apart.
 *
 * <p>Stateless.
 */
/*
 * 128 bits of SHA-256 (FIPS 180-4) over the span in one encoding: nobody can make two different spans
 * that look equal. It costs a microsecond or so; it is asked for where spans agree in id, start, kind
 * and duration, which only copies and attempts of one call do.
 */
public final class SpanDigests {

  /** Columns that say where a span stands; and the parent, which is not in every row. */
  private static final Set<String> PLACES =
      Set.of(
          Fields.SPAN_DEPTH.name(),
          Fields.SPAN_PARENT_ID.name(),
          Fields.SPAN_RESOURCE.name(),
          Fields.SPAN_SCOPE.name());

  private static final int FIELDS = 1;
  private static final int PARENT = 2;
  private static final int RESOURCE = 3;
  private static final int SCOPE = 4;
  private static final int EVENT = 5;
  private static final int LINK = 6;

  private SpanDigests() {}

  /** A row group with the tables of its source. */
  public interface Tables {
    /** A table other than TRACE. */
    ColumnSet table(Table table);

    /** First row of each span in the EVENT or LINK table, and the end of the last. */
    int[] childOffsets(Table table) throws IOException;

    /** Row of each span's parent, or -1 for rows of depth 0. */
    int[] parentRows() throws IOException;
  }

  /**
   * The digests of some spans.
   *
   * @param rows span rows, ascending strictly
   * @return two numbers for each row
   * @throws io.tempo4j.model.CorruptBlockException if stored bytes are damaged
   * @throws IOException if a column cannot be read
   */
  public static long[] of(Tables tables, int[] rows) throws IOException {
    RowContents spans = new RowContents(tables.table(Table.SPAN), Table.SPAN, rows, PLACES);
    long[] parents = parentIds(tables, rows);
    Owners resources = Owners.of(tables, Table.RESOURCE, rows);
    Owners scopes = Owners.of(tables, Table.SCOPE, rows);
    Children events = Children.of(tables, Table.EVENT, rows);
    Children links = Children.of(tables, Table.LINK, rows);
    MessageDigest hash = hash();
    WireWriter out = new WireWriter(1024);
    long[] digests = new long[2 * rows.length];
    for (int i = 0; i < rows.length; i++) {
      out.reset();
      spans.write(rows[i], FIELDS, out);
      out.fixed64(PARENT, parents[i]);
      resources.write(i, RESOURCE, out);
      scopes.write(i, SCOPE, out);
      events.write(rows[i], EVENT, out);
      links.write(rows[i], LINK, out);
      ByteBuffer digest = ByteBuffer.wrap(hash.digest(out.toByteArray()));
      digests[2 * i] = digest.getLong();
      digests[2 * i + 1] = digest.getLong();
    }
    return digests;
  }

  private static MessageDigest hash() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  private static long[] parentIds(Tables tables, int[] rows) throws IOException {
    int[] parentRows = tables.parentRows();
    ColumnSet spans = tables.table(Table.SPAN);
    LongColumn tops = (LongColumn) spans.readFew(Fields.SPAN_PARENT_ID, rows, rows.length);
    LongColumn ids = null;
    long[] parents = new long[rows.length];
    for (int i = 0; i < rows.length; i++) {
      int parent = parentRows[rows[i]];
      if (parent >= 0) {
        ids = ids == null ? (LongColumn) spans.read(Fields.SPAN_ID) : ids;
        parents[i] = at(ids, parent);
      } else {
        parents[i] = at(tops, rows[i]);
      }
    }
    return parents;
  }

  private static long at(@Nullable LongColumn column, int row) {
    int index = column == null ? -1 : column.indexOf(row);
    return column == null || index < 0 ? 0 : column.values()[index];
  }

  /** The resources or scopes of spans, each encoded once. */
  private static final class Owners {
    private final RowContents contents;
    private final int[] ownerOf;
    private final Map<Integer, byte[]> encoded = new HashMap<>();

    private Owners(RowContents contents, int[] ownerOf) {
      this.contents = contents;
      this.ownerOf = ownerOf;
    }

    static Owners of(Tables tables, Table table, int[] rows) throws IOException {
      IntColumn column =
          (IntColumn)
              tables
                  .table(Table.SPAN)
                  .readFew(
                      table == Table.RESOURCE ? Fields.SPAN_RESOURCE : Fields.SPAN_SCOPE,
                      rows,
                      rows.length);
      if (column == null) {
        throw new IllegalStateException("spans without the column of their " + table);
      }
      int[] ownerOf = new int[rows.length];
      for (int i = 0; i < rows.length; i++) {
        ownerOf[i] = column.values()[column.indexOf(rows[i])];
      }
      int[] distinct = Arrays.stream(ownerOf).sorted().distinct().toArray();
      return new Owners(new RowContents(tables.table(table), table, distinct, Set.of()), ownerOf);
    }

    void write(int i, int field, WireWriter out) throws IOException {
      byte[] known = encoded.get(ownerOf[i]);
      if (known == null) {
        WireWriter own = new WireWriter(256);
        contents.write(ownerOf[i], field, own);
        known = own.toByteArray();
        encoded.put(ownerOf[i], known);
      }
      out.raw(known, 0, known.length);
    }
  }

  /** The events or links of spans. */
  @SuppressWarnings("ArrayRecordComponent") // never changed after construction
  private record Children(@Nullable RowContents contents, int[] offsets) {

    static Children of(Tables tables, Table table, int[] rows) throws IOException {
      ColumnSet columns = tables.table(table);
      if (columns.rowCount() == 0) {
        return new Children(null, new int[0]);
      }
      int[] offsets = tables.childOffsets(table);
      int count = 0;
      for (int row : rows) {
        count = Math.addExact(count, offsets[row + 1] - offsets[row]);
      }
      int[] children = new int[count];
      int at = 0;
      for (int row : rows) {
        for (int child = offsets[row]; child < offsets[row + 1]; child++) {
          children[at++] = child;
        }
      }
      return count == 0
          ? new Children(null, offsets)
          : new Children(new RowContents(columns, table, children, Set.of()), offsets);
    }

    void write(int span, int field, WireWriter out) throws IOException {
      if (contents != null) {
        for (int child = offsets[span]; child < offsets[span + 1]; child++) {
          contents.write(child, field, out);
        }
      }
    }
  }
}
