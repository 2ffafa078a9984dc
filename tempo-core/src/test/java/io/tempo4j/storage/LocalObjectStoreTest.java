package io.tempo4j.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.Test;

final class LocalObjectStoreTest extends ObjectStoreContract {

  @Override
  protected ObjectStore openEmpty() throws IOException {
    return LocalObjectStore.open(root());
  }

  private Path root() {
    return folder.resolve("store");
  }

  @Test
  void keepsObjectsWhenClosed() throws IOException {
    store().put("tenant/block/meta.json", text("{}"));
    store().close();
    try (ObjectStore again = LocalObjectStore.open(root())) {
      assertThat(again.get("tenant/block/meta.json")).asString().isEqualTo("{}");
    }
    assertThat(filesBelow(root())).containsExactly("tenant/block/meta.json");
  }

  @Test
  void storesOnOneFolderSeeEachOther() throws IOException {
    try (ObjectStore other = LocalObjectStore.open(root())) {
      other.put("key", text("from the other"));
      assertThat(store().get("key")).asString().isEqualTo("from the other");
      store().put("key", text("new"));
      assertThat(other.get("key")).asString().isEqualTo("new");
    }
  }

  @Test
  void leavesNoFilesOrFoldersBehind() throws IOException {
    store().put("a/b/c/d", text("x"));
    store().putIfAbsent("a/b/e", text("y"));
    assertThatExceptionOfType(PreconditionFailedException.class)
        .isThrownBy(() -> store().putIfAbsent("a/b/e", text("z")));
    store().delete("a/b/c/d");
    assertThat(root().resolve("a/b")).isDirectory();
    assertThat(root().resolve("a/b/c")).doesNotExist();
    store().delete("a/b/e");
    assertThat(root().resolve("a")).doesNotExist();
    store().close();
    assertThat(filesBelow(root())).isEmpty();
  }

  private static List<NewObject> block(String folder) {
    return List.of(
        new NewObject(folder + "/data", text("data")),
        new NewObject(folder + "/index", text("index")),
        new NewObject(folder + "/meta.json", text("meta")));
  }

  /** Calls that force a file or a folder of the store to disk. */
  private int forces(Callable<?> work) throws Exception {
    Path file = folder.resolve("forces.jfr");
    try (Recording recording = new Recording()) {
      recording.enable("jdk.FileForce").withThreshold(Duration.ZERO);
      recording.start();
      work.call();
      recording.stop();
      recording.dump(file);
    }
    int forces = 0;
    for (RecordedEvent event : RecordingFile.readAllEvents(file)) {
      forces += String.valueOf(event.getString("path")).startsWith(root().toString()) ? 1 : 0;
    }
    return forces;
  }

  @Test
  void aFolderOfNewObjectsCostsOneForceForEachAndOneForEachFolderAbove() throws Exception {
    store().putAll(block("tenant/first"));
    int forces =
        forces(() -> {
          store().putAll(block("tenant/block"));
          return null;
        });
    assertThat(forces).as("three objects, their folder, the tenant's, the root").isEqualTo(6);
    assertThat(filesBelow(root().resolve("tenant/block")))
        .containsExactlyInAnyOrder("data", "index", "meta.json");
  }

  @Test
  void aFolderIsDeletedWithOneForceAndLeavesNothingBehind() throws Exception {
    LocalObjectStore files = (LocalObjectStore) store();
    files.putAll(block("tenant/block"));
    files.putAll(block("tenant/other"));
    int forces =
        forces(() -> {
          files.deleteAll("tenant/block");
          return null;
        });
    assertThat(forces).isEqualTo(1);
    assertThat(filesBelow(root().resolve("tenant")))
        .containsExactlyInAnyOrder("other/data", "other/index", "other/meta.json");
    assertThat(root().resolve("tenant/block")).doesNotExist();
    files.deleteAll("tenant/block");
    files.deleteAll("tenant/other");
    assertThat(root().resolve("tenant")).doesNotExist();
    store().close();
    assertThat(filesBelow(root())).isEmpty();
  }

  @Test
  void encodesNamesSoThatTheyDoNotDependOnTheLocale() throws IOException {
    store().put("ü/100%", text("x"));
    assertThat(root().resolve("%C3%BC/100%25")).hasContent("x");
  }

  @Test
  void sweepsWhatAKilledWriterLeft() throws IOException {
    Path uploads = Files.createDirectories(root().resolve("~uploads"));
    Path killed = Files.createDirectory(uploads.resolve("8d3f"));
    Files.write(killed.resolve("0"), new byte[100]);
    Files.write(uploads.resolve("8d3f.lock"), new byte[0]);
    LocalObjectStore.open(root()).close();
    assertThat(uploads).isEmptyDirectory();
  }

