package io.tempo4j.head;

import io.tempo4j.collect.ByteRanges;
import io.tempo4j.collect.Growth;
import io.tempo4j.collect.StringInterner;
import io.tempo4j.collect.Utf8;
import io.tempo4j.column.ColumnKey;
import io.tempo4j.column.Table;
import io.tempo4j.column.ValueType;
import io.tempo4j.memory.ByteLease;
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
 * is met, and where a row repeats a key, {@link #next} answers {@link #OVERFLOW} and the attribute
 * goes to the row's overflow value.
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

  /** Heap bytes of a column beside its name: its key, its texts, its places in arrays. */
  private static final int BYTES_PER_COLUMN = 128;

  /** Heap bytes of a node in its four arrays. */
  private static final int BYTES_PER_NODE = 4 * Integer.BYTES;

  private final Table table;
  private final ByteLease lease;
  private final StringInterner keys;
  private final Map<ColumnKey, Integer> fields = new HashMap<>();
  private final Edges children;
  // column numbers by (interned key, type)
  private int[] columnOfKey = {};
  private ColumnKey[] columns = {};
  private byte[][] columnNames = {};
  private int columnCount;
  private int attributeColumns;

  private int[] parent = new int[4];
  private int[] column = new int[4];
  private int[] depth = new int[4];
  private int[] lastChild = new int[4];
  private int nodeCount = 1;

  Shapes(Table table, ByteLease lease) {
    this.table = table;
    this.lease = lease;
    this.keys = new StringInterner(lease);
    this.children = new Edges(lease);
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
    int known = children.find(node, column);
    if (known != Edges.NONE) {
      if (known != OVERFLOW) {
        lastChild[node] = known;
      }
      return known;
    }
    boolean attribute = columns[column].isAttribute();
    // a field never overflows: at most a few nodes per attribute node are added beyond the bound
    if (attribute && (nodeCount >= MAX_NODES || repeats(node, column))) {
      if (children.size() < 2 * MAX_NODES) {
        children.put(node, column, OVERFLOW);
      }
      return OVERFLOW;
    }
    int child = nodeCount;
    if (child == parent.length) {
      int capacity = Growth.next(child, child + 1);
      lease.grow((long) BYTES_PER_NODE * (capacity - child));
      parent = Arrays.copyOf(parent, capacity);
      this.column = Arrays.copyOf(this.column, capacity);
      depth = Arrays.copyOf(depth, capacity);
      lastChild = Arrays.copyOf(lastChild, capacity);
    }
    children.put(node, column, child);
    parent[child] = node;
    this.column[child] = column;
    depth[child] = depth[node] + 1;
    lastChild[child] = ROOT;
    nodeCount = child + 1;
    lastChild[node] = child;
    return child;
  }

  private boolean repeats(int node, int column) {
    byte[] name = columnNames[column];
    return nodeOf(node, name, 0, name.length) != ROOT;
  }

  /** The node on the way to {@code node} that stands for an attribute's key; ROOT for none. */
  int nodeOf(int node, byte[] buffer, int key, int keyLength) {
    for (int at = node; at != ROOT; at = parent[at]) {
      byte[] name = columnNames[column[at]];
      if (name.length == keyLength
          && columns[column[at]].isAttribute()
          && ByteRanges.equal(name, 0, buffer, key, keyLength)) {
        return at;
      }
    }
    return ROOT;
  }

  /** Whether any row may have an attribute of that key in a column. */
  boolean knows(byte[] buffer, int key, int keyLength) {
    return keys.find(buffer, key, keyLength) >= 0;
  }

  /** The columns on the way to {@code node}. */
  int[] columnsOf(int node) {
    int[] path = new int[depth[node]];
    for (int at = node, i = path.length; i > 0; at = parent[at]) {
      path[--i] = column[at];
    }
    return path;
  }

  /** The node behind {@code node} for a column that there is, or {@link #OVERFLOW}. */
  int next(int node, int column) {
    return child(node, column);
  }

  /** The key of an attribute column as UTF-8. */
  byte[] name(int column) {
    return columnNames[column];
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
      int capacity = Growth.next(columnOfKey.length, index + 1L);
      lease.grow((long) Integer.BYTES * (capacity - columnOfKey.length));
      columnOfKey = Arrays.copyOf(columnOfKey, capacity);
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
    lease.grow(BYTES_PER_COLUMN + 3L * keyLength);
    String text = new String(buffer, key, keyLength, StandardCharsets.UTF_8);
    int column = addColumn(ColumnKey.attribute(table, text, type));
    columnNames[column] = Arrays.copyOfRange(buffer, key, key + keyLength);
    attributeColumns++;
    return column;
  }

  private int addColumn(ColumnKey key) {
    int column = columnCount;
    if (column == columns.length) {
      int capacity = Math.max(4, 2 * column);
      columns = Arrays.copyOf(columns, capacity);
      columnNames = Arrays.copyOf(columnNames, capacity);
    }
    columns[column] = key;
    columnNames[column] = new byte[0];
    columnCount = column + 1;
    return column;
  }
}
