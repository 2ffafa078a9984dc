package io.tempo4j.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.tempo4j.storage.FaultyObjectStore.Faults;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

final class FaultyObjectStoreTest {

  private final InMemoryObjectStore behind = new InMemoryObjectStore();

  @Nested
  final class WithoutFaults extends ObjectStoreContract {
    @Override
    protected ObjectStore openEmpty() {
      return new FaultyObjectStore(new InMemoryObjectStore(), Faults.NONE, 1);
    }
  }

  private FaultyObjectStore faulty(Faults faults) {
    return new FaultyObjectStore(behind, faults, 7);
  }

  @Test
  void aFailedPutStoresNothing() throws IOException {
    FaultyObjectStore store = faulty(new Faults(1, 0, 0, 0, 0, 0, 0, 0));
    assertThatExceptionOfType(IOException.class).isThrownBy(() -> store.put("k", text("x")));
    store.deliverAll();
    assertThatExceptionOfType(NoSuchObjectException.class).isThrownBy(() -> store.get("k"));
    assertThat(store.faultCount()).isEqualTo(1);
  }

  @Test
  void aPutWithALostReplyIsDone() throws IOException {
    FaultyObjectStore store = faulty(new Faults(0, 1, 0, 0, 0, 0, 0, 0));
    assertThatExceptionOfType(IOException.class).isThrownBy(() -> store.put("k", text("x")));
    assertThat(store.get("k")).asString().isEqualTo("x");
    assertThatExceptionOfType(CommitOutcomeUnknownException.class)
        .isThrownBy(() -> store.putIfAbsent("k", text("y")));
    assertThatExceptionOfType(CommitOutcomeUnknownException.class)
        .isThrownBy(() -> store.putIfAbsent("l", text("y")));
    assertThat(store.get("k")).asString().isEqualTo("x");
    assertThat(store.get("l")).asString().isEqualTo("y");
  }

  @Test
  void aLatePutAppearsAfterSomeCalls() throws IOException {
    FaultyObjectStore store = faulty(new Faults(0, 0, 1, 0, 0, 0, 0, 0));
    assertThatExceptionOfType(IOException.class).isThrownBy(() -> store.put("k", text("x")));
    assertThatExceptionOfType(NoSuchObjectException.class).isThrownBy(() -> behind.get("k"));
    int calls = 0;
    while (store.list(ListRequest.all("k")).objects().isEmpty()) {
      assertThat(++calls).isLessThan(10);
    }
    assertThat(behind.get("k")).asString().isEqualTo("x");
  }

  @Test
  void aDuplicatedPutComesBackAfterADelete() throws IOException {
    FaultyObjectStore store = faulty(new Faults(0, 0, 0, 1, 0, 0, 0, 0));
    store.put("k", text("x"));
    behind.delete("k");
    store.deliverAll();
    assertThat(store.get("k")).asString().isEqualTo("x");
  }

  @Test
  void readsListsAndDeletesFail() throws IOException {
    behind.put("k", text("0123456789"));
    FaultyObjectStore store = faulty(new Faults(0, 0, 0, 0, 0, 1, 1, 1));
    byte[] target = new byte[10];
    assertThatExceptionOfType(IOException.class)
        .isThrownBy(() -> store.read("k", 0, target, 0, 10));
    assertThat(target).contains((byte) 0xa5, (byte) 0);
    assertThatExceptionOfType(IOException.class).isThrownBy(() -> store.list(ListRequest.all("")));
    assertThatExceptionOfType(IOException.class).isThrownBy(() -> store.delete("k"));
    store.faults(new Faults(0, 0, 0, 0, 1, 0, 0, 0));
    assertThatExceptionOfType(IOException.class).isThrownBy(() -> store.get("k"));
    assertThatExceptionOfType(IOException.class).isThrownBy(() -> store.size("k"));
  }

  @Test
  void theSameSeedGivesTheSameFaults() {
    List<List<Boolean>> runs = new ArrayList<>();
    for (int run = 0; run < 2; run++) {
      FaultyObjectStore store =
          new FaultyObjectStore(new InMemoryObjectStore(), Faults.each(0.2), 42);
      List<Boolean> outcomes = new ArrayList<>();
      for (int i = 0; i < 200; i++) {
        try {
          store.put("k" + i, text("x"));
          outcomes.add(true);
        } catch (IOException e) {
          outcomes.add(false);
        }
      }
      runs.add(outcomes);
    }
    assertThat(runs.get(0)).isEqualTo(runs.get(1)).contains(true, false);
  }

  private static ObjectBody text(String text) {
    return ObjectBody.of(text.getBytes(StandardCharsets.UTF_8));
  }
}
