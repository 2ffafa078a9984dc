package io.tempo4j.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import io.tempo4j.model.TenantId;
import io.tempo4j.storage.LocalObjectStore;
import io.tempo4j.storage.ObjectStore;
import io.tempo4j.testkit.ChildJvm;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A catalog of 100,000 blocks, opened in a process of its own with little heap. */
class CatalogScaleTest {

  private static final TenantId TENANT = new TenantId("large");
  private static final int BLOCKS = 100_000;

  /** All of the heap: while bytes are read, and for what is kept. */
  private static final int HEAP_MEGABYTES = 80;

  @Test
  void manyBlocksOpenInLittleMemory(@TempDir Path folder) throws Exception {
    int behindTheCheckpoint = CatalogOptions.DEFAULT.checkpointEntries() - 1;
    Blocks blocks = new Blocks(TENANT, 1);
    try (ObjectStore store = LocalObjectStore.open(folder)) {
      Catalog catalog = Catalog.open(store, TENANT);
      int atOnce = BLOCKS - 2 * behindTheCheckpoint - 1;
      add(catalog, Stream.generate(blocks::next).limit(atOnce).toList());
      for (int i = atOnce; i < BLOCKS; i++) {
        add(catalog, List.of(blocks.next()));
      }
    }

    ChildJvm.Outcome outcome =
        ChildJvm.run(HEAP_MEGABYTES, CatalogScaleChild.class, folder.toString(), TENANT.value());

    assertThat(outcome.status()).as(outcome.output()).isZero();
    String[] words = outcome.output().trim().split(" ");
    assertThat(words[0]).isEqualTo(Integer.toString(BLOCKS));
    assertThat(Long.parseLong(words[1])).isBetween(10_000_000L, 40_000_000L);
    assertThat(Integer.parseInt(words[2])).isLessThan(BLOCKS / 100);
    assertThat(words[3]).isEqualTo("0");
  }

  private static void add(Catalog catalog, List<CatalogBlock> added) throws Exception {
    catalog.commit(CatalogChange.add(added));
  }
}
