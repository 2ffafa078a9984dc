package io.tempo4j.block;

import static org.assertj.core.api.Assertions.assertThat;

import io.tempo4j.column.Fields;
import io.tempo4j.column.Table;
import io.tempo4j.head.Head;
import io.tempo4j.model.TenantId;
import io.tempo4j.model.TraceId;
import io.tempo4j.storage.InMemoryObjectStore;
import io.tempo4j.testkit.Spans;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The decoding of columns can be seen in the flight recorder, and that others were cached. */
class DecodeEventTest {

  @Test
  void aColumnIsRecordedOnceThatIsReadTwice(@TempDir Path folder) throws Exception {
    UUID id = new UUID(5, 6);
    InMemoryObjectStore store = new InMemoryObjectStore();
    Head head = new Head("test", 10);
    byte[] bytes = Spans.request(Spans.span(new TraceId(1, 2), 1, 0)).toByteArray();
    head.append(bytes, 0, bytes.length);
    BlockMeta meta =
        BlockWriter.write(store, TenantId.SINGLE, id, head.viewForWriting(), Instant.EPOCH);
    BlockReader block = BlockReader.open(store, meta, new BlockCache(1 << 20));
    Path file = folder.resolve("decode.jfr");
    try (Recording recording = new Recording()) {
      recording.enable("io.tempo4j.Decode");
      recording.start();
      block.rowGroups().getFirst().table(Table.SPAN).read(Fields.SPAN_NAME);
      block.rowGroups().getFirst().table(Table.SPAN).read(Fields.SPAN_NAME);
      recording.stop();
      recording.dump(file);
    }

    List<RecordedEvent> events =
        RecordingFile.readAllEvents(file).stream()
            .filter(event -> event.getString("blockId").equals(id.toString()))
            .toList();
    assertThat(events).hasSize(1);
    RecordedEvent decoded = events.getFirst();
    assertThat(decoded.getString("table")).isEqualTo("SPAN");
    assertThat(decoded.getString("column")).isEqualTo(Fields.SPAN_NAME.name());
    assertThat(decoded.getString("type")).isEqualTo("STRING");
    assertThat(decoded.getInt("values")).isEqualTo(1);
    assertThat(decoded.getInt("bytes")).isPositive();
    assertThat(decoded.getDuration()).isPositive();
  }
}
