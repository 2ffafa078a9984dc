package io.tempo4j.block;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tempo4j.column.ByteSink;
import io.tempo4j.column.ColumnKey;
import io.tempo4j.column.FilterWriter;
import io.tempo4j.column.Table;
import io.tempo4j.column.ValueType;
import io.tempo4j.column.ZoneMap;
import io.tempo4j.model.CorruptBlockException;
import io.tempo4j.model.TenantId;
import io.tempo4j.model.TraceId;
import java.time.Instant;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class BlockIndexTest {

  private static final UUID ID = new UUID(7, 8);
  private static final BlockMeta META =
      new BlockMeta(2, TenantId.SINGLE, ID, 1, 1, 1, 0, 0, 1_000, 100, 100, 0, Instant.EPOCH);
  private static final TraceId NONE = new TraceId(0, 0);

  private static ColumnKey key() {
    return ColumnKey.attribute(Table.SPAN, "a", ValueType.INT);
  }

  private static GroupEntry group(Map<ColumnKey, ChunkEntry> chunks) {
    int[] rows = new int[Table.values().length];
    return new GroupEntry(rows, NONE, NONE, 0, 0, BlockFormat.HEADER_BYTES, 0, chunks);
  }

  private static ChunkEntry chunk(ColumnKey key, int position) {
    int offset = BlockFormat.HEADER_BYTES + 10 * position;
    return new ChunkEntry(key, position, offset, 10, ZoneMap.ofLongs(1, 5, 5));
  }

  private static byte[] index(GroupEntry group) {
    ByteSink directory = new ByteSink();
    new FilterWriter().finish(new ByteSink(), directory);
    GroupEntry tables = group(Map.of());
    return BlockIndex.write(
        new BlockIndex.Draft(
            ID, Map.of(key(), 0), tables, List.of(group), directory, 0, directory, 0));
  }

  @Test
  void aGroupHasTheChunksThatWereWritten() throws Exception {
    byte[] bytes = index(group(Map.of(key(), chunk(key(), 0))));

    BlockIndex read = BlockIndex.read(bytes, META, new SharedKeys(), "index", 0);

    assertThat(read.groups().getFirst().chunks())
        .containsExactly(Map.entry(key(), chunk(key(), 0)));
  }

  @Test
  void aColumnThatStandsTwiceInAGroupIsDamage() {
    Map<ColumnKey, ChunkEntry> twice = new IdentityHashMap<>(); // equal keys, two of them
    twice.put(key(), chunk(key(), 0));
    twice.put(key(), chunk(key(), 1));
    byte[] bytes = index(group(twice));

    assertThatThrownBy(() -> BlockIndex.read(bytes, META, new SharedKeys(), "index", 0))
        .isInstanceOf(CorruptBlockException.class)
        .hasMessageContaining("column a twice");
  }
}
