package io.tempo4j.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What every {@link ObjectStore} must do. A store passes by a test class that extends this one and
 * opens an empty store.
 */
public abstract class ObjectStoreContract {

  @TempDir Path folder;

  private ObjectStore store;

  /** Opens a store without objects. The contract closes it. */
  protected abstract ObjectStore openEmpty() throws IOException;

  /** The size of the largest object of the tests: above a store's limit for sending at once. */
  protected int bigObjectBytes() {
    return 20 * 1024 * 1024;
  }

  /** How often races are run. */
  protected int raceRounds() {
    return 20;
  }

  /**
   * False for a service that orders characters behind U+FFFF wrongly, which no fix here can heal.
   */
  protected boolean ordersByCodePoint() {
    return true;
  }

  @BeforeEach
  final void open() throws IOException {
    store = openEmpty();
  }

  @AfterEach
  final void close() throws IOException {
    store.close();
  }

  /** The store of the running test. */
  protected final ObjectStore store() {
    return store;
  }

  @Test
  void returnsWhatWasPut() throws IOException {
    store.put("tenant/block/data", text("hello"));
    assertThat(store.get("tenant/block/data")).asString().isEqualTo("hello");
    assertThat(store.size("tenant/block/data")).isEqualTo(5);
  }

  @Test
  void holdsEmptyObjects() throws IOException {
    store.put("empty", ObjectBody.of(new byte[0]));
    assertThat(store.get("empty")).isEmpty();
    assertThat(store.size("empty")).isZero();
    assertThat(allKeys("")).containsExactly("empty");
    assertThatExceptionOfType(EOFException.class)
        .isThrownBy(() -> store.read("empty", 0, new byte[1], 0, 1));
  }

  @Test
  void overwritesWithLongerShorterAndEqual() throws IOException {
    for (String content : List.of("first", "a longer second", "", "3rd", "4th")) {
      store.put("key", text(content));
      assertThat(store.get("key")).asString().isEqualTo(content);
      assertThat(store.size("key")).isEqualTo(content.length());
    }
    assertThat(allKeys("")).containsExactly("key");
  }

  @Test
  void storesObjectsThatBelongTogetherAnewAndAgain() throws IOException {
    for (String content : List.of("first", "second")) {
      for (String folder : List.of("tenant/block/", "tenant/other/", "")) {
        store.putAll(
            List.of(
                new NewObject(folder + "data", text(content + " data")),
                new NewObject(folder + "index", text("")),
                new NewObject(folder + "meta.json", text(content + " meta"))));
        assertThat(store.get(folder + "data")).asString().isEqualTo(content + " data");
        assertThat(store.get(folder + "index")).isEmpty();
        assertThat(store.get(folder + "meta.json")).asString().isEqualTo(content + " meta");
      }
    }
    store.putAll(
        List.of(new NewObject("a/b", text("in two")), new NewObject("c/d/e", text("folders"))));
    assertThat(allKeys(""))
        .hasSize(11)
        .contains("a/b", "c/d/e", "tenant/block/meta.json", "tenant/other/data", "meta.json");
  }

  @Test
  void theLastOfObjectsThatBelongTogetherIsNotStoredIfAnotherCannotBe() throws IOException {
    Path vanishing = Files.writeString(folder.resolve("vanishing"), "content");
    ObjectBody broken = ObjectBody.of(vanishing);
    Files.delete(vanishing);
    for (String folder : List.of("new/", "there/")) {
      store.put("there/x", text("so that the folder exists"));
      assertThatThrownBy(() ->
              store.putAll(
                  List.of(
                      new NewObject(folder + "data", text("data")),
                      new NewObject(folder + "index", broken),
                      new NewObject(folder + "meta.json", text("meta")))))
          .isInstanceOf(IOException.class);
      assertThat(allKeys("")).contains("there/x").doesNotContain(folder + "meta.json");
      assertThat(allKeys("")).doesNotContain(folder + "index");
    }
  }

