package io.tempo4j.head;

import io.tempo4j.collect.ByteRanges;
import io.tempo4j.collect.Growth;
import io.tempo4j.collect.StringInterner;
import io.tempo4j.collect.Utf8;
import io.tempo4j.column.ColumnKey;
import io.tempo4j.column.Table;
import io.tempo4j.column.ValueType;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/**
 * The key sequences of a table's rows, as the nodes of a trie.
 *
 * <p>Spans of one instrumentation repeat the same keys in the same order. A row starts at {@link
 * #ROOT}; each attribute leads from its node to a child. The node where a row ends is its shape: it
 * says which columns the row has values in, and in which order. At each node the child that was
 * taken last is tried first, by comparing the key's bytes; so a known sequence costs one comparison
 * per attribute and no hashing.
 *
 * <p>The number of columns and of nodes is bounded, because keys come from outside. Where a bound
 * is met, and where a row repeats a column, {@link #next} answers {@link #OVERFLOW} and the
 * attribute goes to the row's overflow value.
 *
 * <p>One thread writes. Nodes and columns below the counts that were published with a head's state
 * never change.
 */
final class Shapes {

  static final int ROOT = 0;
  static final int OVERFLOW = -1;

  /** Attribute columns per table; further keys go to the overflow value. */
  static final int MAX_COLUMNS = 1024;

  /** Trie nodes per table; rows that would need further ones use the overflow value. */
  static final int MAX_NODES = 1 << 16;

  private static final ValueType[] TYPES = ValueType.values();

  private final Table table;
  private final StringInterner keys = new StringInterner();
  private final Map<ColumnKey, Integer> fields = new HashMap<>();
  private final HashMap<Long, Integer> children = new HashMap<>();
  // column numbers by (interned key, type)
  private int[] columnOfKey = new int[64 * TYPES.length];
  private ColumnKey[] columns = new ColumnKey[16];
  private byte[][] columnNames = new byte[16][];
  private int columnCount;
  private int attributeColumns;

  private int[] parent = new int[64];
  private int[] column = new int[64];
  private int[] depth = new int[64];
  private int[] lastChild = new int[64];
  private int nodeCount = 1;

  Shapes(Table table) {
    this.table = table;
    column[ROOT] = -1;
    lastChild[ROOT] = ROOT;
  }

  int nodeCount() {
    return nodeCount;
  }

  int columnCount() {
    return columnCount;
  }

  ColumnKey[] columns() {
    return columns;
  }

  int[] parents() {
    return parent;
  }

  int[] columnOfNode() {
    return column;
  }

  int[] depths() {
    return depth;
  }

  /** The node behind {@code node} for an attribute, or {@link #OVERFLOW}. */
  int next(int node, byte[] buffer, int key, int keyLength, ValueType type) {
    int predicted = lastChild[node];
    if (predicted != ROOT) {
      int column = this.column[predicted];
      byte[] name = columnNames[column];
      if (name.length == keyLength
          && columns[column].type() == type
          && ByteRanges.equal(name, 0, buffer, key, keyLength)
          && columns[column].isAttribute()) {
        return predicted;
      }
    }
    int column = columnOf(buffer, key, keyLength, type);
    return column < 0 ? OVERFLOW : child(node, column);
  }

  /** The node behind {@code node} for an optional field of the data model; never overflows. */
  int next(int node, ColumnKey field) {
    int predicted = lastChild[node];
    if (predicted != ROOT && columns[column[predicted]].equals(field)) {
      return predicted;
    }
    Integer known = fields.get(field);
    int column = known == null ? addColumn(field) : known;
    if (known == null) {
      fields.put(field, column);
    }
    return child(node, column);
  }

  private int child(int node, int column) {
    long edge = (long) node << 32 | column;
    Integer known = children.get(edge);
    if (known != null) {
      if (known != OVERFLOW) {
        lastChild[node] = known;
      }
      return known;
    }
    boolean attribute = columns[column].isAttribute();
    // a field never overflows: at most a few nodes per attribute node are added beyond the bound
    if (attribute && (nodeCount >= MAX_NODES || repeats(node, column))) {
      if (children.size() < 2 * MAX_NODES) {
        children.put(edge, OVERFLOW);
      }
      return OVERFLOW;
    }
    int child = nodeCount;
    if (child == parent.length) {
      int capacity = Growth.next(child, child + 1);
      parent = Arrays.copyOf(parent, capacity);
      this.column = Arrays.copyOf(this.column, capacity);
      depth = Arrays.copyOf(depth, capacity);
      lastChild = Arrays.copyOf(lastChild, capacity);
    }
    parent[child] = node;
    this.column[child] = column;
    depth[child] = depth[node] + 1;
    lastChild[child] = ROOT;
    nodeCount = child + 1;
    children.put(edge, child);
    lastChild[node] = child;
    return child;
  }

  private boolean repeats(int node, int column) {
    for (int at = node; at != ROOT; at = parent[at]) {
      if (this.column[at] == column) {
        return true;
      }
    }
    return false;
  }

  private int columnOf(byte[] buffer, int key, int keyLength, ValueType type) {
    int name = keys.find(buffer, key, keyLength);
    if (name < 0) {
      if (attributeColumns >= MAX_COLUMNS) {
        return -1;
      }
      name = keys.intern(buffer, key, keyLength);
    }
    int index = name * TYPES.length + type.ordinal();
    if (index >= columnOfKey.length) {
      columnOfKey = Arrays.copyOf(columnOfKey, Growth.next(columnOfKey.length, index + 1L));
    }
    int column = columnOfKey[index] - 1;
    if (column < 0 && attributeColumns < MAX_COLUMNS) {
      column = addAttribute(buffer, key, keyLength, type);
      columnOfKey[index] = column + 1;
    }
    return column;
  }

  private int addAttribute(byte[] buffer, int key, int keyLength, ValueType type) {
    if (!Utf8.isValid(buffer, key, keyLength)) {
      // two malformed keys may be repaired to the same text, which must stay one column
      byte[] repaired = Utf8.repair(buffer, key, keyLength);
      return columnOf(repaired, 0, repaired.length, type);
    }
    String text = new String(buffer, key, keyLength, StandardCharsets.UTF_8);
    int column = addColumn(ColumnKey.attribute(table, text, type));
    columnNames[column] = Arrays.copyOfRange(buffer, key, key + keyLength);
    attributeColumns++;
    return column;
  }

  private int addColumn(ColumnKey key) {
    int column = columnCount;
    if (column == columns.length) {
      columns = Arrays.copyOf(columns, 2 * column);
      columnNames = Arrays.copyOf(columnNames, 2 * column);
    }
    columns[column] = key;
    columnNames[column] = new byte[0];
    columnCount = column + 1;
    return column;
  }
}
