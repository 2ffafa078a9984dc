package io.tempo4j.format;

import static io.tempo4j.format.PlainBytes.require;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Opens a block as docs/format/block-v1.md and block-v2.md describe it: its objects, groups and
 * tables of rows.
 */
final class PlainBlock {

  private static final int HEADER_BYTES = 28;
  private static final Pattern MEMBER = Pattern.compile("\"(\\w+)\": ?\"?([^\",\n]*)\"?");

  /** Codes of the tables, in their order. */
  enum Table {
    TRACE,
    SPAN,
    EVENT,
    LINK,
    RESOURCE,
    SCOPE
  }

  /** One column of the block's list. */
  record Column(Table table, boolean attribute, int type, String name) {}

  /** Where a chunk lies, and how many values it has. */
  record Chunk(int from, int to, int valueCount) {}

  /** The chunks and row counts of one row group, or of the RESOURCE and SCOPE tables. */
  record Group(int[] rowCounts, Map<Column, Chunk> chunks) {}

  /** A value of a row. */
  record Cell(Column column, Object value) {}

  private final byte[] data;
  private final List<Column> columns = new ArrayList<>();
  private final Group tables;
  private final List<Group> rowGroups = new ArrayList<>();
  private final PlainFilter traceFilter;
  private final PlainFilter valueFilter;

  /** A block of version 1. */
  static PlainBlock one(UUID id, byte[] metaJson, byte[] data, byte[] index, byte[] filter) {
    return new PlainBlock(id, "1", meta(metaJson), data, index, filter);
  }

  /** A block of version 2. */
  static PlainBlock two(UUID id, byte[] metaJson, byte[] data, byte[] index) {
    Map<String, String> meta = meta(metaJson);
    int filterBytes = Integer.parseInt(meta.get("filterBytes"));
    return new PlainBlock(
        id,
        "2",
        meta,
        data,
        Arrays.copyOfRange(index, filterBytes, index.length),
        Arrays.copyOf(index, filterBytes));
  }

  private PlainBlock(
      UUID id, String version, Map<String, String> meta, byte[] data, byte[] index, byte[] filter) {
    this.data = data;
    require(meta.get("format").equals("tempo4j-block"), "format");
    require(meta.get("version").equals(version), "version");
    require(meta.get("blockId").equals(id.toString()), "block id");
    require(meta.get("dataBytes").equals("" + data.length), "bytes of data");
    require(meta.get("indexBytes").equals("" + index.length), "bytes of index");
    require(meta.get("filterBytes").equals("" + filter.length), "bytes of filter");
    checkHeader(data, 'D', id);
    checkHeader(index, 'I', id);
    checkHeader(filter, 'F', id);

    PlainBytes in = body(index);
    for (int i = in.count(); i > 0; i--) {
      Table table = Table.values()[in.u8()];
      boolean attribute = in.u8() == 1;
      int type = in.u8();
      String name = new String(in.take(in.count()), StandardCharsets.UTF_8);
      columns.add(new Column(table, attribute, type, name));
    }
    tables = group(in);
    for (int i = in.count(); i > 0; i--) {
      rowGroups.add(group(in));
    }
    traceFilter = PlainFilter.read(in, filter);
    valueFilter = PlainFilter.read(in, filter);
    require(in.remaining() == 0, "end of the index");
    require(meta.get("rowGroups").equals("" + rowGroups.size()), "row groups");
    require(meta.get("spans").equals("" + rows(Table.SPAN)), "spans");
    require(meta.get("traces").equals("" + rows(Table.TRACE)), "traces");
  }

  private int rows(Table table) {
    return rowGroups.stream().mapToInt(group -> group.rowCounts()[table.ordinal()]).sum();
  }

  /** Section 2.1. */
  private static Map<String, String> meta(byte[] json) {
    String text = new String(json, StandardCharsets.UTF_8);
    Map<String, String> members = new HashMap<>();
    Matcher member = MEMBER.matcher(text);
    while (member.find()) {
      members.put(member.group(1), member.group(2));
    }
    int comma = text.lastIndexOf(',', text.indexOf("\"crc32c\""));
    int bytes = text.substring(0, comma).getBytes(StandardCharsets.UTF_8).length;
    require(
        members.get("crc32c").equals("%08x".formatted(PlainBytes.crc32c(json, 0, bytes))),
        "checksum of meta.json");
    return members;
  }

  /** Section 2. */
  private static void checkHeader(byte[] object, char part, UUID id) {
    PlainBytes in = PlainBytes.checked(object, 0, HEADER_BYTES);
    require(in.u32() == 0x42344A54L, "magic");
    require(in.u8() == part, "part");
    require(in.u8() == 1, "version");
    require(in.u8() + in.u8() == 0, "reserved bytes");
    require(in.u64() == id.getMostSignificantBits(), "block id");
    require(in.u64() == id.getLeastSignificantBits(), "block id");
  }

