package io.tempo4j.storage;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Sends objects at the same time, each on a virtual thread. */
final class ParallelPuts {

  private ParallelPuts() {}

  /**
   * Returns when none is under way any more, also if some failed: their bodies are in use until
   * then.
   */
  static void send(ObjectStore store, List<NewObject> objects) throws IOException {
    List<Future<Void>> sent = new ArrayList<>(objects.size());
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (NewObject object : objects) {
        sent.add(
            threads.submit(() -> {
              store.put(object.key(), object.body());
              return null;
            }));
      }
    }
    for (Future<Void> one : sent) {
      var unused = ParallelReads.await(one);
    }
  }
}
