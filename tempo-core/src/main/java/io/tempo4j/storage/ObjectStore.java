package io.tempo4j.storage;

import java.io.IOException;
import java.util.List;

/**
 * A flat map from keys to immutable byte strings: what all durable data rests in.
 *
 * <p>Keys are checked by {@link ObjectKey}. No key may be a folder of another one ({@code a} and
 * {@code a/b}): a store that maps folders to directories cannot hold both. Offsets and lengths are
 * in bytes.
 *
 * <p><b>Visibility.</b> An object is visible whole or not at all, to every method and every other
 * instance on the same data; a reader of an object that is overwritten sees the old or the new
 * content in each single call, never a mixture. When a method that writes or deletes returns, its
 * effect is visible to all calls that start later, lists included, and is as durable as the store
 * can make it.
 *
 * <p><b>Ownership.</b> The content of a body belongs to the caller and must not change until the
 * call returns. Arrays that are returned belong to the caller. Whoever opened a store closes it.
 *
 * <p><b>Threads.</b> Any number of threads may call at the same time. An interrupted thread's call
 * may fail with an {@link IOException} and leaves the interrupt status set; other calls are
 * unaffected. Calling a closed store is an {@link IllegalStateException}.
 *
 * <p><b>Errors.</b> {@link IOException} with a message that names the store and the key: the store
 * could not be reached or refused. An invalid key is an {@link IllegalArgumentException}.
 */
public interface ObjectStore extends AutoCloseable {

  /**
   * Stores the body under the key; what was there before is replaced.
   *
   * @throws IOException if that failed; the key then has its old or its new content, whole, and the
   *     caller may put again. A store behind a network may still receive the new content after
   *     this.
   */
  void put(String key, ObjectBody body) throws IOException;

  /**
   * Stores objects that belong together, each as {@link #put} does. The last one is stored when all
   * others are: who finds it finds them, also after a power failure. A store far away is sent the
   * others at the same time.
   *
   * @param objects at least one, their keys all different
   * @throws IOException if one failed, when none is being sent any more; the last one was not
   *     stored then, unless it is the one that failed
   */
  default void putAll(List<NewObject> objects) throws IOException {
    List<NewObject> others = objects.subList(0, objects.size() - 1);
    if (readPolicy().isPlanned() && others.size() > 1) {
      ParallelPuts.send(this, others);
    } else {
      for (NewObject other : others) {
        put(other.key(), other.body());
      }
    }
    put(objects.getLast().key(), objects.getLast().body());
  }

  /**
   * Stores the body under the key unless something is there. Of several that race for one key
   * exactly one succeeds.
   *
   * @throws PreconditionFailedException if the key has an object; that object is unchanged
   * @throws CommitOutcomeUnknownException if the store may or may not have stored the body; the
   *     caller must read the object to know
   * @throws UnsupportedOperationException if {@link #supportsConditionalPut} is false
   * @throws IOException if nothing was stored
   */
  void putIfAbsent(String key, ObjectBody body) throws IOException;

  /** Whether {@link #putIfAbsent} works. The answer never changes. */
  boolean supportsConditionalPut();

  /**
   * The whole content of an object.
   *
   * @throws NoSuchObjectException if the key has no object
   * @throws IOException also if the object is larger than an array can be
   */
  byte[] get(String key) throws IOException;

  /**
   * Reads the bytes {@code offset} to {@code offset + length} (exclusive) of an object into {@code
   * target}, from {@code targetOffset} on. All of them or none: there is no short read. A length of
   * 0 returns at once without looking at the store.
   *
   * @throws NoSuchObjectException if the key has no object
   * @throws java.io.EOFException if the object ends before {@code offset + length}; what {@code
   *     target} holds in the range is then undefined
   * @throws IndexOutOfBoundsException if the range does not fit into {@code target}, or {@code
   *     offset} is negative
   */
  void read(String key, long offset, byte[] target, int targetOffset, int length)
      throws IOException;

  /**
   * The size of an object in bytes.
   *
   * @throws NoSuchObjectException if the key has no object
   */
  long size(String key) throws IOException;

  /**
   * One page of the keys that start with a prefix, ascending by their UTF-8 bytes. An object that
   * exists during the whole of a listing is on exactly one of its pages; one that appears or
   * vanishes meanwhile may be on a page or not.
   */
  ListPage list(ListRequest request) throws IOException;

  /** Removes the object; a key without one is fine. */
  void delete(String key) throws IOException;

  /**
   * Whether the range is kept nearer than where it is stored, so that {@link #read} costs no
   * request, as far as is known without looking. A store that keeps nothing says no.
   */
  default boolean isNear(String key, long offset, int length) {
    return false;
  }

  /** How the store wants to be read. The answer never changes. */
  default ReadPolicy readPolicy() {
    return ReadPolicy.DIRECT;
  }

  /**
   * Drops what is kept of an object nearer than where it is stored, so that the next read comes
   * from there. A store that keeps nothing does nothing.
   */
  default void forget(String key) {}

  /** Frees what the store holds. Closing again does nothing. Objects stay. */
  @Override
  void close() throws IOException;
}
