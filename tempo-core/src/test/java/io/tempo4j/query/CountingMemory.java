package io.tempo4j.query;

/** A memory with a bound that knows what is held and the most that ever was. */
public final class CountingMemory implements QueryMemory {

  private final long limitBytes;
  private long heldBytes;
  private long mostBytes;

  public CountingMemory(long limitBytes) {
    this.limitBytes = limitBytes;
  }

  @Override
  public void take(long bytes) {
    if (heldBytes + bytes > limitBytes) {
      throw new QueryBudgetException(limitBytes, "TEMPO_HEAP");
    }
    heldBytes += bytes;
    mostBytes = Math.max(mostBytes, heldBytes);
  }

  @Override
  public void give(long bytes) {
    heldBytes = Math.max(0, heldBytes - bytes);
  }

  @Override
  public long limitBytes() {
    return limitBytes;
  }

  public long heldBytes() {
    return heldBytes;
  }

  public long mostBytes() {
    return mostBytes;
  }

  public QueryContext context() {
    return QueryContext.unbounded().withMemory(this);
  }
}
