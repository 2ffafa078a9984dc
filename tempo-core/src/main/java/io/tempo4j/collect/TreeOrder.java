package io.tempo4j.collect;

import java.util.Arrays;

/**
 * Puts the spans of one trace in the order of a block: depth-first pre-order.
 *
 * <p>Spans are added in the order of {@link SpanOrder}, then ordered, then {@link #position} and
 * {@link #depth} say which span stands where. One object orders one trace after the other. Not
 * thread-safe.
 */
/*
 * Where several spans share an id (Zipkin's client and server halves, attempts of one call), children
 * belong to the first server among them, or to the first of all if there is none. Children stand in
 * the order in which they were added. On the top level stand first the roots, then the spans whose
 * parent is not here, then, for every cycle of parents, the earliest span that hangs on it. Nothing
 * here recurses: a trace may be a chain of 200,000 spans. Ids are hashed by a seed, since senders
 * choose them, and each once, since all spans of a trace may have the same.
 */
public final class TreeOrder {

  /** Up to this many spans per trace, parents are looked for one by one instead of by hashing. */
  private static final int LINEAR = 16;

  private static final int SERVER = 2;

  private final HashSeed seed;
  private int added;

  // per span, in the order of adding
  private long[] ids = new long[64];
  private long[] parentIds = new long[64];
  private boolean[] servers = new boolean[64];
  private int[] parent = new int[64];
  private int[] firstChild = new int[64];
  private int[] nextSibling = new int[64];
  private boolean[] placed = new boolean[64];

  // per slot of the hash table: the span that is the parent for its id, and the next best, plus 1
  private int[] slots = new int[0];
  private int[] seconds = new int[0];

  // the result
  private int count;
  private int[] positions = new int[64];
  private int[] depths = new int[64];

  /** An order that hashes by the seed of the process. */
  public TreeOrder() {
    this(HashSeed.ofProcess());
  }

  TreeOrder(HashSeed seed) {
    this.seed = seed;
  }

  /** Makes room for the spans of another trace. */
  public void clear() {
    added = 0;
    count = 0;
  }

  /**
   * Adds a span.
   *
   * @param parentId 0 for a root
   */
  public void add(long id, int kind, long parentId) {
    if (added == ids.length) {
      grow();
    }
    ids[added] = id;
    servers[added] = kind == SERVER;
    parentIds[added] = parentId;
    added++;
  }

  private void grow() {
    int capacity = Growth.next(added, added + 1);
    ids = Arrays.copyOf(ids, capacity);
    servers = Arrays.copyOf(servers, capacity);
    parentIds = Arrays.copyOf(parentIds, capacity);
    parent = new int[capacity];
    firstChild = new int[capacity];
    nextSibling = new int[capacity];
    placed = new boolean[capacity];
    positions = new int[capacity];
    depths = new int[capacity];
  }

  /** Orders the spans that were added. */
  public void order() {
    count = 0;
    linkParents();
    linkChildren();
    place();
  }

  /** Which span stands at {@code index} of the order, counted in the order of adding. */
  public int position(int index) {
    return positions[index];
  }

  /** The depth of the span at {@code index} of the order, 0 on the top level. */
  public int depth(int index) {
    return depths[index];
  }

  private void linkParents() {
    boolean isLinear = added <= LINEAR;
    if (!isLinear) {
      hash();
    }
    for (int i = 0; i < added; i++) {
      long id = parentIds[i];
      parent[i] = id == 0 ? -1 : isLinear ? findLinear(id, i) : findHashed(id, i);
    }
  }

  private int findLinear(long id, int child) {
    int found = -1;
    for (int i = 0; i < added; i++) {
      if (ids[i] == id && i != child && (found < 0 || isBetter(i, found))) {
        found = i;
      }
    }
    return found;
  }

  /** Whether children rather belong to span {@code i} than to one before it with the same id. */
  private boolean isBetter(int i, int other) {
    return servers[i] && !servers[other];
  }

  private void hash() {
    int size = Integer.highestOneBit(added) << 2;
    if (slots.length != size) {
      slots = new int[size];
      seconds = new int[size];
    } else {
      Arrays.fill(slots, 0);
      Arrays.fill(seconds, 0);
    }
    for (int i = 0; i < added; i++) {
      int slot = slot(ids[i]);
      int best = slots[slot] - 1;
      if (best < 0) {
        slots[slot] = i + 1;
      } else if (isBetter(i, best)) {
        seconds[slot] = best + 1;
        slots[slot] = i + 1;
      } else if (seconds[slot] == 0 || isBetter(i, seconds[slot] - 1)) {
        seconds[slot] = i + 1;
      }
    }
  }

  /** Its own child is no span's parent: then the next best with that id is. */
  private int findHashed(long id, int child) {
    int slot = slot(id);
    return slots[slot] - 1 == child ? seconds[slot] - 1 : slots[slot] - 1;
  }

  /** The slot of an id, or the empty one where it would be. */
  private int slot(long id) {
    int mask = slots.length - 1;
    int slot = seed.hash(id) & mask;
    while (slots[slot] != 0 && ids[slots[slot] - 1] != id) {
      slot = (slot + 1) & mask;
    }
    return slot;
  }

  private void linkChildren() {
    Arrays.fill(firstChild, 0, added, -1);
    Arrays.fill(placed, 0, added, false);
    for (int i = added - 1; i >= 0; i--) {
      int above = parent[i];
      if (above >= 0) {
        nextSibling[i] = firstChild[above];
        firstChild[above] = i;
      } else {
        nextSibling[i] = -1;
      }
    }
  }

  private void place() {
    for (int i = 0; i < added; i++) {
      if (parent[i] < 0 && parentIds[i] == 0) {
        placeTree(i);
      }
    }
    for (int i = 0; i < added && count < added; i++) {
      if (parent[i] < 0 && !placed[i]) {
        placeTree(i);
      }
    }
    for (int i = 0; i < added && count < added; i++) {
      if (!placed[i]) {
        placeTree(i);
      }
    }
  }

  private void placeTree(int top) {
    int at = top;
    int depth = 0;
    emit(at, depth);
    while (true) {
      int next = unplaced(firstChild[at]);
      if (next >= 0) {
        depth++;
      } else {
        while (at != top && (next = unplaced(nextSibling[at])) < 0) {
          at = parent[at];
          depth--;
        }
        if (at == top) {
          return;
        }
      }
      emit(next, depth);
      at = next;
    }
  }

  private int unplaced(int sibling) {
    int at = sibling;
    while (at >= 0 && placed[at]) {
      at = nextSibling[at];
    }
    return at;
  }

  private void emit(int i, int depth) {
    placed[i] = true;
    positions[count] = i;
    depths[count] = depth;
    count++;
  }
}
