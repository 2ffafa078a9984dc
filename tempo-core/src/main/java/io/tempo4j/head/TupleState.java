package io.tempo4j.head;

import io.tempo4j.column.ColumnKey;

/**
 * The published prefix of a {@link TupleTable}: the arrays as they were, of which only the first
 * {@code rows} rows, {@code nodes} trie nodes and {@code columns} columns may be looked at.
 */
record TupleState(
    int rows,
    int[][] shapeOf,
    int[][] valueStart,
    long[][] values,
    int nodes,
    int[] parentOfNode,
    int[] columnOfNode,
    int[] depthOfNode,
    int columns,
    ColumnKey[] columnKeys) {

  static TupleState of(TupleTable table) {
    Shapes shapes = table.shapes();
    return new TupleState(
        table.rows(),
        table.shapeOf(),
        table.valueStart(),
        table.values(),
        shapes.nodeCount(),
        shapes.parents(),
        shapes.columnOfNode(),
        shapes.depths(),
        shapes.columnCount(),
        shapes.columns());
  }
}
