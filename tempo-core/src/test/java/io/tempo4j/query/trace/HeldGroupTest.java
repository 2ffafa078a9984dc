package io.tempo4j.query.trace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tempo4j.column.ColumnSet;
import io.tempo4j.column.RowGroup;
import io.tempo4j.column.Table;
import io.tempo4j.query.CountingMemory;
import io.tempo4j.query.QueryBudgetException;
import io.tempo4j.query.RecordedColumns;
import io.tempo4j.query.oracle.ListSource;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a trace by id reads takes its bytes before it is read. */
class HeldGroupTest {

  private static final int ROWS = 1_000;
  private static final int WANTED = 10;

  private final CountingMemory memory = new CountingMemory(50_000);

  private HeldGroup group(RecordedColumns columns) {
    RowGroup origin =
        new RowGroup() {
          @Override
          public ColumnSet table(Table table) {
            return columns;
          }

          @Override
          public int[] traceOffsets() {
            return new int[] {0, ROWS};
          }

          @Override
          public int[] eventOffsets() {
            return new int[ROWS + 1];
          }

          @Override
          public int[] linkOffsets() {
            return new int[ROWS + 1];
          }

          @Override
          public int[] parentRows() {
            return new int[ROWS];
          }
        };
    HeldGroup held =
        new HeldGroup(new ListSource("none", List.of(), ListSource.Layout.BLOCK), origin, memory);
    held.want(WANTED);
    return held;
  }

  @Test
  void aColumnThatNobodyKeepsIsHeldOnceUntilTheEnd() throws IOException {
    RecordedColumns columns = new RecordedColumns(ROWS, false);
    HeldGroup group = group(columns);
    group.table(Table.SPAN).read(RecordedColumns.KEY);
    group.table(Table.SPAN).read(RecordedColumns.KEY);
    assertThat(memory.heldBytes()).isEqualTo(columns.columnBytes());
    group.table(Table.EVENT).read(RecordedColumns.KEY);
    group.table(Table.EVENT).readFew(RecordedColumns.KEY, new int[] {1, 2}, 2);
    assertThat(memory.heldBytes()).isGreaterThan(2 * columns.columnBytes());
    group.release();
    assertThat(memory.heldBytes()).isZero();
  }

  @Test
  void aColumnThatIsKeptCountsByTheRowsThatAreWanted() throws IOException {
    HeldGroup group = group(new RecordedColumns(ROWS, true));
    group.table(Table.SPAN).read(RecordedColumns.KEY);
    assertThat(memory.heldBytes()).isEqualTo(8L * WANTED);
    group.table(Table.LINK).read(RecordedColumns.KEY);
    assertThat(memory.heldBytes()).isEqualTo(8L * WANTED);
    group.release();
    assertThat(memory.heldBytes()).isZero();
  }

  @Test
  void nothingIsReadForWhichThereIsNoRoom() {
    RecordedColumns columns = new RecordedColumns(10_000, false);
    assertThatThrownBy(() -> group(columns).table(Table.SPAN).read(RecordedColumns.KEY))
        .isInstanceOf(QueryBudgetException.class)
        .hasMessageContaining("TEMPO_HEAP");
    assertThat(columns.reads()).isZero();
  }
}
