package io.tempo4j.memory;

/**
 * How the heap and the direct memory of a store, or of a whole process, are shared: one budget for
 * each thing that grows.
 *
 * <p>What code itself needs, and room in which garbage collection works well, is taken off first.
 * The budgets are parts of one that all share, so that never more than that is held; what is cached
 * makes room when others need it ({@link #reclaimWith}).
 *
 * <p>Thread-safe. A plan serves one {@code TraceStore} and whatever hands requests to it and sends
 * its answers.
 */
public final class MemoryPlan {

  private static final long MIB = 1L << 20;

  /** What classes, threads and the network stack need, in a heap that is not tiny. */
  private static final long BASE_BYTES = 40 * MIB;

  private final long heapBytes;
  private final ByteBudget heap;
  private final ByteBudget heads;
  private final ByteBudget flush;
  private final ByteBudget reads;
  private final ByteBudget cache;
  private final ByteBudget queries;
  private final ByteBudget requests;
  private final ByteBudget indexes;
  private final ByteBudget direct;
  private final ByteBudget answers;

  private MemoryPlan(long heapBytes, long directBytes) {
    this.heapBytes = heapBytes;
    long shared = heapBytes - Math.min(BASE_BYTES, heapBytes / 4);
    heap = ByteBudget.of("the heap", percent(shared, 78));
    heads = heap.part("recent spans", percent(shared, 27));
    flush = heap.part("blocks being written", percent(shared, 7));
    reads = heap.part("cache and queries", percent(shared, 33));
    cache = reads.part("cached columns", percent(shared, 23));
    queries = reads.part("queries", percent(shared, 29));
    requests = heap.part("requests", percent(shared, 8));
    indexes = heap.part("indexes of blocks", percent(shared, 7));
    direct = ByteBudget.of("direct memory", directBytes);
    answers = direct.part("answers", directBytes / 2);
  }

  /**
   * A plan for {@code heapBytes} of heap and {@code directBytes} of direct memory.
   *
   * @throws IllegalArgumentException if one of them is not positive
   */
  public static MemoryPlan of(long heapBytes, long directBytes) {
    if (heapBytes <= 0 || directBytes <= 0) {
      throw new IllegalArgumentException(
          "heap and direct memory must be positive, got " + heapBytes + " and " + directBytes);
    }
    return new MemoryPlan(heapBytes, directBytes);
  }

  /**
   * A plan for a store inside an application, which keeps the other half of the largest heap for
   * itself.
   */
  public static MemoryPlan halfOfThisProcess() {
    long half = Math.max(1, Runtime.getRuntime().maxMemory() / 2);
    return of(half, half);
  }

  /** The heap that is shared, what is taken off first included. */
  public long heapBytes() {
    return heapBytes;
  }

  /** Everything below that lies in the heap, together. */
  public ByteBudget heap() {
    return heap;
  }

  /** Heads: spans whose block is not written yet, and room for their columns to grow. */
  public ByteBudget heads() {
    return heads;
  }

  /** The block that is being encoded and stored. */
  public ByteBudget flush() {
    return flush;
  }

  /** {@link #cache} and {@link #queries} together. */
  public ByteBudget reads() {
    return reads;
  }

  /** Decoded columns and filters of blocks. */
  public ByteBudget cache() {
    return cache;
  }

  /** What queries under way hold beside what is cached. */
  public ByteBudget queries() {
    return queries;
  }

  /** Bodies of requests, as they come and decompressed. */
  public ByteBudget requests() {
    return requests;
  }

  /** Indexes of blocks that are open. */
  public ByteBudget indexes() {
    return indexes;
  }

  /** Direct memory: {@link #answers}, and what sockets and files are read and written with. */
  public ByteBudget direct() {
    return direct;
  }

  /** Answers on their way to clients. */
  public ByteBudget answers() {
    return answers;
  }

  /** Asks {@code cached} for what it holds when queries, or anything else, need its room. */
  public void reclaimWith(ByteBudget.Reclaimer cached) {
    reads.reclaimWith(cached);
    heap.reclaimWith(cached);
  }

  /**
   * Why bytes could not be taken, and what gives more room; for messages to users.
   *
   * @param budget one of a plan's
   * @param bytes what was asked for
   */
  public static String refusal(ByteBudget budget, long bytes) {
    return "no room for "
        + bytes
        + " bytes among "
        + budget.name()
        + ", which hold "
        + budget.heldBytes()
        + " of at most "
        + budget.limitBytes()
        + " bytes; a larger heap gives more (TEMPO_HEAP, -Xmx)";
  }

  private static long percent(long bytes, int percent) {
    return bytes / 100 * percent + bytes % 100 * percent / 100;
  }
}
