package io.tempo4j.block;

import io.tempo4j.column.ByteSink;
import io.tempo4j.column.ByteSource;
import io.tempo4j.column.ColumnKey;
import io.tempo4j.column.Fields;
import io.tempo4j.column.Table;
import io.tempo4j.column.ValueType;
import io.tempo4j.model.CorruptBlockException;
import io.tempo4j.model.TenantId;
import io.tempo4j.model.UnsupportedFormatException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.UUID;

/** What the parts of a block have in common: names, header, limits, hidden columns. */
final class BlockFormat {

  /** What is written. */
  static final int VERSION = 2;

  /** The version in the headers of parts, which are the same in all versions of blocks. */
  private static final int PART_VERSION = 1;

  /** Bytes of the header that every binary part begins with. */
  static final int HEADER_BYTES = 28;

  /** Most rows that a table may have in one row group. */
  static final int MAX_ROWS = 1 << 24;

  /** Spans of each trace row. */
  static final ColumnKey TRACE_SPAN_COUNT =
      new ColumnKey(Table.TRACE, ColumnKey.Kind.FIELD, "spanCount", ValueType.SMALL);

  /** Events of each span row; absent if there are none. */
  static final ColumnKey SPAN_EVENT_COUNT =
      new ColumnKey(Table.SPAN, ColumnKey.Kind.FIELD, "eventCount", ValueType.SMALL);

  /** Links of each span row; absent if there are none. */
  static final ColumnKey SPAN_LINK_COUNT =
      new ColumnKey(Table.SPAN, ColumnKey.Kind.FIELD, "linkCount", ValueType.SMALL);

  /** Shape number of each row of the table. */
  static ColumnKey shapeNumbers(Table table) {
    return new ColumnKey(table, ColumnKey.Kind.FIELD, "shape", ValueType.SMALL);
  }

  /** The shapes of the table: for each the number of its columns, then their numbers. */
  static ColumnKey shapeList(Table table) {
    return new ColumnKey(table, ColumnKey.Kind.FIELD, "shapes", ValueType.SMALL);
  }

  private static final int MAGIC = 0x42344A54; // "TJ4B" as little-endian bytes

  /** The parts of a block. */
  enum Part {
    DATA('D'),
    INDEX('I'),
    FILTER('F');

    final char code;

    Part(char code) {
      this.code = code;
    }
  }

  static final String META_FILE = "meta.json";
  private static final String DATA_FILE = "data";
  private static final String INDEX_FILE = "index";
  private static final String FILTER_FILE = "filter";

  /** All objects of a block of any version, the meta first. */
  static final List<String> FILES = List.of(META_FILE, DATA_FILE, INDEX_FILE, FILTER_FILE);

  /** The objects of a block, the meta first. */
  static List<String> files(BlockMeta meta) {
    return hasFiltersBeforeIndex(meta) ? FILES.subList(0, 3) : FILES;
  }

  /** Whether filters and index are one object, the filters first. */
  static boolean hasFiltersBeforeIndex(BlockMeta meta) {
    return meta.version() >= 2;
  }

  /** The object that a part is in. */
  static String file(Part part, BlockMeta meta) {
    return switch (part) {
      case DATA -> DATA_FILE;
      case INDEX -> INDEX_FILE;
      case FILTER -> hasFiltersBeforeIndex(meta) ? INDEX_FILE : FILTER_FILE;
    };
  }

  /** Where in its object a part begins. */
  static long offset(Part part, BlockMeta meta) {
    return part == Part.INDEX && hasFiltersBeforeIndex(meta) ? meta.filterBytes() : 0;
  }

  private BlockFormat() {}

  static String key(TenantId tenant, UUID block, String fileName) {
    return tenant.value() + "/" + block + "/" + fileName;
  }

  static void writeHeader(Part part, UUID block, ByteSink out) {
    int start = out.size();
    out.putIntLE(MAGIC);
    out.putByte(part.code);
    out.putByte(PART_VERSION);
    out.putByte(0);
    out.putByte(0);
    out.putLongLE(block.getMostSignificantBits());
    out.putLongLE(block.getLeastSignificantBits());
    out.putCrc32c(start);
  }

  /**
   * Checks the header that a part begins with.
   *
   * @param at where in the object the part begins
   */
  static void checkHeader(Part part, UUID block, byte[] bytes, String object, long at)
      throws IOException {
    if (bytes.length < HEADER_BYTES) {
      throw new CorruptBlockException(
          object, at, "a header of " + HEADER_BYTES + " bytes", bytes.length + " bytes");
    }
    ByteSource header = new ByteSource(bytes, 0, HEADER_BYTES, object, at);
    int magic = header.readIntLE();
    if (magic != MAGIC) {
      throw new CorruptBlockException(
          object, at, "magic " + Integer.toHexString(MAGIC), Integer.toHexString(magic));
    }
    int code = header.readByte();
    int version = header.readByte();
    if (version != PART_VERSION) {
      throw new UnsupportedFormatException(object, PART_VERSION, version);
    }
    header.readByte();
    header.readByte();
    UUID found = new UUID(header.readLongLE(), header.readLongLE());
    new ByteSource(bytes, 0, HEADER_BYTES, object, at).verifyCrc32c();
    if (code != part.code) {
      throw new CorruptBlockException(
          object, at + 4, "part code " + part.code, Character.toString((char) code));
    }
    if (!found.equals(block)) {
      throw new CorruptBlockException(object, at + 8, "block id " + block, found.toString());
    }
  }

  static boolean isRequired(ColumnKey key) {
    return REQUIRED.contains(key);
  }

  static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /** True for the columns that only the format itself knows. */
  static boolean isHidden(ColumnKey key) {
    return key.equals(TRACE_SPAN_COUNT)
        || key.equals(SPAN_EVENT_COUNT)
        || key.equals(SPAN_LINK_COUNT)
        || key.equals(shapeNumbers(key.table()))
        || key.equals(shapeList(key.table()));
  }

  /** Columns with a value in every row; all others are present by shape. */
  private static final java.util.Set<ColumnKey> REQUIRED = requiredColumns();

  private static java.util.Set<ColumnKey> requiredColumns() {
    java.util.Set<ColumnKey> keys = new java.util.HashSet<>(Fields.REQUIRED_SPAN_FIELDS);
    keys.add(Fields.TRACE_ID_HIGH);
    keys.add(Fields.TRACE_ID_LOW);
    keys.add(Fields.TRACE_START);
    keys.add(Fields.TRACE_END);
    keys.add(TRACE_SPAN_COUNT);
    keys.add(SPAN_EVENT_COUNT);
    keys.add(SPAN_LINK_COUNT);
    keys.add(Fields.EVENT_TIME);
    keys.add(Fields.EVENT_NAME);
    keys.add(Fields.LINK_TRACE_ID_HIGH);
    keys.add(Fields.LINK_TRACE_ID_LOW);
    keys.add(Fields.LINK_SPAN_ID);
    for (Table table : Table.values()) {
      keys.add(shapeNumbers(table));
      keys.add(shapeList(table));
    }
    return java.util.Set.copyOf(keys);
  }
}
