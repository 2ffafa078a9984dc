package io.tempo4j.catalog;

import io.tempo4j.block.BlockMeta;
import io.tempo4j.model.TenantId;
import io.tempo4j.model.TraceId;
import java.time.Instant;
import java.util.Random;
import java.util.UUID;

/** Metadata of blocks that nobody wrote. */
public final class Blocks {

  private static final Instant CREATED = Instant.parse("2026-11-22T12:00:00.123456789Z");

  private final TenantId tenant;
  private final Random random;

  /** Blocks of a tenant, by a seed of chance. */
  public Blocks(TenantId tenant, long seed) {
    this.tenant = tenant;
    this.random = new Random(seed);
  }

  /** A block of any time and traces. */
  public CatalogBlock next() {
    long start = 1_760_000_000_000_000_000L + random.nextInt(1_000_000) * 1_000_000_000L;
    TraceId a = new TraceId(random.nextLong(), random.nextLong());
    TraceId b = new TraceId(random.nextLong(), random.nextLong());
    BlockMeta meta = meta(start, start + random.nextInt() * 1_000L + (1L << 42));
    return a.compareTo(b) < 0 ? new CatalogBlock(meta, a, b) : new CatalogBlock(meta, b, a);
  }

  /** A block of a time range that may hold any trace. */
  CatalogBlock between(long startNanos, long endNanos) {
    return CatalogBlock.of(meta(startNanos, endNanos));
  }

  private BlockMeta meta(long startNanos, long endNanos) {
    return new BlockMeta(
        2,
        tenant,
        new UUID(random.nextLong(), random.nextLong()),
        random.nextInt(1 << 20),
        random.nextInt(1 << 16),
        1 + random.nextInt(100),
        startNanos,
        endNanos,
        random.nextLong(1L << 40),
        random.nextInt(1 << 20),
        random.nextInt(1 << 20),
        random.nextInt(4),
        CREATED.plusNanos(random.nextInt()));
  }
}
