package io.tempo4j.query.scan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tempo4j.column.Column;
import io.tempo4j.column.Table;
import io.tempo4j.query.CountingMemory;
import io.tempo4j.query.QueryBudgetException;
import io.tempo4j.query.RecordedColumns;
import java.io.IOException;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Columns take their bytes before they are read, whole or in part. */
class TableViewMemoryTest {

  private static final int ROWS = 10_000;

  private final RecordedColumns columns = new RecordedColumns(ROWS, false);

  private TableView view(CountingMemory memory) {
    return new TableView(Table.SPAN, columns, new ReadTally(memory.context()));
  }

  @Test
  void aColumnIsHeldUntilTheViewIsReleased() throws IOException {
    CountingMemory memory = new CountingMemory(1 << 20);
    TableView view = view(memory);
    view.column(RecordedColumns.KEY);
    assertThat(memory.heldBytes()).isEqualTo(columns.columnBytes());
    view.release();
    assertThat(memory.heldBytes()).isZero();
  }

  @Test
  void columnsOfFewRowsAreHeldUntilTheyAreLetGoOf() throws IOException {
    CountingMemory memory = new CountingMemory(1 << 20);
    TableView view = view(memory);
    int[] rows = IntStream.range(0, ROWS / 5).toArray();
    Column one = view.columnOfFew(RecordedColumns.KEY, rows, rows.length);
    Column other = view.readFew(RecordedColumns.KEY, rows, rows.length);
    assertThat(one).isNotNull();
    assertThat(other).isNotNull();
    assertThat(memory.heldBytes()).isEqualTo(one.heapBytes() + other.heapBytes());
    view.letGoOfFew();
    assertThat(memory.heldBytes()).isZero();

    view.columnOfFew(RecordedColumns.KEY, rows, rows.length);
    view.release();
    assertThat(memory.heldBytes()).isZero();
  }

  @Test
  void nothingIsReadForWhichThereIsNoRoom() {
    TableView view = view(new CountingMemory(10_000));
    int[] rows = IntStream.range(0, ROWS / 5).toArray();
    assertThatThrownBy(() -> view.columnOfFew(RecordedColumns.KEY, rows, rows.length))
        .isInstanceOf(QueryBudgetException.class)
        .hasMessageContaining("TEMPO_HEAP");
    assertThatThrownBy(() -> view.column(RecordedColumns.KEY))
        .isInstanceOf(QueryBudgetException.class)
        .hasMessageContaining("TEMPO_HEAP");
    assertThat(columns.reads()).isZero();
  }
}
