package io.tempo4j.block;

import static org.assertj.core.api.Assertions.assertThat;

import io.tempo4j.column.ColumnKey;
import io.tempo4j.column.ColumnSet;
import io.tempo4j.column.RowGroup;
import io.tempo4j.column.Table;
import io.tempo4j.storage.LocalObjectStore;
import io.tempo4j.storage.ObjectStore;
import io.tempo4j.testkit.ChildJvm;
import io.tempo4j.testkit.HeavySpans;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What blocks take of the heap: writing one, and one that is closed. */
class BlockHeapTest {

  @TempDir Path folder;

  @ParameterizedTest
  @EnumSource(HeavySpans.class)
  void isWrittenInLittleMoreThanItsHeadTakes(HeavySpans kind) throws Exception {
    boolean huge = kind == HeavySpans.HUGE_TRACE;
    int bytes = huge ? 14_000_000 : 20_000_000;
    ChildJvm.Outcome outcome =
        ChildJvm.run(
            huge ? 64 : 48,
            BlockHeapChild.class,
            kind.name(),
            folder.toString(),
            Integer.toString(bytes));
    assertThat(outcome.status()).as(outcome.output()).isZero();
    try (ObjectStore store = LocalObjectStore.open(folder)) {
      BlockMeta meta = BlockReader.readMeta(store, BlockHeapChild.TENANT, BlockHeapChild.BLOCK);
      BlockReader block = BlockReader.open(store, meta, new BlockCache(0));
      int spans = 0;
      for (RowGroup group : block.rowGroups()) {
        for (Table table : new Table[] {Table.TRACE, Table.SPAN, Table.EVENT, Table.LINK}) {
          readAll(group.table(table));
        }
        spans += group.spanCount();
      }
      readAll(block.table(Table.RESOURCE));
      assertThat(spans).isEqualTo(Integer.parseInt(outcome.output().strip()));
    }
  }

  /** Of the spans that need most. */
  private int write(int room) throws Exception {
    String kind = HeavySpans.NEW_KEYS.name();
    return run(96, "write", kind, "20000000", Integer.toString(room), folder.toString()).status();
  }

  private static ChildJvm.Outcome run(int heap, String... arguments) throws Exception {
    return ChildJvm.run(heap, BlockHeapCosts.class, arguments);
  }

  @Test
  void writingTakesNoMoreThanIsSaid() throws Exception {
    assertThat(write(BlockWriter.HEAP_BYTES)).isZero();
  }

  @Test
  void writingTakesMoreThanHalfOfWhatIsSaid() throws Exception {
    assertThat(write(BlockWriter.HEAP_BYTES / 2)).isNotZero();
  }

  @Test
  void writingASmallBlockTakesWhatIsSaidButNotAQuarterOfIt() throws Exception {
    int said = BlockWriter.SMALL_HEAP_BYTES;
    assertThat(run(64, "small", Integer.toString(said), folder.toString()).status()).isZero();
    assertThat(run(64, "small", Integer.toString(said / 4), folder.toString()).status())
        .isNotZero();
  }

  @Test
  void aClosedBlockTakesSome800Bytes() throws Exception {
    ChildJvm.Outcome outcome = run(128, "closed", "4000000");
    assertThat(outcome.status()).as(outcome.output()).isZero();
    assertThat(Integer.parseInt(outcome.output().strip())).isBetween(500, 1000);
  }

  private static void readAll(ColumnSet columns) throws IOException {
    for (ColumnKey key : columns.keys()) {
      assertThat(columns.read(key)).as(key.toString()).isNotNull();
    }
  }
}
