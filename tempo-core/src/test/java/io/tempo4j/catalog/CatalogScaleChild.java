package io.tempo4j.catalog;

import io.tempo4j.model.TenantId;
import io.tempo4j.model.TraceId;
import io.tempo4j.storage.LocalObjectStore;
import io.tempo4j.storage.ObjectStore;
import java.nio.file.Path;

/** Opens a catalog in a folder, and says how many blocks it has and what it takes of the heap. */
final class CatalogScaleChild {

  private CatalogScaleChild() {}

  public static void main(String[] arguments) throws Exception {
    try (ObjectStore store = LocalObjectStore.open(Path.of(arguments[0]))) {
      long before = used();
      Catalog catalog = Catalog.open(store, new TenantId(arguments[1]));
      long held = used() - before;
      CatalogVersion version = catalog.current();
      System.out.printf(
          "%d %d %d %d%n",
          version.blocks().size(),
          held,
          version.mayHold(new TraceId(1, 1)).size(),
          version.overlapping(1, 2).size());
    }
  }

  private static long used() {
    for (int i = 0; i < 3; i++) {
      System.gc();
    }
    return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
  }
}