  @Test
  void doesNotSweepWhatAnotherStoreIsWriting() throws Exception {
    CountDownLatch written = new CountDownLatch(1);
    CountDownLatch swept = new CountDownLatch(1);
    LocalObjectStore.BodyFileWriter slowly =
        (body, file) -> {
          Files.write(file, body.toByteArray());
          written.countDown();
          await(swept);
        };
    try (ObjectStore writing = LocalObjectStore.open(root(), slowly);
        ExecutorService executor = Executors.newSingleThreadExecutor()) {
      Future<?> put =
          executor.submit(() -> {
            writing.put("key", text("whole"));
            return null;
          });
      await(written);
      LocalObjectStore.open(root()).close();
      assertThatExceptionOfType(NoSuchObjectException.class).isThrownBy(() -> store().get("key"));
      assertThat(store().list(ListRequest.all("")).objects()).isEmpty();
      swept.countDown();
      put.get(30, TimeUnit.SECONDS);
    }
    assertThat(store().get("key")).asString().isEqualTo("whole");
  }

  @Test
  void aFullDiskGivesAClearErrorAndLeavesTheOldObject() throws IOException {
    store().put("t/key", text("old"));
    LocalObjectStore.BodyFileWriter fullDisk =
        (body, file) -> {
          Files.write(file, body.slice(0, body.length() / 2).toByteArray());
          throw new IOException("No space left on device");
        };
    try (ObjectStore full = LocalObjectStore.open(root(), fullDisk)) {
      for (String key : List.of("t/key", "t/new")) {
        assertThatExceptionOfType(IOException.class)
            .isThrownBy(() -> full.put(key, text("much longer than before")))
            .withMessageContaining("cannot store object '" + key + "'")
            .withMessageContaining(root().toString())
            .withMessageContaining("No space left on device");
      }
      assertThatExceptionOfType(IOException.class)
          .isThrownBy(() -> full.putIfAbsent("t/new", text("x")));
    }
    assertThat(store().get("t/key")).asString().isEqualTo("old");
    store().close();
    assertThat(filesBelow(root())).containsExactly("t/key");
  }

  @Test
  void aFolderWithoutTheRightToWriteCanBeReadAndSaysWhyItCannotBeWritten() throws IOException {
    store().put("t/key", text("old"));
    LocalObjectStore.BodyFileWriter readOnly =
        (body, file) -> {
          throw new AccessDeniedException(file.toString());
        };
    try (ObjectStore store = LocalObjectStore.open(root(), readOnly)) {
      assertThat(store.get("t/key")).asString().isEqualTo("old");
      assertThatExceptionOfType(IOException.class)
          .isThrownBy(() -> store.put("t/key", text("new")))
          .withMessageContaining("cannot store object 't/key'")
          .withMessageContaining("permission denied");
    }
    assertThat(store().get("t/key")).asString().isEqualTo("old");
  }

  @Test
  void aRootThatIsAFileIsRefused() throws IOException {
    Path file = Files.write(folder.resolve("file"), new byte[1]);
    assertThatExceptionOfType(IOException.class)
        .isThrownBy(() -> LocalObjectStore.open(file))
        .withMessageContaining("cannot open the object store in folder " + file);
  }

  @Test
  void doesNotFollowLinksOutOfTheRoot() throws IOException {
    Path outside = Files.createDirectory(folder.resolve("outside"));
    Path secret = Files.writeString(outside.resolve("secret"), "secret");
    Files.createSymbolicLink(root().resolve("folder"), outside);
    Files.createSymbolicLink(root().resolve("file"), secret);

    for (String key : List.of("folder/secret", "file")) {
      assertThatExceptionOfType(IOException.class)
          .isThrownBy(() -> store().get(key))
          .withMessageContaining("symbolic links are not followed");
      assertThatExceptionOfType(IOException.class)
          .isThrownBy(() -> store().read(key, 0, new byte[3], 0, 3));
      assertThatExceptionOfType(IOException.class).isThrownBy(() -> store().size(key));
      assertThatExceptionOfType(IOException.class).isThrownBy(() -> store().delete(key));
    }
    assertThatExceptionOfType(IOException.class)
        .isThrownBy(() -> store().put("folder/new", text("x")));
    assertThat(store().list(ListRequest.all("")).objects()).isEmpty();
    assertThat(store().list(ListRequest.children("")).commonPrefixes()).isEmpty();

    store().put("file", text("own"));
    assertThat(store().get("file")).asString().isEqualTo("own");
    assertThat(filesBelow(outside)).containsExactly("secret");
    assertThat(secret).hasContent("secret");
  }

