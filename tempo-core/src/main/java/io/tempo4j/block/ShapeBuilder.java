package io.tempo4j.block;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Finds the distinct sets of optional columns that the rows of a table have.
 *
 * <p>Columns are added one by one, in any fixed order. Each row stands at a node of a trie; adding
 * a column moves the rows that have it to the child for this column. After the last column rows
 * with equal sets stand at the same node.
 */
final class ShapeBuilder {

  private final int[] node;
  private int[] parent = new int[64];
  private int[] column = new int[64];
  private int[] childOfColumn = new int[64];
  private int nodes = 1;

  ShapeBuilder(int rows) {
    node = new int[rows];
    column[0] = -1;
  }

  /**
   * Adds a column.
   *
   * @param columnNumber its number in the block
   * @param rows the rows that have it, or null for all of them
   * @param count how many rows have it
   */
  void add(int columnNumber, int @org.jspecify.annotations.Nullable [] rows, int count) {
    int before = nodes;
    Arrays.fill(childOfColumn, 0, before, 0);
    for (int i = 0; i < count; i++) {
      int row = rows == null ? i : rows[i];
      int at = node[row];
      int child = childOfColumn[at];
      if (child == 0) {
        child = newNode(at, columnNumber);
        childOfColumn[at] = child;
      }
      node[row] = child;
    }
  }

  private int newNode(int above, int columnNumber) {
    if (nodes == parent.length) {
      parent = Arrays.copyOf(parent, 2 * nodes);
      column = Arrays.copyOf(column, 2 * nodes);
      childOfColumn = Arrays.copyOf(childOfColumn, 2 * nodes);
    }
    parent[nodes] = above;
    column[nodes] = columnNumber;
    return nodes++;
  }

  /** Number of the shape of each row; shapes are numbered by first occurrence. */
  int[] shapeNumbers() {
    int[] numberOfNode = new int[nodes];
    shapes.clear();
    int[] numbers = new int[node.length];
    for (int row = 0; row < node.length; row++) {
      int at = node[row];
      if (numberOfNode[at] == 0) {
        shapes.add(at);
        numberOfNode[at] = shapes.size();
      }
      numbers[row] = numberOfNode[at] - 1;
    }
    return numbers;
  }

  private final List<Integer> shapes = new ArrayList<>();

  /** The shapes that {@link #shapeNumbers} named: for each its number of columns, then them. */
  int[] shapeList() {
    int[] list = new int[16];
    int size = 0;
    for (int shape : shapes) {
      int length = 0;
      for (int at = shape; at != 0; at = parent[at]) {
        length++;
      }
      if (size + length + 1 > list.length) {
        list = Arrays.copyOf(list, 2 * (size + length + 1));
      }
      list[size++] = length;
      size += length;
      int slot = size;
      for (int at = shape; at != 0; at = parent[at]) {
        list[--slot] = column[at];
      }
    }
    return Arrays.copyOf(list, size);
  }
}