  @Test
  void storesBodiesOfSegmentsSlicesAndFiles() throws IOException {
    byte[] bytes = randomBytes(100_000);
    ByteBuffer direct = ByteBuffer.allocateDirect(50_000).put(bytes, 50_000, 50_000).flip();
    ObjectBody segments =
        ObjectBody.of(
            List.of(
                ByteBuffer.wrap(bytes, 0, 10),
                ByteBuffer.allocate(0),
                ByteBuffer.wrap(bytes, 10, 49_990),
                direct));
    store.put("segments", segments);
    assertThat(store.get("segments")).isEqualTo(bytes);
    assertThat(direct.remaining()).isEqualTo(50_000);

    store.put("slice", segments.slice(5, 60_000));
    assertThat(store.get("slice")).isEqualTo(Arrays.copyOfRange(bytes, 5, 60_005));

    Path file = Files.write(folder.resolve("body"), bytes);
    store.put("file", ObjectBody.of(file));
    assertThat(store.get("file")).isEqualTo(bytes);
    store.put("fileSlice", ObjectBody.of(file).slice(99_000, 1_000));
    assertThat(store.get("fileSlice")).isEqualTo(Arrays.copyOfRange(bytes, 99_000, 100_000));
  }

  @Test
  void doesNotKeepTheCallersArrays() throws IOException {
    byte[] bytes = {1, 2, 3};
    store.put("key", ObjectBody.of(bytes));
    bytes[0] = 9;
    store.get("key")[1] = 9;
    assertThat(store.get("key")).containsExactly(1, 2, 3);
  }

  @Test
  void aBodyWhoseFileShrankLeavesNothing() throws IOException {
    Path file = Files.write(folder.resolve("body"), new byte[1000]);
    ObjectBody body = ObjectBody.of(file);
    Files.write(file, new byte[10]);
    assertThatExceptionOfType(IOException.class).isThrownBy(() -> store.put("key", body));
    assertThatExceptionOfType(NoSuchObjectException.class).isThrownBy(() -> store.size("key"));
  }

  @Test
  void readsRangesAtAllEdges() throws IOException {
    byte[] bytes = randomBytes(10_000);
    store.put("key", ObjectBody.of(bytes));
    int[][] ranges = {{0, 1}, {0, 10_000}, {9_999, 1}, {1, 9_999}, {4_096, 4_096}, {5_000, 17}};
    for (int[] range : ranges) {
      byte[] target = new byte[range[1] + 20];
      Arrays.fill(target, (byte) 0x5a);
      store.read("key", range[0], target, 7, range[1]);
      assertThat(Arrays.copyOfRange(target, 7, 7 + range[1]))
          .isEqualTo(Arrays.copyOfRange(bytes, range[0], range[0] + range[1]));
      assertThat(Arrays.copyOf(target, 7)).containsOnly(0x5a);
      assertThat(Arrays.copyOfRange(target, 7 + range[1], target.length)).containsOnly(0x5a);
    }
  }

  @Test
  void aRangeBeyondTheEndIsAnErrorThatNamesKeyAndSize() throws IOException {
    store.put("some/key", ObjectBody.of(new byte[100]));
    long[][] ranges = {{0, 101}, {99, 2}, {100, 1}, {101, 1}, {1L << 40, 5}};
    for (long[] range : ranges) {
      assertThatExceptionOfType(EOFException.class)
          .isThrownBy(() -> store.read("some/key", range[0], new byte[200], 0, (int) range[1]))
          .withMessageContaining("some/key")
          .withMessageContaining("100 bytes");
    }
  }

  @Test
  void aReadOfNothingReturns() throws IOException {
    store.read("missing", 5, new byte[3], 3, 0);
  }

