package io.tempo4j.column;

import com.github.luben.zstd.ZstdDecompressCtx;
import com.github.luben.zstd.ZstdException;
import java.lang.ref.Cleaner;
import java.lang.ref.Reference;
import java.util.concurrent.ArrayBlockingQueue;
import org.jspecify.annotations.Nullable;

/**
 * Native decompressors of zstd, of which some are kept for the next who needs one: making one takes
 * longer than most sections take to decompress.
 *
 * <p>Thread-safe; each call has a decompressor of its own. Needs no closing: those that are kept
 * are released when this is no longer reachable.
 */
public final class Decompressors {

  private static final Cleaner CLEANER = Cleaner.create();

  /** Keeps none. */
  static final Decompressors NONE = new Decompressors(null);

  private final @Nullable Idle idle;

  /** The decompressors that nobody uses at the moment. */
  private record Idle(ArrayBlockingQueue<ZstdDecompressCtx> contexts) implements Runnable {
    @Override
    public void run() {
      for (ZstdDecompressCtx context = contexts.poll();
          context != null;
          context = contexts.poll()) {
        context.close();
      }
    }
  }

  private Decompressors(@Nullable Idle idle) {
    this.idle = idle;
  }

  /**
   * Keeps some, each of which takes about 160 KB outside the heap.
   *
   * @param count how many at most, at least 1
   */
  public static Decompressors keeping(int count) {
    Idle idle = new Idle(new ArrayBlockingQueue<>(count));
    Decompressors made = new Decompressors(idle);
    CLEANER.register(made, idle);
    return made;
  }

  /**
   * Decompresses one frame.
   *
   * @param into takes what comes out, from its first byte on
   * @return the number of bytes that came out
   * @throws ZstdException if the frame is damaged, or more comes out than {@code into} has room for
   */
  int decompress(byte[] bytes, int offset, int length, byte[] into) {
    ZstdDecompressCtx context = idle == null ? null : idle.contexts.poll();
    if (context == null) {
      context = new ZstdDecompressCtx();
    }
    boolean isSound = false;
    try {
      int written = context.decompressByteArray(into, 0, into.length, bytes, offset, length);
      isSound = true;
      return written;
    } finally {
      if (!isSound || idle == null || !idle.contexts.offer(context)) {
        context.close();
      }
      Reference.reachabilityFence(this);
    }
  }
}
