package io.tempo4j.head;

import io.tempo4j.collect.HashSeed;
import io.tempo4j.memory.ByteLease;
import java.util.Arrays;

/** Which node a trie has behind another one for a column; no objects. One thread writes. */
final class Edges {

  /** There is no such edge. */
  static final int NONE = Integer.MIN_VALUE;

  private static final int BYTES_PER_SLOT = Long.BYTES + Integer.BYTES;
  private static final long FREE = -1;

  private final HashSeed seed = HashSeed.ofProcess();
  private final ByteLease lease;
  // open addressing with linear probing
  private long[] edges = {};
  private int[] nodes = {};
  private int size;

  Edges(ByteLease lease) {
    this.lease = lease;
  }

  int size() {
    return size;
  }

  /** What {@link #put} said for node and column, or {@link #NONE}. */
  int find(int node, int column) {
    if (size == 0) {
      return NONE;
    }
    int slot = slot(edge(node, column));
    return edges[slot] == FREE ? NONE : nodes[slot];
  }

  /** Adds an edge that {@link #find} did not find. */
  void put(int node, int column, int child) {
    if (4 * size >= 3 * edges.length) {
      rehash();
    }
    long edge = edge(node, column);
    int slot = slot(edge);
    edges[slot] = edge;
    nodes[slot] = child;
    size++;
  }

  private void rehash() {
    long[] oldEdges = edges;
    int[] oldNodes = nodes;
    int capacity = Math.max(8, 2 * oldEdges.length);
    lease.grow((long) BYTES_PER_SLOT * capacity);
    edges = new long[capacity];
    nodes = new int[capacity];
    Arrays.fill(edges, FREE);
    for (int i = 0; i < oldEdges.length; i++) {
      if (oldEdges[i] != FREE) {
        int slot = slot(oldEdges[i]);
        edges[slot] = oldEdges[i];
        nodes[slot] = oldNodes[i];
      }
    }
    lease.shrink((long) BYTES_PER_SLOT * oldEdges.length);
  }

  /** Where the edge is, or where it would be. */
  private int slot(long edge) {
    int mask = edges.length - 1;
    int slot = seed.hash(edge) & mask;
    while (edges[slot] != FREE && edges[slot] != edge) {
      slot = (slot + 1) & mask;
    }
    return slot;
  }

  private static long edge(int node, int column) {
    return (long) node << 32 | column;
  }
}