  @Test
  void doesNotWriteThroughALinkInPlaceOfItsOwnFolder() throws IOException {
    Path outside = Files.createDirectory(folder.resolve("outside"));
    Files.createSymbolicLink(root().resolve("~uploads"), outside);
    try (ObjectStore store = LocalObjectStore.open(root())) {
      assertThatExceptionOfType(IOException.class)
          .isThrownBy(() -> store.put("key", text("x")))
          .withMessageContaining("symbolic links are not followed");
    }
    assertThat(outside).isEmptyDirectory();
  }

  @Test
  void theRootItselfMayBeReachedByALink() throws IOException {
    Path link = Files.createSymbolicLink(folder.resolve("link"), root());
    try (LocalObjectStore linked = LocalObjectStore.open(link)) {
      linked.put("key", text("x"));
      assertThat(linked.root()).isEqualTo(root().toRealPath());
    }
    assertThat(store().get("key")).asString().isEqualTo("x");
  }

  @Test
  void filesThatNoKeyMapsToAreNotListed() throws IOException {
    store().put("t/key", text("x"));
    for (String name : List.of("t/%zz", "t/%c3%bc", "t/%41", "t/back\\slash", "t/new\nline")) {
      Files.write(root().resolve(name), new byte[1]);
    }
    Files.createDirectories(root().resolve("empty/folder"));
    assertThat(store().list(ListRequest.all("")).objects())
        .extracting(ObjectSummary::key)
        .containsExactly("t/key");
    assertThat(store().list(ListRequest.children("")).commonPrefixes()).containsExactly("t/");
  }

  @Test
  void aKeyThatIsAFolderOfAnotherIsRefused() throws IOException {
    store().put("a/b", text("x"));
    assertThatExceptionOfType(IOException.class)
        .isThrownBy(() -> store().put("a/b/c", text("y")))
        .withMessageContaining("is an object and cannot be a folder");
    assertThatExceptionOfType(IOException.class)
        .isThrownBy(() -> store().put("a", text("y")))
        .withMessageContaining("is a folder of objects");
    assertThatExceptionOfType(IOException.class)
        .isThrownBy(() -> store().putIfAbsent("a", text("y")))
        .withMessageContaining("is a folder of objects");
    assertThat(store().get("a/b")).asString().isEqualTo("x");
  }

  @Test
  void aPutOutlastsOthersWhoRemoveItsEmptyFolders() throws Exception {
    AtomicBoolean done = new AtomicBoolean();
    AtomicLong removedCount = new AtomicLong();
    try (ExecutorService executor = Executors.newSingleThreadExecutor()) {
      Future<?> remover =
          executor.submit(() -> {
            while (!done.get()) {
              try {
                if (Files.deleteIfExists(root().resolve("t/b"))) {
                  removedCount.incrementAndGet();
                }
                Files.deleteIfExists(root().resolve("t"));
              } catch (DirectoryNotEmptyException e) {
                // The put was faster.
              }
            }
            return null;
          });
      try {
        for (int i = 0; i < 40 || (removedCount.get() == 0 && i < 10_000); i++) {
          store().put("t/b/k", text("x" + i));
          assertThat(store().get("t/b/k")).asString().isEqualTo("x" + i);
          store().delete("t/b/k");
        }
      } finally {
        done.set(true);
      }
      remover.get(30, TimeUnit.SECONDS);
    }
    assertThat(removedCount).hasPositiveValue();
  }

  @Test
  void anInterruptHitsOnlyTheInterruptedThread() throws IOException {
    store().put("key", text("x"));
    Thread.currentThread().interrupt();
    try {
      assertThatExceptionOfType(IOException.class)
          .isThrownBy(() -> store().get("key"))
          .withMessageContaining("interrupted");
      assertThatExceptionOfType(IOException.class)
          .isThrownBy(() -> store().put("key", text("longer")));
    } finally {
      assertThat(Thread.interrupted()).isTrue();
    }
    assertThat(store().get("key")).asString().isEqualTo("x");
  }

  private static List<String> filesBelow(Path root) throws IOException {
    try (Stream<Path> files = Files.walk(root)) {
      return files
          .filter(Files::isRegularFile)
          .map(file -> root.relativize(file).toString())
          .sorted()
          .toList();
    }
  }

  private static void await(CountDownLatch latch) throws IOException {
    try {
      assertThat(latch.await(30, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new IOException(e);
    }
  }

  private static ObjectBody text(String text) {
    return ObjectBody.of(text.getBytes(StandardCharsets.UTF_8));
  }
}
