package io.tempo4j.storage;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Random;

/**
 * A store that behaves like one behind a bad network: within the contract of {@link ObjectStore},
 * but at its worst.
 *
 * <p>All chance comes from a seed that is printed; with calls from a single thread the same seed
 * gives the same faults. Give {@code -Dtempo4j.seed=N} to repeat a run.
 *
 * <p>Thread-safe. Closing closes the store behind, after delivering what is still on its way.
 */
public final class FaultyObjectStore implements ObjectStore {

  /**
   * How likely each fault is, 0 to 1. The faults of puts exclude each other and must add up to at
   * most 1.
   *
   * @param failedPut nothing is stored and the caller is told so
   * @param lostReplyPut the object is stored, the caller gets an error
   * @param latePut the caller gets an error, the object is stored a few calls later
   * @param duplicatedPut the object is stored at once, and once more a few calls later: it comes
   *     back if it was overwritten or deleted meanwhile
   * @param failedRead get, read and size fail
   * @param shortRead a read fails after it wrote rubbish into a part of the target
   * @param failedList list fails
   * @param failedDelete the caller gets an error; the object is gone in half of the cases
   */
  public record Faults(
      double failedPut,
      double lostReplyPut,
      double latePut,
      double duplicatedPut,
      double failedRead,
      double shortRead,
      double failedList,
      double failedDelete) {

    /** No faults. */
    public static final Faults NONE = new Faults(0, 0, 0, 0, 0, 0, 0, 0);

    /** All faults but duplicated puts, each with this likelihood. */
    public static Faults each(double likelihood) {
      return new Faults(
          likelihood, likelihood, likelihood, 0, likelihood, likelihood, likelihood, likelihood);
    }

    /** Checks the values. */
    public Faults {
      double puts = failedPut + lostReplyPut + latePut + duplicatedPut;
      for (double value :
          new double[] {
            failedPut,
            lostReplyPut,
            latePut,
            duplicatedPut,
            failedRead,
            shortRead,
            failedList,
            failedDelete,
            puts
          }) {
        if (!(value >= 0 && value <= 1)) {
          throw new IllegalArgumentException("likelihoods must be 0 to 1: " + value);
        }
      }
    }
  }

  private static final int MAX_DELAY_CALLS = 8;

  private final ObjectStore store;
  private final Random random;
  private final List<Delayed> delayed = new ArrayList<>();
  private Faults faults;
  private long faultCount;

  private static final class Delayed {
    final String key;
    final ObjectBody body;
    final boolean onlyIfAbsent;
    int remainingCalls;

    Delayed(String key, ObjectBody body, boolean onlyIfAbsent, int remainingCalls) {
      this.key = key;
      this.body = body;
      this.onlyIfAbsent = onlyIfAbsent;
      this.remainingCalls = remainingCalls;
    }
  }

  private enum PutFault {
    NONE,
    FAILED,
    LOST_REPLY,
    LATE,
    DUPLICATED
  }

  /** A faulty store in front of {@code store}, which it owns, with a seed of chance. */
  public FaultyObjectStore(ObjectStore store, Faults faults) {
    this(store, faults, Long.getLong("tempo4j.seed", System.nanoTime()));
  }

  /** A faulty store in front of {@code store}, which it owns. */
  public FaultyObjectStore(ObjectStore store, Faults faults, long seed) {
    this.store = store;
    this.faults = faults;
    this.random = new Random(seed);
    System.out.println("FaultyObjectStore seed=" + seed + " (-Dtempo4j.seed=" + seed + ")");
  }

  /** Changes the likelihoods from now on. */
  public synchronized void faults(Faults next) {
    faults = next;
  }

  /** How many faults there were. */
  public synchronized long faultCount() {
    return faultCount;
  }

  @Override
  public void put(String key, ObjectBody body) throws IOException {
    switch (nextPutFault(key, body, false)) {
      case NONE, DUPLICATED -> store.put(key, body);
      case FAILED -> throw fault("connection refused, put of '" + key + "' not sent");
      case LATE -> throw fault("timeout, put of '" + key + "' is on its way");
      case LOST_REPLY -> {
        store.put(key, body);
        throw fault("connection reset, put of '" + key + "' done");
      }
    }
  }

