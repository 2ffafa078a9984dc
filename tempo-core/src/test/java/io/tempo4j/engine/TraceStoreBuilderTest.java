package io.tempo4j.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tempo4j.storage.FolderLock;
import io.tempo4j.storage.ForwardingObjectStore;
import io.tempo4j.storage.InMemoryObjectStore;
import io.tempo4j.storage.ListPage;
import io.tempo4j.storage.ListRequest;
import io.tempo4j.storage.ObjectStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An opening that fails leaves nothing open. */
class TraceStoreBuilderTest {

  private final List<String> closed = new ArrayList<>();

  private final ObjectStore unreadable =
      new ForwardingObjectStore(new InMemoryObjectStore()) {
        @Override
        public ListPage list(ListRequest request) throws IOException {
          throw new IOException("no such bucket");
        }

        @Override
        public void close() throws IOException {
          closed.add("blocks");
          super.close();
          throw new IOException("cannot even close");
        }
      };

  private WriteAheadLog log() {
    return new ForwardingLog(new NoLog()) {
      @Override
      public ReplayReport replay(FrameConsumer consumer) throws IOException {
        throw new IOException("cannot read the log");
      }

      @Override
      public void close() throws IOException {
        closed.add("log");
        super.close();
      }
    };
  }

  @Test
  void closesStoreAndLogIfTheStoreCannotBeReadAndSaysWhyItFailed() {
    assertThatThrownBy(() -> TraceStore.builder().blocks(unreadable).wal(log()).open())
        .isInstanceOf(IOException.class)
        .hasMessage("no such bucket")
        .satisfies(e ->
            assertThat(e.getSuppressed()).singleElement().asString().contains("cannot even close"));
    assertThat(closed).containsExactly("log", "blocks");
  }

  @Test
  void givesTheFolderBackIfTheLogCannotBeRead(@TempDir Path folder) throws Exception {
    assertThatThrownBy(() -> TraceStore.builder().folder(folder).wal(log()).open())
        .hasMessage("cannot read the log");
    assertThat(closed).containsExactly("log");
    FolderLock.acquire(folder).close();
  }

  @Test
  void givesTheFolderBackIfItCannotHoldBlocks(@TempDir Path folder) throws Exception {
    Files.writeString(folder.resolve("blocks"), "a file where a folder should be");
    assertThatThrownBy(() -> TraceStore.builder().folder(folder).wal(log()).open())
        .isInstanceOf(IOException.class)
        .hasMessageContaining("blocks");
    assertThat(closed).containsExactly("log");
    FolderLock.acquire(folder).close();
  }

  @Test
  void closesWhatItWasGivenIfSomethingIsMissing(@TempDir Path folder) throws Exception {
    assertThatIllegalStateException()
        .isThrownBy(() -> TraceStore.builder().blocks(unreadable).open());
    assertThatIllegalStateException().isThrownBy(() -> TraceStore.builder().wal(log()).open());
    assertThatIllegalStateException()
        .isThrownBy(() -> TraceStore.builder().folder(folder).blocks(unreadable).wal(log()).open());
    assertThat(closed).containsExactly("blocks", "log", "log", "blocks");
    TraceStore.builder().folder(folder); // describes, takes nothing
    FolderLock.acquire(folder).close();
  }
}
