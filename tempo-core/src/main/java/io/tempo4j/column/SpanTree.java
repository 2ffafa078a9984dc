package io.tempo4j.column;

/** What follows from the depths of rows in depth-first pre-order. */
public final class SpanTree {

  private SpanTree() {}

  /**
   * The row of each row's parent: the nearest row above it that is one level higher; -1 for rows of
   * depth 0.
   *
   * @param depths depth of each row, in pre-order; every depth is at most one more than the one
   *     before it, and the first is 0
   * @param count number of rows
   * @throws IllegalArgumentException if the depths are not those of a pre-order
   */
  public static int[] parentRows(int[] depths, int count) {
    int[] parents = new int[count];
    int[] path = new int[16];
    int previous = -1;
    for (int row = 0; row < count; row++) {
      int depth = depths[row];
      if (depth < 0 || depth > previous + 1) {
        throw new IllegalArgumentException(
            "depth " + depth + " of row " + row + " cannot follow depth " + previous);
      }
      if (depth == path.length) {
        path = java.util.Arrays.copyOf(path, 2 * depth);
      }
      path[depth] = row;
      parents[row] = depth == 0 ? -1 : path[depth - 1];
      previous = depth;
    }
    return parents;
  }

  /**
   * Number of rows in the subtree below each row, the row itself included.
   *
   * @param parents as {@link #parentRows} gives them
   * @param count number of rows
   */
  public static int[] subtreeSizes(int[] parents, int count) {
    int[] sizes = new int[count];
    for (int row = count - 1; row >= 0; row--) {
      sizes[row]++;
      if (parents[row] >= 0) {
        sizes[parents[row]] += sizes[row];
      }
    }
    return sizes;
  }
}
