package io.tempo4j.storage.s3;

import static org.assertj.core.api.Assertions.assertThat;

import io.tempo4j.catalog.Blocks;
import io.tempo4j.catalog.Catalog;
import io.tempo4j.catalog.CatalogBlock;
import io.tempo4j.catalog.CatalogChange;
import io.tempo4j.catalog.CatalogConflictException;
import io.tempo4j.catalog.CatalogVersion;
import io.tempo4j.model.TenantId;
import io.tempo4j.storage.ObjectStore;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/** Writers with clients of their own that race for one catalog in a bucket. */
abstract class CatalogOnS3Contract {

  private static final TenantId TENANT = new TenantId("team");
  private static final int WRITERS = 8;
  private static final int READERS = 2;

  /** A block that two others became: it stands for what they stood for. */
  private final Map<UUID, Set<UUID>> units = new ConcurrentHashMap<>();

  private final AtomicBoolean isOver = new AtomicBoolean();

  /** A bucket and a prefix in which nothing is yet. */
  abstract S3Settings settings();

  /** How many blocks each writer adds. */
  int blocksPerWriter() {
    return 12;
  }

  @Test
  void eightWritersLoseNothingAndReadersSeeItHappenInOrder() throws Exception {
    S3Settings settings = settings();
    Set<UUID> added = new HashSet<>();
    try (ExecutorService threads = Executors.newCachedThreadPool()) {
      List<Future<Integer>> readers = new ArrayList<>();
      List<Future<Set<UUID>>> writers = new ArrayList<>();
      for (int i = 0; i < READERS; i++) {
        readers.add(threads.submit(() -> follow(settings)));
      }
      for (int i = 0; i < WRITERS; i++) {
        long seed = i;
        writers.add(threads.submit((Callable<Set<UUID>>) () -> write(settings, seed)));
      }
      try {
        for (Future<Set<UUID>> writer : writers) {
          added.addAll(writer.get());
        }
      } finally {
        isOver.set(true);
      }
      for (Future<Integer> reader : readers) {
        assertThat(reader.get()).isPositive();
      }
    }
    assertThat(added).hasSize(WRITERS * blocksPerWriter());
    try (ObjectStore store = S3ObjectStore.open(settings)) {
      assertThat(unitsOf(Catalog.open(store, TENANT).current())).isEqualTo(added);
    }
  }

  private Set<UUID> write(S3Settings settings, long seed) throws Exception {
    Set<UUID> added = new HashSet<>();
    Blocks blocks = new Blocks(TENANT, seed);
    try (ObjectStore store = S3ObjectStore.open(settings)) {
      Catalog catalog = Catalog.open(store, TENANT);
      for (int i = 0; i < blocksPerWriter(); i++) {
        CatalogBlock block = blocks.next();
        units.put(block.id(), Set.of(block.id()));
        CatalogVersion made = catalog.commit(CatalogChange.add(List.of(block)));
        assertThat(unitsOf(made)).contains(block.id());
        added.add(block.id());
        if (i % 3 == 2) {
          merge(catalog, blocks.next());
        }
      }
    }
    return added;
  }

  private void merge(Catalog catalog, CatalogBlock output) throws Exception {
    List<CatalogBlock> inputs = catalog.current().blocks();
    if (inputs.size() < 2) {
      return;
    }
    CatalogBlock a = inputs.getFirst();
    CatalogBlock b = inputs.getLast();
    Set<UUID> both = new HashSet<>(units.get(a.id()));
    both.addAll(units.get(b.id()));
    units.put(output.id(), both);
    try {
      catalog.commit(CatalogChange.replace(List.of(a.id(), b.id()), List.of(output)));
    } catch (CatalogConflictException e) {
      // somebody else merged one of them
    }
  }

  private int follow(S3Settings settings) throws Exception {
    int versions = 0;
    Set<UUID> before = Set.of();
    try (ObjectStore store = S3ObjectStore.open(settings)) {
      Catalog catalog = Catalog.open(store, TENANT);
      long number = 0;
      boolean isLast;
      do {
        isLast = isOver.get();
        CatalogVersion version = catalog.refresh();
        assertThat(version.number()).isGreaterThanOrEqualTo(number);
        versions += version.number() > number ? 1 : 0;
        number = version.number();
        Set<UUID> now = unitsOf(version);
        assertThat(now).containsAll(before); // nothing is ever taken out here
        before = now;
      } while (!isLast);
    }
    return versions;
  }

  private Set<UUID> unitsOf(CatalogVersion version) {
    Set<UUID> found = new HashSet<>();
    for (CatalogBlock block : version.blocks()) {
      for (UUID unit : units.get(block.id())) {
        assertThat(found.add(unit)).as("%s once in %s", unit, version).isTrue();
      }
    }
    return found;
  }
}
