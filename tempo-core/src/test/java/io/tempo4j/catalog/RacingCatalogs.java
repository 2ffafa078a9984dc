package io.tempo4j.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import io.tempo4j.model.TenantId;
import io.tempo4j.storage.CommitOutcomeUnknownException;
import io.tempo4j.storage.FaultyObjectStore;
import io.tempo4j.storage.ForwardingObjectStore;
import io.tempo4j.storage.InMemoryObjectStore;
import io.tempo4j.storage.ListPage;
import io.tempo4j.storage.ListRequest;
import io.tempo4j.storage.ObjectBody;
import io.tempo4j.storage.ObjectStore;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.UUID;

/**
 * Processes that commit to one catalog and follow it, over a store at its worst, with processes
 * that die between any two requests and others that stand still for longer than the grace.
 *
 * <p>The model: each block stands for units, those that its writer made or those of the blocks that
 * it replaced. Whatever version somebody sees has each unit at most once, all that were
 * acknowledged before the look began, and is the same for all who see its number.
 */
final class RacingCatalogs {

  private static final TenantId TENANT = new TenantId("t");
  private static final Duration GRACE = Duration.ofMinutes(60);

  /** An add is not repeated for as long. */
  private static final Duration FORGET = GRACE.multipliedBy(6);

  private static final int PROCESSES = 5;
  private static final int ACTIONS = 25;

  private final Random random;
  private final Turns turns;
  private final FaultyObjectStore faulty;
  private final Blocks blocks;
  private long nanos;

  private final Map<UUID, Set<UUID>> unitsOfBlocks = new HashMap<>();
  private final Set<UUID> acknowledged = new HashSet<>();
  private final Map<Long, List<CatalogBlock>> seen = new HashMap<>();
  private int crashes;
  private int cleaned;

  RacingCatalogs(long seed) {
    this.random = new Random(seed);
    this.turns = new Turns(random);
    this.blocks = new Blocks(TENANT, seed);
    FaultyObjectStore.Faults faults =
        new FaultyObjectStore.Faults(0.03, 0.05, 0.05, 0.05, 0.03, 0, 0.03, 0.05);
    this.faulty = new FaultyObjectStore(new InMemoryObjectStore(), faults, seed);
  }

