package io.tempo4j.wal;

import static org.assertj.core.api.Assertions.assertThat;

import io.tempo4j.engine.TraceStore;
import io.tempo4j.storage.LocalObjectStore;
import io.tempo4j.wal.SpanBatches.Batch;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A process that sends, cuts, flushes and uploads is killed, again and again on the same folders,
 * at random moments and at chosen places. Whatever was acknowledged is found afterwards, once.
 *
 * <p>System properties: {@code crash.rounds} (default 3), {@code crash.seed} (default: a new one,
 * printed).
 */
final class CrashStormTest {

  private static final int THREADS = 3;

  /** Blocks add up; a folder is left after this many rounds. */
  private static final int ROUNDS_PER_FOLDER = 50;

  private static final int KILLED = 128 + 9;

  private final int rounds = Integer.getInteger("crash.rounds", 3);
  private final long seed = Long.getLong("crash.seed", System.nanoTime() % 1_000_000);
  private final Random random = new Random(seed);
  private final Map<String, Integer> kills = new TreeMap<>();

  @Test
  void whatWasAcknowledgedIsFoundOnceAfterEveryCrash(@TempDir Path temporary) throws Exception {
    System.out.printf("Crash storm: %d rounds, -Dcrash.seed=%d%n", rounds, seed);
    long spans = 0;
    for (int first = 0; first < rounds; first += ROUNDS_PER_FOLDER) {
      Path folder = temporary.resolve("from-round-" + first);
      int end = Math.min(rounds, first + ROUNDS_PER_FOLDER);
      spans += storm(folder, first, end);
    }
    System.out.printf(
        "Crash storm: %d rounds, %d acknowledged spans found once each; killed at %s%n",
        rounds, spans, kills);
  }

  /** Runs the rounds on one folder and returns how many spans were acknowledged. */
  private long storm(Path folder, int first, int end) throws Exception {
    Files.createDirectories(folder);
    StormLedger ledger = new StormLedger(THREADS);
    for (int round = first; round < end; round++) {
      ledger.begin(round);
      runChild(folder, round, ledger);
      boolean last = round == end - 1;
      // Between two looks, several children in a row take over what the one before has left.
      if (last || random.nextInt(3) == 0) {
        look(folder, ledger, last);
      }
    }
    return ledger.acknowledgedSpans();
  }

  private void look(Path folder, StormLedger ledger, boolean everything) throws IOException {
    try (TraceStore store =
        TraceStore.builder()
            .blocks(LocalObjectStore.open(folder.resolve("blocks")))
            .wal(CrashChild.openWal(DiskSegmentFolder.open(folder.resolve("wal")), random))
            .options(CrashChild.smallHeads())
            .open()) {
      ledger.check(store, everything);
    }
    try (LocalObjectStore blocks = LocalObjectStore.open(folder.resolve("blocks"))) {
      ledger.checkBlocks(blocks);
    }
    try (DiskSegmentFolder wal = DiskSegmentFolder.open(folder.resolve("wal"))) {
      assertThat(wal.list()).as("segments after everything was flushed").isEmpty();
    }
  }

  private void runChild(Path folder, int round, StormLedger ledger) throws Exception {
    Path errors = folder.resolve("child.err");
    Process child =
        new ProcessBuilder(command(folder, round))
            .redirectError(ProcessBuilder.Redirect.to(errors.toFile()))
            .start();
    String place = "";
    try (ScheduledExecutorService killer = Executors.newSingleThreadScheduledExecutor();
        BufferedReader lines =
            new BufferedReader(
                new InputStreamReader(child.getInputStream(), StandardCharsets.UTF_8))) {
      String line;
      while ((line = lines.readLine()) != null) {
        String[] words = line.split(" ", 3);
        switch (words[0]) {
          case "ready" -> {
            // A chosen place should be reached, but need not be.
            int waits = words[1].equals("ANYWHERE") ? 0 : 1_200_000;
            killAfter(killer, child, waits + random.nextInt(700_000));
          }
          case "kill" -> {
            place = words[1];
            // While it starts, replay takes some time; elsewhere the child waits for its end.
            int microseconds = place.equals("STARTING") ? 400_000 : 3_000;
            killAfter(killer, child, random.nextInt(microseconds));
          }
          case "ack" ->
              ledger.acknowledged(
                  new Batch(round, Integer.parseInt(words[1]), Integer.parseInt(words[2])));
          default -> throw new AssertionError(context(round) + line + "\n" + text(errors));
        }
      }
      killer.shutdownNow();
    } finally {
      child.destroyForcibly();
    }
    int exit = child.waitFor();
    assertThat(exit).as(context(round) + "ended by itself: " + text(errors)).isEqualTo(KILLED);
    kills.merge(place.isEmpty() ? "ANYWHERE" : place, 1, Integer::sum);
  }

  private static void killAfter(ScheduledExecutorService killer, Process child, int microseconds) {
    // Not by the process itself, which would close the pipe before its last lines are read.
    killer.schedule(child.toHandle()::destroyForcibly, microseconds, TimeUnit.MICROSECONDS);
  }

  private List<String> command(Path folder, int round) throws Exception {
    List<String> command = new ArrayList<>();
    command.add(ProcessHandle.current().info().command().orElse("java"));
    command.addAll(
        List.of("-Xshare:auto", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx256m"));
    command.addAll(List.of("--enable-native-access=ALL-UNNAMED", "-cp", classPath()));
    command.add(CrashChild.class.getName());
    command.addAll(List.of(folder.toString(), Integer.toString(round)));
    command.addAll(List.of(Long.toString(random.nextLong()), Integer.toString(THREADS)));
    return command;
  }

  /** All that this JVM loads from, as a class path, whether modules are in play or not. */
  private static String classPath() throws Exception {
    Set<String> entries = new LinkedHashSet<>();
    for (Class<?> known : List.of(CrashChild.class, SegmentedWal.class, TraceStore.class)) {
      entries.add(
          Path.of(known.getProtectionDomain().getCodeSource().getLocation().toURI()).toString());
    }
    for (String property : List.of("java.class.path", "jdk.module.path")) {
      String path = System.getProperty(property, "");
      entries.addAll(List.of(path.split(File.pathSeparator)));
    }
    entries.remove("");
    return String.join(File.pathSeparator, entries);
  }

  private String context(int round) {
    return "round " + round + " of -Dcrash.seed=" + seed + ": ";
  }

  private static String text(Path file) throws IOException {
    return Files.readString(file);
  }
}