  @Test
  void wrongRangesAreMisuse() throws IOException {
    store.put("key", ObjectBody.of(new byte[100]));
    assertThatThrownBy(() -> store.read("key", -1, new byte[10], 0, 1))
        .isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> store.read("key", 0, new byte[10], 5, 6))
        .isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> store.read("key", 0, new byte[10], -1, 2))
        .isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> store.read("key", Long.MAX_VALUE, new byte[10], 0, 2))
        .isInstanceOf(IndexOutOfBoundsException.class);
  }

  @Test
  void aMissingKeyHasItsOwnError() {
    List<Callable<?>> readers =
        List.of(
            () -> store.get("no/such"),
            () -> store.size("no/such"),
            () -> {
              store.read("no/such", 0, new byte[1], 0, 1);
              return null;
            });
    for (Callable<?> reader : readers) {
      assertThatExceptionOfType(NoSuchObjectException.class)
          .isThrownBy(reader::call)
          .withMessageContaining("no/such")
          .satisfies(e -> assertThat(e.key()).isEqualTo("no/such"));
    }
  }

  @Test
  void aFolderOfObjectsIsNoObject() throws IOException {
    store.put("a/b/c", text("x"));
    assertThatExceptionOfType(NoSuchObjectException.class).isThrownBy(() -> store.get("a/b"));
    assertThatExceptionOfType(NoSuchObjectException.class).isThrownBy(() -> store.size("a"));
    assertThatExceptionOfType(NoSuchObjectException.class).isThrownBy(() -> store.get("a/b/c/d"));
    store.delete("a/b");
    store.delete("a/b/c/d");
    assertThat(store.get("a/b/c")).asString().isEqualTo("x");
  }

  @Test
  void deletes() throws IOException {
    store.put("a/b/c", text("x"));
    store.put("a/d", text("y"));
    store.delete("a/b/c");
    assertThatExceptionOfType(NoSuchObjectException.class).isThrownBy(() -> store.get("a/b/c"));
    assertThat(allKeys("")).containsExactly("a/d");
    assertThat(childrenOf("a/")).containsExactly("a/d");
    store.delete("a/b/c");
    store.delete("never/was");
    store.put("a/b/c", text("again"));
    assertThat(store.get("a/b/c")).asString().isEqualTo("again");
  }

  @Test
  void holdsBigObjects() throws IOException {
    byte[] bytes = randomBytes(bigObjectBytes());
    store.put("big", ObjectBody.of(bytes));
    assertThat(store.size("big")).isEqualTo(bytes.length);
    assertThat(Arrays.equals(store.get("big"), bytes)).isTrue();
    byte[] tail = new byte[3_000_000];
    int from = bytes.length - tail.length;
    store.read("big", from, tail, 0, tail.length);
    assertThat(Arrays.equals(tail, Arrays.copyOfRange(bytes, from, bytes.length))).isTrue();

    Path file = Files.write(folder.resolve("big"), bytes);
    store.put("big", ObjectBody.of(file).slice(1, bytes.length - 1));
    assertThat(Arrays.equals(store.get("big"), Arrays.copyOfRange(bytes, 1, bytes.length)))
        .isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ünï/日本語/data",
        "emoji/\uD83D\uDE00",
        "space and+plus%25&a=b?c#d",
        "!-_.*'()~:@$,;|<>\"^`{}[]",
        "...",
        "a/..b/c..",
        ".hidden/.x",
        "UPPER/upper"
      })
  void holdsUnusualKeys(String key) throws IOException {
    store.put(key, text("v"));
    assertThat(store.get(key)).asString().isEqualTo("v");
    assertThat(allKeys("")).containsExactly(key);
    assertThat(allKeys(key.substring(0, 2).codePointCount(0, 2) == 2 ? key.substring(0, 2) : ""))
        .containsExactly(key);
    store.delete(key);
    assertThat(allKeys("")).isEmpty();
  }

  @Test
  void holdsTheLongestKey() throws IOException {
    String segment = "s".repeat(ObjectKey.MAX_ENCODED_SEGMENT_BYTES);
    String key = String.join("/", segment, segment, "t".repeat(128), "u".repeat(127));
    assertThat(key.length()).isEqualTo(ObjectKey.MAX_BYTES);
    store.put(key, text("v"));
    assertThat(allKeys("")).containsExactly(key);
    assertThat(store.get(key)).asString().isEqualTo("v");
  }

  static List<String> hostileKeys() {
    return List.of(
        "",
        "/",
        "/etc/passwd",
        "a/",
        "a//b",
        ".",
        "..",
        "../x",
        "a/../b",
        "a/./b",
        "a/..",
        "a\0b",
        "a\nb",
        "a\u007fb",
        "a\u0085b",
        "a\\b",
        "..\\x",
        "half\ud800",
        "~uploads/x",
        "s".repeat(256),
        "é".repeat(43),
        "a/".repeat(384) + "a");
  }

  @ParameterizedTest
  @MethodSource("hostileKeys")
  void refusesHostileKeys(String key) {
    assertThatIllegalArgumentException().isThrownBy(() -> store.put(key, text("x")));
    assertThatIllegalArgumentException().isThrownBy(() -> store.get(key));
    assertThatIllegalArgumentException().isThrownBy(() -> store.size(key));
    assertThatIllegalArgumentException().isThrownBy(() -> store.delete(key));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> store.read(key, 0, new byte[1], 0, 1))
        .withMessageContaining("object key");
    if (store.supportsConditionalPut()) {
      assertThatIllegalArgumentException().isThrownBy(() -> store.putIfAbsent(key, text("x")));
    }
  }

  @Test
  void listsAscendingByUtf8Bytes() throws IOException {
    List<String> keys =
        new ArrayList<>(
            List.of("a-b", "a/b", "a/b-c", "a/b.d", "a0", "A", "b/a", "b-", "zz", "é", "\uFFFD"));
    keys.addAll(List.of("a.b/c", "a%b"));
    if (ordersByCodePoint()) {
      keys.add("\uD83D\uDE00");
    }
    List<String> shuffled = new ArrayList<>(keys);
    Collections.shuffle(shuffled, new Random(1));
    for (String key : shuffled) {
      store.put(key, text("x"));
    }
    keys.sort((a, b) ->
        Arrays.compareUnsigned(
            a.getBytes(StandardCharsets.UTF_8), b.getBytes(StandardCharsets.UTF_8)));
    assertThat(allKeys("")).containsExactlyElementsOf(keys);
    assertThat(allKeys("", 1)).containsExactlyElementsOf(keys);
    assertThat(allKeys("", 3)).containsExactlyElementsOf(keys);
  }

  @Test
  void listsByAnyPrefix() throws IOException {
    for (String key : List.of("t1/b1/data", "t1/b1/meta", "t1/b2/data", "t10/b1/data", "t2/x")) {
      store.put(key, text("x"));
    }
    assertThat(allKeys("t1"))
        .containsExactly("t1/b1/data", "t1/b1/meta", "t1/b2/data", "t10/b1/data");
    assertThat(allKeys("t1/")).containsExactly("t1/b1/data", "t1/b1/meta", "t1/b2/data");
    assertThat(allKeys("t1/b1/m")).containsExactly("t1/b1/meta");
    assertThat(allKeys("t1/b1/meta")).containsExactly("t1/b1/meta");
    assertThat(allKeys("t1/b1/meta/")).isEmpty();
    assertThat(allKeys("nothing")).isEmpty();
  }

  @Test
  void listsChildrenAsObjectsAndCommonPrefixes() throws IOException {
    for (String key :
        List.of("t1/b1/data", "t1/b1/x/y", "t1/b2/data", "t1/index", "t1-x/a", "t2/x", "top")) {
      store.put(key, text("x"));
    }
    ListPage top = store.list(ListRequest.children(""));
    assertThat(top.objects()).extracting(ObjectSummary::key).containsExactly("top");
    assertThat(top.commonPrefixes()).containsExactly("t1-x/", "t1/", "t2/");
    assertThat(top.continuation()).isEmpty();

    ListPage tenant = store.list(ListRequest.children("t1/"));
    assertThat(tenant.objects()).extracting(ObjectSummary::key).containsExactly("t1/index");
    assertThat(tenant.commonPrefixes()).containsExactly("t1/b1/", "t1/b2/");

    ListPage partial = store.list(ListRequest.children("t1"));
    assertThat(partial.commonPrefixes()).containsExactly("t1-x/", "t1/");
    assertThat(store.list(ListRequest.children("t1/b")).commonPrefixes())
        .containsExactly("t1/b1/", "t1/b2/");
    assertThat(childrenOf("nothing/")).isEmpty();
  }

  @Test
  void pagesHoldEveryEntryOnce() throws IOException {
    TreeSet<String> keys = new TreeSet<>();
    for (int i = 0; i < 24; i++) {
      keys.add("t" + i % 4 + "/b" + i % 10 + "/" + i);
      keys.add("t" + i % 4 + "/file" + i);
    }
    for (String key : keys) {
      store.put(key, text(key));
    }
    for (int maxEntries : new int[] {1, 3, 7, 47, 48, 49, 1000}) {
      assertThat(allKeys("", maxEntries))
          .as("pages of %d", maxEntries)
          .containsExactlyElementsOf(keys);
      assertThat(children("", maxEntries)).containsExactly("t0/", "t1/", "t2/", "t3/");
      assertThat(children("t1/", maxEntries))
          .containsExactlyElementsOf(
              new TreeSet<>(
                  keys.stream()
                      .filter(key -> key.startsWith("t1/"))
                      .map(key -> key.startsWith("t1/b") ? key.substring(0, 6) : key)
                      .toList()));
    }
  }

  @Test
  void listingGoesOnBehindWhatWasDeletedMeanwhile() throws IOException {
    for (int i = 0; i < 9; i++) {
      store.put("k" + i, text("x"));
    }
    ListRequest request = ListRequest.all("").withMaxEntries(3);
    ListPage first = store.list(request);
    for (ObjectSummary object : first.objects()) {
      store.delete(object.key());
    }
    store.delete("k4");
    ListPage second = store.list(request.after(first));
    assertThat(second.objects()).extracting(ObjectSummary::key).containsExactly("k3", "k5", "k6");
  }

  @Test
  void listsSizesAndTimes() throws IOException {
    Instant before = Instant.now().minusSeconds(2);
    store.put("a", text("12345"));
    ObjectSummary summary = store.list(ListRequest.all("a")).objects().getFirst();
    assertThat(summary.sizeBytes()).isEqualTo(5);
    assertThat(summary.lastModified()).isBetween(before, Instant.now().plus(Duration.ofSeconds(2)));
  }

  @Test
  void refusesHostilePrefixes() {
    for (String prefix : List.of("/", "a//", "../", "a/../", "a\0", "~", "a\\")) {
      assertThatIllegalArgumentException()
          .as(prefix)
          .isThrownBy(() -> store.list(ListRequest.all(prefix)));
    }
  }

  @Test
  void aConditionalPutNeverReplaces() throws IOException {
    if (!store.supportsConditionalPut()) {
      assertThatExceptionOfType(UnsupportedOperationException.class)
          .isThrownBy(() -> store.putIfAbsent("key", text("x")));
      return;
    }
    store.putIfAbsent("t/key", text("first"));
    assertThatExceptionOfType(PreconditionFailedException.class)
        .isThrownBy(() -> store.putIfAbsent("t/key", text("second")))
        .withMessageContaining("t/key");
    assertThat(store.get("t/key")).asString().isEqualTo("first");
    store.delete("t/key");
    store.putIfAbsent("t/key", text("third"));
    assertThat(store.get("t/key")).asString().isEqualTo("third");
  }

  @Test
  void oneOfManyRacingConditionalPutsWins() throws Exception {
    if (!store.supportsConditionalPut()) {
      return;
    }
    int racers = 8;
    for (int round = 0; round < raceRounds(); round++) {
      String key = "race/" + round + "/key";
      List<Boolean> won =
          race(
              racers,
              racer -> {
                try {
                  store.putIfAbsent(key, text("racer " + racer));
                  return true;
                } catch (PreconditionFailedException e) {
                  return false;
                }
              });
      assertThat(won).containsOnlyOnce(true);
      assertThat(store.get(key)).asString().isEqualTo("racer " + won.indexOf(true));
    }
  }

  @Test
  void readersSeeOldOrNewContentButNoMixture() throws Exception {
    int size = 100_000;
    store.put("key", ObjectBody.of(filled(size, 0)));
    AtomicBoolean done = new AtomicBoolean();
    race(
        3,
        racer -> {
          if (racer == 0) {
            try {
              for (int i = 1; i <= raceRounds(); i++) {
                store.put("key", ObjectBody.of(filled(size + i, i)));
              }
            } finally {
              done.set(true);
            }
            return null;
          }
          while (!done.get()) {
            byte[] seen = store.get("key");
            assertThat(seen.length).isEqualTo(size + seen[0]);
            assertThat(Arrays.equals(seen, filled(seen.length, seen[0]))).isTrue();
            byte[] range = new byte[size / 2];
            store.read("key", size / 3, range, 0, range.length);
            assertThat(Arrays.equals(range, filled(range.length, range[0]))).isTrue();
          }
          return null;
        });
    assertThat(store.get("key")[0]).isEqualTo((byte) raceRounds());
  }

  @Test
  void racingPutsOfOneKeyLeaveOneOfThemWhole() throws Exception {
    for (int round = 0; round < raceRounds(); round++) {
      race(
          4,
          racer -> {
            store.put("key", ObjectBody.of(filled(50_000 + racer, racer)));
            return null;
          });
      byte[] winner = store.get("key");
      assertThat(Arrays.equals(winner, filled(50_000 + winner[0], winner[0]))).isTrue();
      assertThat(allKeys("")).containsExactly("key");
    }
  }

  @Test
  void putsAndDeletesInOneFolderDoNotDisturbEachOther() throws Exception {
    race(
        4,
        racer -> {
          for (int i = 0; i < 2 * raceRounds(); i++) {
            String key = "deep/folder/of/" + racer;
            store.put(key, text("v" + i));
            assertThat(store.get(key)).asString().isEqualTo("v" + i);
            store.delete(key);
          }
          return null;
        });
    assertThat(allKeys("")).isEmpty();
    assertThat(childrenOf("")).isEmpty();
  }

  @Test
  void objectsThatRestAreListedWhileOthersComeAndGo() throws Exception {
    List<String> resting = IntStream.range(10, 30).mapToObj(i -> "t/b" + i + "/meta").toList();
    for (String key : resting) {
      store.put(key, text("x"));
    }
    AtomicBoolean done = new AtomicBoolean();
    race(
        2,
        racer -> {
          if (racer == 0) {
            try {
              for (int i = 0; i < 2 * raceRounds(); i++) {
                String key = "t/b" + (10 + i % 20) + (i % 2 == 0 ? "x" : "/data");
                store.put(key, text("y"));
                store.delete(key);
              }
            } finally {
              done.set(true);
            }
            return null;
          }
          while (!done.get()) {
            assertThat(allKeys("t/", 7))
                .containsAll(resting)
                .doesNotHaveDuplicates()
                .isSortedAccordingTo(ObjectKey.ORDER);
          }
          return null;
        });
  }

  @Test
  void aClosedStoreSaysSo() throws IOException {
    store.put("key", text("x"));
    store.close();
    store.close();
    assertThatIllegalStateException().isThrownBy(() -> store.get("key"));
    assertThatIllegalStateException().isThrownBy(() -> store.put("key", text("y")));
    assertThatIllegalStateException().isThrownBy(() -> store.list(ListRequest.all("")));
    assertThatIllegalStateException().isThrownBy(() -> store.delete("key"));
  }

  /** One action of a race. */
  @FunctionalInterface
  private interface Racer<T> {
    T run(int racer) throws Exception;
  }

  private static <T> List<T> race(int racers, Racer<T> action) throws Exception {
    CyclicBarrier start = new CyclicBarrier(racers);
    try (ExecutorService executor = Executors.newFixedThreadPool(racers)) {
      List<Future<T>> futures = new ArrayList<>();
      for (int i = 0; i < racers; i++) {
        int racer = i;
        futures.add(
            executor.submit(() -> {
              start.await(30, TimeUnit.SECONDS);
              return action.run(racer);
            }));
      }
      List<T> results = new ArrayList<>();
      for (Future<T> future : futures) {
        results.add(future.get(120, TimeUnit.SECONDS));
      }
      return results;
    }
  }

  private List<String> allKeys(String prefix) throws IOException {
    return allKeys(prefix, ListRequest.MAX_ENTRIES);
  }

  private List<String> allKeys(String prefix, int maxEntries) throws IOException {
    return entries(ListRequest.all(prefix).withMaxEntries(maxEntries));
  }

  private List<String> childrenOf(String prefix) throws IOException {
    return children(prefix, ListRequest.MAX_ENTRIES);
  }

  private List<String> children(String prefix, int maxEntries) throws IOException {
    return entries(ListRequest.children(prefix).withMaxEntries(maxEntries));
  }

  private List<String> entries(ListRequest request) throws IOException {
    List<String> entries = new ArrayList<>();
    ListRequest next = request;
    while (true) {
      ListPage page = store.list(next);
      List<String> onPage = new ArrayList<>(page.commonPrefixes());
      page.objects().forEach(object -> onPage.add(object.key()));
      assertThat(onPage.size()).isLessThanOrEqualTo(request.maxEntries());
      onPage.sort(ObjectKey.ORDER);
      entries.addAll(onPage);
      if (page.continuation().isEmpty()) {
        return entries;
      }
      next = next.after(page);
    }
  }

  private static ObjectBody text(String text) {
    return ObjectBody.of(text.getBytes(StandardCharsets.UTF_8));
  }

  private static byte[] randomBytes(int size) {
    byte[] bytes = new byte[size];
    new Random(size).nextBytes(bytes);
    return bytes;
  }

  private static byte[] filled(int size, int value) {
    byte[] bytes = new byte[size];
    Arrays.fill(bytes, (byte) value);
    return bytes;
  }
}