  /** A process died. */
  private static final class Crash extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }

  /** A store as one process sees it: others do something before and after each of its requests. */
  private final class Shared extends ForwardingObjectStore {

    Shared(ObjectStore store) {
      super(store);
    }

    private void othersGoOn() {
      turns.step();
      boolean standsStill = random.nextInt(150) == 0;
      nanos += standsStill ? GRACE.toNanos() + 1 : random.nextLong(20_000_000_000L);
      if (random.nextInt(60) == 0) {
        crashes++;
        throw new Crash();
      }
    }

    @Override
    public void putIfAbsent(String key, ObjectBody body) throws IOException {
      othersGoOn();
      super.putIfAbsent(key, body);
      othersGoOn();
    }

    @Override
    public byte[] get(String key) throws IOException {
      othersGoOn();
      byte[] bytes = super.get(key);
      othersGoOn();
      return bytes;
    }

    @Override
    public ListPage list(ListRequest request) throws IOException {
      othersGoOn();
      ListPage page = super.list(request);
      othersGoOn();
      return page;
    }

    @Override
    public void delete(String key) throws IOException {
      othersGoOn();
      super.delete(key);
    }
  }

  private CatalogOptions options() {
    return new CatalogOptions(GRACE, 5, () -> Instant.ofEpochSecond(0, nanos), () -> nanos);
  }

  private Catalog open(ObjectStore store) throws IOException {
    return Catalog.open(store, TENANT, options(), attempt -> turns.step());
  }

  /** Lets all run and checks what is left. */
  void run() throws Exception {
    turns.run(Collections.nCopies(PROCESSES, this::process));
    faulty.faults(FaultyObjectStore.Faults.NONE);
    faulty.deliverAll();
    Catalog last = open(faulty);
    Set<UUID> units = check(last.current(), acknowledged);
    assertThat(units).containsAll(acknowledged);
    assertThat(last.commit(CatalogChange.add(List.of(blocks.next()))).number())
        .isEqualTo(open(faulty).current().number());
  }

  int acknowledgedCount() {
    return acknowledged.size();
  }

  int crashCount() {
    return crashes;
  }

  int cleanedCount() {
    return cleaned;
  }

  long faultCount() {
    return faulty.faultCount();
  }

  private void process() {
    int actions = 0;
    while (actions < ACTIONS) {
      try {
        Catalog catalog = open(new Shared(faulty));
        for (; actions < ACTIONS; actions++) {
          act(catalog);
        }
      } catch (IOException | Crash e) {
        actions++; // and a new process takes its place
      }
    }
  }

  private void act(Catalog catalog) throws IOException {
    long before = catalog.current().number();
    try {
      switch (random.nextInt(8)) {
        case 0, 1, 2 -> add(catalog);
        case 3, 4 -> merge(catalog);
        case 5 -> cleaned += catalog.clean();
        case 6 -> forget(catalog);
        default -> look(catalog);
      }
    } catch (CommitOutcomeUnknownException e) {
      // whether it is there will be seen; it must not be there twice
    } catch (io.tempo4j.model.CorruptBlockException e) {
      throw new AssertionError(e);
    } catch (IOException e) {
      // the next action may do better
    }
    assertThat(catalog.current().number()).isGreaterThanOrEqualTo(before);
  }

  private void add(Catalog catalog) throws IOException {
    CatalogBlock block = blocks.next();
    unitsOfBlocks.put(block.id(), Set.of(block.id()));
    CatalogChange change = CatalogChange.add(List.of(block));
    long begun = nanos;
    for (int attempt = 0; ; attempt++) {
      try {
        check(catalog.commit(change), Set.of());
        acknowledged.add(block.id());
        return;
      } catch (IOException e) {
        if (attempt == 3 || nanos - begun > FORGET.toNanos() / 2) {
          throw e;
        }
      }
    }
  }

  private void merge(Catalog catalog) throws IOException {
    List<CatalogBlock> visible = new ArrayList<>(catalog.current().blocks());
    if (visible.size() < 2) {
      return;
    }
    Collections.shuffle(visible, random);
    CatalogBlock output = blocks.next();
    Set<UUID> units = new HashSet<>(unitsOf(visible.get(0)));
    units.addAll(unitsOf(visible.get(1)));
    unitsOfBlocks.put(output.id(), units);
    check(
        catalog.commit(
            CatalogChange.replace(
                List.of(visible.get(0).id(), visible.get(1).id()), List.of(output))),
        Set.of());
  }

  private void forget(Catalog catalog) throws IOException {
    List<UUID> old = new ArrayList<>();
    catalog
        .current()
        .removed()
        .forEach((id, at) -> {
          if (at.plus(FORGET).isBefore(Instant.ofEpochSecond(0, nanos))) {
            old.add(id);
          }
        });
    catalog.commit(CatalogChange.forget(old));
  }

  private void look(Catalog catalog) throws IOException {
    Set<UUID> known = Set.copyOf(acknowledged);
    check(catalog.refresh(), known);
  }

  private Set<UUID> check(CatalogVersion version, Set<UUID> atLeast) {
    List<CatalogBlock> before = seen.putIfAbsent(version.number(), version.blocks());
    if (before != null) {
      assertThat(version.blocks()).as("version %s", version).isEqualTo(before);
    }
    Set<UUID> units = new HashSet<>();
    for (CatalogBlock block : version.blocks()) {
      for (UUID unit : unitsOf(block)) {
        assertThat(units.add(unit)).as("%s once in %s", unit, version).isTrue();
      }
    }
    assertThat(units).as("%s", version).containsAll(atLeast);
    return units;
  }

  private Set<UUID> unitsOf(CatalogBlock block) {
    return java.util.Objects.requireNonNull(unitsOfBlocks.get(block.id()));
  }
}