  @Override
  public void putIfAbsent(String key, ObjectBody body) throws IOException {
    switch (nextPutFault(key, body, true)) {
      case NONE, DUPLICATED -> store.putIfAbsent(key, body);
      case FAILED -> throw fault("connection refused, put of '" + key + "' not sent");
      case LATE ->
          throw new CommitOutcomeUnknownException(
              key, "the faulty store", fault("timeout, put is on its way"));
      case LOST_REPLY -> {
        IOException lost = fault("connection reset");
        try {
          store.putIfAbsent(key, body);
        } catch (PreconditionFailedException e) {
          lost.addSuppressed(e);
        }
        throw new CommitOutcomeUnknownException(key, "the faulty store", lost);
      }
    }
  }

  @Override
  public boolean supportsConditionalPut() {
    return store.supportsConditionalPut();
  }

  @Override
  public byte[] get(String key) throws IOException {
    deliver();
    failBy(current().failedRead(), "get of '" + key + "'");
    return store.get(key);
  }

  @Override
  public void read(String key, long offset, byte[] target, int targetOffset, int length)
      throws IOException {
    deliver();
    failBy(current().failedRead(), "read of '" + key + "'");
    if (length > 0 && happens(current().shortRead())) {
      ReadRange.check(offset, target, targetOffset, length);
      Arrays.fill(target, targetOffset, targetOffset + 1 + length / 2, (byte) 0xa5);
      throw fault("connection reset in the middle of '" + key + "'");
    }
    store.read(key, offset, target, targetOffset, length);
  }

  @Override
  public long size(String key) throws IOException {
    deliver();
    failBy(current().failedRead(), "size of '" + key + "'");
    return store.size(key);
  }

  @Override
  public ListPage list(ListRequest request) throws IOException {
    deliver();
    failBy(current().failedList(), "list of '" + request.prefix() + "'");
    return store.list(request);
  }

  @Override
  public void delete(String key) throws IOException {
    deliver();
    if (happens(current().failedDelete())) {
      if (happens(0.5)) {
        store.delete(key);
      }
      throw fault("timeout, delete of '" + key + "'");
    }
    store.delete(key);
  }

  /** Stores everything that is still on its way. */
  public synchronized void deliverAll() throws IOException {
    delayed.forEach(put -> put.remainingCalls = 0);
    deliverDue();
  }

  @Override
  public void close() throws IOException {
    deliverAll();
    store.close();
  }

  private synchronized PutFault nextPutFault(String key, ObjectBody body, boolean onlyIfAbsent)
      throws IOException {
    ObjectKey.requireValid(key);
    deliver();
    PutFault fault = pickPutFault();
    if (fault == PutFault.LATE || fault == PutFault.DUPLICATED) {
      ObjectBody copy = ObjectBody.of(body.toByteArray());
      delayed.add(new Delayed(key, copy, onlyIfAbsent, 1 + random.nextInt(MAX_DELAY_CALLS)));
    }
    return fault;
  }

  private PutFault pickPutFault() {
    double chance = random.nextDouble();
    chance -= faults.failedPut();
    if (chance < 0) {
      return PutFault.FAILED;
    }
    chance -= faults.lostReplyPut();
    if (chance < 0) {
      return PutFault.LOST_REPLY;
    }
    chance -= faults.latePut();
    if (chance < 0) {
      return PutFault.LATE;
    }
    return chance < faults.duplicatedPut() ? PutFault.DUPLICATED : PutFault.NONE;
  }

  private synchronized void deliver() throws IOException {
    delayed.forEach(put -> put.remainingCalls--);
    deliverDue();
  }

  private void deliverDue() throws IOException {
    Iterator<Delayed> puts = delayed.iterator();
    while (puts.hasNext()) {
      Delayed put = puts.next();
      if (put.remainingCalls > 0) {
        continue;
      }
      puts.remove();
      if (put.onlyIfAbsent) {
        try {
          store.putIfAbsent(put.key, put.body);
        } catch (PreconditionFailedException e) {
          // Its caller was told that the outcome is unknown.
        }
      } else {
        store.put(put.key, put.body);
      }
    }
  }

  private synchronized Faults current() {
    return faults;
  }

  private synchronized boolean happens(double likelihood) {
    return random.nextDouble() < likelihood;
  }

  private void failBy(double likelihood, String what) throws IOException {
    if (happens(likelihood)) {
      throw fault("connection reset, " + what);
    }
  }

  private synchronized IOException fault(String message) {
    faultCount++;
    return new IOException("injected fault " + faultCount + ": " + message);
  }
}
