package io.tempo4j.block;

import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A place in a block for one thing that the {@link BlockCache} holds or held, with what is known of
 * its use.
 *
 * <p>Anybody may look into it and count a use; all else happens under the cache's lock. Uses are
 * counted without any order among threads: one that is lost does no harm.
 */
final class CacheSlot {

  /** More uses than this are not told apart, so that yesterday's are forgotten in time. */
  private static final int MAX_USES = 15;

  private final UUID block;
  private volatile @Nullable Object value;
  private long size;
  private double worth;
  private int age;
  private int position;
  private byte uses;

  CacheSlot(UUID block) {
    this.block = block;
  }

  UUID block() {
    return block;
  }

  @Nullable Object value() {
    return value;
  }

  void use() {
    if (uses < MAX_USES) {
      uses++;
    }
  }

  // ---- under the cache's lock

  /** How often it was used lately, each age counting half of the one behind it. */
  int uses(int now) {
    if (age != now) {
      uses = (byte) (uses >> Math.min(now - age, 7));
      age = now;
    }
    return uses;
  }

  /** What holding it spares per byte. */
  double rank(int now) {
    return uses(now) * worth;
  }

  long size() {
    return size;
  }

  void fill(Object held, long heldSize, double heldWorth) {
    size = heldSize;
    worth = heldWorth;
    value = held;
  }

  /** Where it stands in the cache's list, while it holds something. */
  int position() {
    return position;
  }

  void moveTo(int newPosition) {
    position = newPosition;
  }

  void empty() {
    value = null;
  }
}