  /** Section 5. */
  private static PlainBytes body(byte[] index) {
    PlainBytes in = PlainBytes.checked(index, 0, index.length);
    in.take(HEADER_BYTES);
    int length = in.count();
    return new PlainBytes(PlainBytes.inflate(in.take(in.remaining()), length));
  }

  private Group group(PlainBytes in) {
    int[] rowCounts = new int[Table.values().length];
    for (int table = 0; table < rowCounts.length; table++) {
      rowCounts[table] = in.count();
    }
    in.take(4 * Long.BYTES); // first and last trace id
    in.take(2 * Long.BYTES); // smallest start and largest end
    int at = in.count();
    Map<Column, Chunk> chunks = new HashMap<>();
    for (int i = in.count(); i > 0; i--) {
      Column column = columns.get(in.count());
      int length = in.count();
      chunks.put(column, new Chunk(at, at + length, zone(in, column)));
      at += length;
    }
    return new Group(rowCounts, chunks);
  }

  /** Returns the number of values. */
  private static int zone(PlainBytes in, Column column) {
    int count = in.count();
    int flags = in.u8();
    if ((flags & 1) != 0) {
      long smallest = in.zigzag();
      long largest = in.zigzag();
      require(column.type() == 2 || smallest <= largest, "bounds of " + column);
    }
    if ((flags & 2) != 0) {
      in.take(in.count());
    }
    if ((flags & 4) != 0) {
      in.take(in.count());
    }
    return count;
  }

  List<Group> rowGroups() {
    return rowGroups;
  }

  /** The group of the RESOURCE and SCOPE tables. */
  Group tables() {
    return tables;
  }

  PlainFilter traceFilter() {
    return traceFilter;
  }

  PlainFilter valueFilter() {
    return valueFilter;
  }

  /** The rows of a table, each with its values; as stored, nothing resolved. */
  List<List<Cell>> rows(Group group, Table table) {
    List<List<Cell>> rows = new ArrayList<>();
    for (int row = 0; row < group.rowCounts()[table.ordinal()]; row++) {
      rows.add(new ArrayList<>());
    }
    Map<Column, List<Integer>> shaped = shapedRows(group, table, rows.size());
    group
        .chunks()
        .forEach((column, chunk) -> {
          if (column.table() != table || isShape(column)) {
            return;
          }
          List<Object> values = values(chunk);
          if (isField(column, "parentId")) {
            addTop(rows, column, values, group);
          } else if (shaped.containsKey(column)) {
            List<Integer> places = shaped.get(column);
            require(places.size() == values.size(), "rows with a value of " + column);
            for (int i = 0; i < values.size(); i++) {
              rows.get(places.get(i)).add(new Cell(column, values.get(i)));
            }
          } else {
            require(rows.size() == values.size(), "a value in every row for " + column);
            for (int row = 0; row < values.size(); row++) {
              rows.get(row).add(new Cell(column, values.get(row)));
            }
          }
        });
    return rows;
  }

  private List<Object> values(Chunk chunk) {
    return PlainChunk.read(data, chunk.from(), chunk.to(), chunk.valueCount());
  }

  private static boolean isShape(Column column) {
    return isField(column, "shape") || isField(column, "shapes");
  }

  private static boolean isField(Column column, String name) {
    return !column.attribute() && column.name().equals(name);
  }

  private void addTop(List<List<Cell>> rows, Column column, List<Object> values, Group group) {
    int next = 0;
    List<Object> depths = values(group.chunks().get(new Column(Table.SPAN, false, 5, "depth")));
    for (int row = 0; row < rows.size(); row++) {
      if (depths.get(row).equals(0)) {
        rows.get(row).add(new Cell(column, values.get(next++)));
      }
    }
    require(next == values.size(), "a parent id for every row of depth 0");
  }

  /** Section 3.2. */
  private Map<Column, List<Integer>> shapedRows(Group group, Table table, int rowCount) {
    Map<Column, List<Integer>> places = new HashMap<>();
    Chunk list = group.chunks().get(new Column(table, false, 5, "shapes"));
    Chunk shapeOfRow = group.chunks().get(new Column(table, false, 5, "shape"));
    if (list == null || shapeOfRow == null) {
      require(list == shapeOfRow, "shape and shapes together");
      return places;
    }
    List<List<Column>> shapes = new ArrayList<>();
    List<Object> numbers = values(list);
    for (int at = 0; at < numbers.size(); ) {
      int count = (int) numbers.get(at++);
      List<Column> shape = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        shape.add(columns.get((int) numbers.get(at++)));
      }
      shapes.add(shape);
    }
    List<Object> shapeOf = values(shapeOfRow);
    for (int row = 0; row < rowCount; row++) {
      for (Column column : shapes.get((int) shapeOf.get(row))) {
        places.computeIfAbsent(column, unused -> new ArrayList<>()).add(row);
      }
    }
    return places;
  }
}
