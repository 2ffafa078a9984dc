package io.tempo4j.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.tempo4j.testkit.UnwritableFolder;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class DiskCacheTest extends ObjectStoreContract {

  @TempDir Path cacheFolder;

  private final InMemoryObjectStore objects = new InMemoryObjectStore();
  private final DistantObjectStore counted = new DistantObjectStore(objects, ReadPolicy.REMOTE);

  @Override
  protected ObjectStore openEmpty() throws IOException {
    return DiskCache.open(
        new InMemoryObjectStore(), cacheFolder.resolve("contract"), 1 << 20, key -> true);
  }

  private DiskCache open(long maxBytes) throws IOException {
    return DiskCache.open(
        counted, cacheFolder.resolve("cache"), maxBytes, key -> !key.startsWith("changing"));
  }

  private byte[] put(String key, int length) throws IOException {
    byte[] content = new byte[length];
    new Random(key.hashCode()).nextBytes(content);
    objects.put(key, ObjectBody.of(content));
    return content;
  }

  private static byte[] read(ObjectStore store, String key, int offset, int length)
      throws IOException {
    byte[] target = new byte[length + 2];
    store.read(key, offset, target, 1, length);
    return java.util.Arrays.copyOfRange(target, 1, length + 1);
  }

  private List<Path> files() throws IOException {
    try (Stream<Path> files = Files.list(cacheFolder.resolve("cache"))) {
      return files.filter(file -> file.toString().endsWith(".range")).toList();
    }
  }

  @Test
  void whatWasReadIsReadFromDiskAlsoAfterARestart() throws IOException {
    byte[] content = put("a/data", 5_000);
    try (DiskCache cache = open(1 << 20)) {
      assertThat(read(cache, "a/data", 100, 2_000)).containsExactly(slice(content, 100, 2_000));
      assertThat(cache.get("a/data")).containsExactly(content);
    }
    counted.takeRequests();
    try (DiskCache cache = open(1 << 20)) {
      assertThat(read(cache, "a/data", 700, 900)).containsExactly(slice(content, 700, 900));
      assertThat(cache.get("a/data")).containsExactly(content);
      assertThat(counted.takeRequests()).isEmpty();
      assertThat(cache.stats().hits()).isEqualTo(2);
      assertThat(cache.stats().misses()).isZero();
    }
  }

  private static byte[] slice(byte[] bytes, int offset, int length) {
    return java.util.Arrays.copyOfRange(bytes, offset, offset + length);
  }

  @Test
  void aRangeThatContainsAnotherReplacesIt() throws IOException {
    byte[] content = put("a/data", 5_000);
    try (DiskCache cache = open(1 << 20)) {
      read(cache, "a/data", 1_000, 500);
      read(cache, "a/data", 800, 2_000);
      assertThat(files()).hasSize(1);
      counted.takeRequests();
      assertThat(read(cache, "a/data", 1_000, 500)).containsExactly(slice(content, 1_000, 500));
      assertThat(counted.takeRequests()).isEmpty();
    }
  }

  @Test
  void neverMoreBytesThanAllowedAndTheLeastUsedGoFirst() throws IOException {
    for (int i = 0; i < 20; i++) {
      put("block-" + i + "/data", 1_000);
    }
    try (DiskCache cache = open(5_500)) {
      for (int i = 0; i < 20; i++) {
        read(cache, "block-" + i + "/data", 0, 1_000);
        read(cache, "block-0/data", 0, 1_000);
        long bytes = 0;
        for (Path file : files()) {
          bytes += Files.size(file);
        }
        assertThat(bytes).isLessThanOrEqualTo(5_500).isEqualTo(cache.stats().bytes());
      }
      counted.takeRequests();
      read(cache, "block-0/data", 0, 1_000);
      read(cache, "block-19/data", 0, 1_000);
      assertThat(counted.takeRequests()).isEmpty();
      read(cache, "block-3/data", 0, 1_000);
      assertThat(counted.takeRequests()).hasSize(1);
    }
    try (DiskCache smaller = open(2_500)) {
      assertThat(smaller.stats().bytes()).isLessThanOrEqualTo(2_500);
      assertThat(files()).hasSize(2);
    }
  }

  @Test
  void aFileThatIsDamagedIsReadFromTheStore() throws IOException {
    byte[] content = put("a/data", 3_000);
    for (int damage = 0; damage < 3; damage++) {
      try (DiskCache cache = open(1 << 20)) {
        read(cache, "a/data", 0, 3_000);
        Path file = files().getFirst();
        byte[] bytes = Files.readAllBytes(file);
        switch (damage) {
          case 0 -> bytes[bytes.length - 17] ^= 4;
          case 1 -> bytes[9] ^= 1;
          default -> bytes = java.util.Arrays.copyOf(bytes, bytes.length / 2);
        }
        Files.write(file, bytes);
        assertThat(read(cache, "a/data", 0, 3_000)).containsExactly(content);
        assertThat(cache.stats().failures()).isEqualTo(1);
        assertThat(read(cache, "a/data", 0, 3_000)).containsExactly(content);
        assertThat(cache.stats().hits()).isEqualTo(1);
        Files.write(files().getFirst(), new byte[] {1, 2, 3});
      }
    }
    try (DiskCache cache = open(1 << 20)) {
      assertThat(files()).isEmpty();
      assertThat(read(cache, "a/data", 0, 3_000)).containsExactly(content);
    }
  }

  @Test
  void whatChangesIsNeitherKeptNorServed() throws IOException {
    put("changing/meta", 100);
    put("a/data", 100);
    try (DiskCache cache = open(1 << 20)) {
      cache.get("changing/meta");
      assertThat(files()).isEmpty();
      read(cache, "a/data", 0, 50);
      cache.put("a/data", ObjectBody.of("other".getBytes(StandardCharsets.UTF_8)));
      assertThat(files()).isEmpty();
      assertThat(cache.get("a/data")).asString().isEqualTo("other");
      cache.delete("a/data");
      assertThatExceptionOfType(NoSuchObjectException.class)
          .isThrownBy(() -> read(cache, "a/data", 0, 5));
    }
  }

  @Test
  void aDiskThatFailsCostsAReadOfTheStore() throws IOException {
    byte[] content = put("a/data", 300);
    try (DiskCache cache = open(1 << 20)) {
      Path folder = cacheFolder.resolve("cache");
      Files.move(folder, cacheFolder.resolve("gone"));
      assertThat(read(cache, "a/data", 0, 300)).containsExactly(content);
      assertThat(read(cache, "a/data", 0, 300)).containsExactly(content);
      assertThat(cache.stats().failures()).isEqualTo(2);
      Files.move(cacheFolder.resolve("gone"), folder);
    }
  }

  /** What a disk does that is full, or taken away, or whose folder lost its permissions. */
  @Test
  void aDiskThatTakesNothingIsAWarningOnceUntilItTakesFilesAgain() throws IOException {
    byte[] content = put("a/data", 5_000);
    Path folder = cacheFolder.resolve("cache");
    Path gone = cacheFolder.resolve("gone");
    List<LogRecord> warnings = new CopyOnWriteArrayList<>();
    Handler handler = new Warnings(warnings);
    Logger log = Logger.getLogger(DiskCache.class.getName());
    log.addHandler(handler);
    try (DiskCache cache = open(1 << 20)) {
      for (int outage = 1; outage <= 2; outage++) {
        Files.move(folder, gone);
        for (int i = 0; i < 50; i++) {
          assertThat(read(cache, "a/data", 100 * i, 100))
              .containsExactly(slice(content, 100 * i, 100));
        }
        assertThat(warnings).hasSize(outage);
        assertThat(warnings.getLast().getMessage()).contains("{0}");
        assertThat(warnings.getLast().getParameters()[0]).asString().contains("a/data");
        assertThat(cache.stats().failures()).isEqualTo(50 * outage);
        assertThat(cache.stats().bytes()).isZero();
        Files.move(gone, folder);
        read(cache, "a/data", 0, 5_000);
        assertThat(files()).hasSize(1);
        counted.takeRequests();
        assertThat(read(cache, "a/data", 10, 4_000)).containsExactly(slice(content, 10, 4_000));
        assertThat(counted.takeRequests()).isEmpty();
        cache.forget("a/data");
      }
    } finally {
      log.removeHandler(handler);
    }
  }

  private static final class Warnings extends Handler {
    private final List<LogRecord> records;

    Warnings(List<LogRecord> records) {
      this.records = records;
    }

    @Override
    public void publish(LogRecord logged) {
      if (logged.getLevel().intValue() >= Level.WARNING.intValue()) {
        records.add(logged);
      }
    }

    @Override
    public void flush() {}

    @Override
    public void close() {}
  }

  @Test
  void aFolderThatCannotBeWrittenToIsRefusedAndTheStoreStaysOpen() throws IOException {
    byte[] content = put("a/data", 100);
    assertThatExceptionOfType(IOException.class)
        .isThrownBy(() -> DiskCache.open(counted, UnwritableFolder.path(), 1 << 20, key -> true));
    assertThat(counted.get("a/data")).containsExactly(content);
  }

  @Test
  void theFolderBelongsToOneCache() throws IOException {
    try (DiskCache cache = open(1 << 20)) {
      assertThat(cache.stats().bytes()).isZero();
      assertThatExceptionOfType(FolderInUseException.class).isThrownBy(() -> open(1 << 20));
    }
  }
}
