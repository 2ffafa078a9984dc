package io.tempo4j.head;

import io.tempo4j.collect.SpanOrder;
import io.tempo4j.column.ColumnSet;
import io.tempo4j.column.Table;
import io.tempo4j.column.digest.SpanDigests;
import java.io.IOException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** What spans of a head contain, for those that nothing else tells apart. */
final class HeadContents implements SpanOrder.Contents {

  private final HeadState state;
  private @Nullable TupleView resources;
  private @Nullable TupleView scopes;

  HeadContents(HeadState state) {
    this.state = state;
  }

  @Override
  public long[] digests(int[] spans) throws IOException {
    int[] rows = new int[spans.length];
    Arrays.setAll(rows, i -> i);
    return SpanDigests.of(new Tables(HeadRowGroup.loose(state, spans)), rows);
  }

  private final class Tables implements SpanDigests.Tables {
    private final HeadRowGroup group;

    Tables(HeadRowGroup group) {
      this.group = group;
    }

    @Override
    public ColumnSet table(Table table) {
      return switch (table) {
        case RESOURCE -> resources();
        case SCOPE -> scopes();
        default -> group.table(table);
      };
    }

    @Override
    public int[] childOffsets(Table table) {
      return table == Table.EVENT ? group.eventOffsets() : group.linkOffsets();
    }

    @Override
    public int[] parentRows() {
      return group.parentRows();
    }
  }

  private TupleView resources() {
    if (resources == null) {
      resources = HeadView.allRows(state, state.resourceTuples(), ViewHoldings.uncounted());
    }
    return resources;
  }

  private TupleView scopes() {
    if (scopes == null) {
      scopes = HeadView.allRows(state, state.scopeTuples(), ViewHoldings.uncounted());
    }
    return scopes;
  }
}
