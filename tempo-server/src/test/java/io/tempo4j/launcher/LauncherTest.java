package io.tempo4j.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Runs the launcher of the distribution against a Java that only tells how it was called. */
class LauncherTest {

  private static final Path PROJECT = Path.of("").toAbsolutePath().getParent();

  @TempDir Path folder;
  private Path launcher;

  @BeforeEach
  void unpack() throws IOException {
    Path bin = Files.createDirectories(folder.resolve("dist/bin"));
    launcher = bin.resolve("tempo");
    Files.copy(PROJECT.resolve("tempo-server/src/dist/bin/tempo"), launcher);
    Files.copy(PROJECT.resolve("bin/find-jdk.sh"), bin.resolve("find-jdk.sh"));
  }

  @ParameterizedTest
  @CsvSource({
    "21.0.9, false, false, false",
    "23.0.1, true, false, false",
    "24, true, true, true",
    "25.0.3, true, false, true"
  })
  void flagsFollowTheVersionOfJava(
      String version, boolean unsafeAllowed, boolean unlocked, boolean compact) throws Exception {
    List<String> arguments = run(Map.of("JAVA_HOME", java("jdk", version).toString())).arguments();

    assertThat(arguments.contains("--sun-misc-unsafe-memory-access=allow"))
        .isEqualTo(unsafeAllowed);
    assertThat(arguments.contains("-XX:+UnlockExperimentalVMOptions")).isEqualTo(unlocked);
    assertThat(arguments.contains("-XX:+UseCompactObjectHeaders")).isEqualTo(compact);
    assertThat(arguments)
        .contains("--enable-native-access=ALL-UNNAMED", "-XX:+ExitOnOutOfMemoryError");
  }

  @Test
  void heapAndDirectMemoryAreBounded() throws Exception {
    List<String> arguments = run(Map.of("JAVA_HOME", java("jdk", "25").toString())).arguments();

    assertThat(arguments)
        .anyMatch(argument -> argument.matches("-Xmx[1-9][0-9]*m"))
        .anyMatch(argument -> argument.matches("-XX:MaxDirectMemorySize=[1-9][0-9]*m"));
  }

  /** A container with the given limit in MiB, as its control group says. */
  @ParameterizedTest
  @CsvSource({"192, 96", "512, 256", "768, 384"})
  void memoryStaysWithinTheLimitOfTheContainer(int limit, int mostHeap) throws Exception {
    List<String> arguments = run(container(limit)).arguments();

    int heap = mebibytes(arguments, "-Xmx");
    int direct = mebibytes(arguments, "-XX:MaxDirectMemorySize=");
    assertThat(heap).isBetween(limit / 4, mostHeap);
    assertThat(direct).isBetween(16, limit / 8);
  }

  @Test
  void tooLittleMemoryIsSaid() throws Exception {
    assertThat(run(container(100)).output().getFirst())
        .isEqualTo(
            "tempo: only 100 MiB of memory are allowed; 160 MiB is the least that is sensible.");
  }

  private Map<String, String> container(int limitMebibytes) throws IOException {
    Path tools = Files.createDirectories(folder.resolve("tools"));
    script(
        tools.resolve("cat"),
        "case $1 in */memory.max) echo %d ;; *) exec %s \"$@\" ;; esac"
            .formatted((long) limitMebibytes << 20, onPath("cat")));
    return Map.of(
        "JAVA_HOME", java("jdk", "25").toString(), "PATH", tools + ":" + System.getenv("PATH"));
  }

  private static int mebibytes(List<String> arguments, String flag) {
    String value =
        arguments.stream().filter(argument -> argument.startsWith(flag)).findFirst().orElseThrow();
    return Integer.parseInt(value.substring(flag.length(), value.length() - 1));
  }

  @Test
  void environmentOverridesTheHeapAndAddsOptionsLast() throws Exception {
    List<String> arguments =
        run(Map.of(
                "JAVA_HOME", java("jdk", "25").toString(),
                "TEMPO_HEAP", "1g",
                "JAVA_OPTS", "-Da=1 -Xss2m"))
            .arguments();

    assertThat(arguments)
        .contains("-Xmx1g")
        .containsSubsequence("-Xss1m", "-Da=1", "-Xss2m", "-cp");
  }

  @Test
  void argumentsReachTheServerUnchanged() throws Exception {
    List<String> arguments =
        run(
                Map.of("JAVA_HOME", java("jdk", "25").toString()),
                "-config.file=a b.yaml",
                "-target=all")
            .arguments();

    assertThat(arguments)
        .endsWith("io.tempo4j.server.Main", "-config.file=a b.yaml", "-target=all");
  }

  @Test
  void jarsAreNamedOneByOneInOneOrder() throws Exception {
    Path lib = Files.createDirectories(folder.resolve("dist/lib"));
    for (String jar : List.of("b.jar", "Z.jar", "a.jar")) {
      Files.createFile(lib.resolve(jar));
    }

    List<String> arguments = run(Map.of("JAVA_HOME", java("jdk", "25").toString())).arguments();

    assertThat(arguments)
        .containsSequence("-cp", lib + "/Z.jar:" + lib + "/a.jar:" + lib + "/b.jar");
  }

  @ParameterizedTest
  @CsvSource({"25.0.3, true", "24.0.1, false"})
  void preparedCacheIsGivenToAJavaThatReadsOne(String version, boolean given) throws Exception {
    Path cache = Files.createDirectories(folder.resolve("dist/lib")).resolve("tempo.aot");
    Files.createFile(cache);

    List<String> arguments = run(Map.of("JAVA_HOME", java("jdk", version).toString())).arguments();

    assertThat(arguments.contains("-XX:AOTCache=" + cache)).isEqualTo(given);
  }

  @Test
  void preparingKeepsWhatTheServerOfARehearsalWrote() throws Exception {
    Path lib = Files.createDirectories(folder.resolve("dist/lib"));
    Path java = java("jdk", "25");
    Files.writeString(
        java.resolve("bin/java"),
        """
        #!/bin/sh
        for a in "$@"; do case $a in -XX:AOTCacheOutput=*) echo "$*" >"${a#*=}";; esac; done
        """);

    Run run = run(Map.of("JAVA_HOME", java.toString()), "prepare");

    assertThat(run.exitCode()).as("%s", run.output()).isZero();
    assertThat(Files.readString(lib.resolve("tempo.aot")))
        .contains("io.tempo4j.server.demo.Rehearsal", "-XX:+UseSerialGC", "io.tempo4j.server.Main");
    try (Stream<Path> left = Files.list(lib)) {
      assertThat(left).containsExactly(lib.resolve("tempo.aot"));
    }
  }

  @Test
  void preparingFailsWhenNothingWasWritten() throws Exception {
    Files.createDirectories(folder.resolve("dist/lib"));

    Run run = run(Map.of("JAVA_HOME", java("jdk", "25").toString()), "prepare");

    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.output())
        .contains("tempo: the cache could not be made; the server runs without it");
  }

  @Test
  void thereIsNothingToPrepareForAnOlderJava() throws Exception {
    Run run = run(Map.of("JAVA_HOME", java("jdk", "21.0.9").toString()), "prepare");

    assertThat(run.exitCode()).isZero();
    assertThat(String.join("\n", run.output())).contains("Java 21 has no AOT cache");
  }

  @Test
  void demoStartsTheDemo() throws Exception {
    List<String> arguments =
        run(Map.of("JAVA_HOME", java("jdk", "25").toString()), "demo").arguments();

    assertThat(arguments).endsWith("io.tempo4j.server.demo.Demo");
  }

  @Test
  void serverTakesTheProcessOfTheLauncher() throws Exception {
    Run run = run(Map.of("JAVA_HOME", java("jdk", "25").toString()));

    assertThat(run.output().getFirst()).isEqualTo("pid " + run.pid());
  }

  @Test
  void oldJavaHomeIsPassedOverForANewerJavaOnThePath() throws Exception {
    Path old = java("old", "17.0.15");
    Path recent = java("recent", "22.0.2");

    Run run =
        run(
            Map.of(
                "JAVA_HOME",
                old.toString(),
                "PATH",
                recent.resolve("bin") + ":" + System.getenv("PATH")));

    assertThat(run.arguments())
        .contains("--enable-native-access=ALL-UNNAMED")
        .doesNotContain("-XX:+UseCompactObjectHeaders");
  }

  @Test
  void newestJavaOfTheUsualFoldersIsFoundWithoutJavaHomeAndPath() throws Exception {
    java(".jdks/newer", "991.0.1");
    Path newest = java(".sdkman/candidates/java/newest", "992");
    java(".asdf/installs/java/new", "990");
    String script =
        ". " + PROJECT.resolve("bin/find-jdk.sh") + "; find_jdk 900 java && echo $TEMPO_JAVA_HOME";

    Run run = start(Map.of("HOME", folder.toString()), List.of("sh", "-c", script));

    assertThat(run.output()).containsExactly(newest.toString());
  }

  @Test
  void missingMavenIsExplained() throws Exception {
    Path tree = Files.createDirectories(folder.resolve("tree/bin")).getParent();
    Files.copy(PROJECT.resolve("mvnw"), tree.resolve("mvnw"));
    Files.copy(PROJECT.resolve("bin/find-jdk.sh"), tree.resolve("bin/find-jdk.sh"));
    Path tools = Files.createDirectories(folder.resolve("tools"));
    for (String tool : List.of("dirname", "sed", "head", "uname", "readlink")) {
      script(tools.resolve(tool), "exec " + onPath(tool) + " \"$@\"");
    }
    String javaHome = System.getProperty("java.home");

    Run run =
        start(
            Map.of("JAVA_HOME", javaHome, "PATH", tools.toString()),
            List.of(onPath("sh").toString(), tree.resolve("mvnw").toString()));

    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.output())
        .containsExactly("Maven is missing: install any Maven 3 (it fetches Maven 3.10.0 once).");
  }

  @Test
  void missingJavaIsExplained() throws Exception {
    Path old = java("old", "17.0.15");
    String script = ". " + PROJECT.resolve("bin/find-jdk.sh") + "; find_jdk 900 java";

    Run run = start(Map.of("JAVA_HOME", old.toString()), List.of("sh", "-c", script));

    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(String.join("\n", run.output()))
        .contains("No Java 900 or newer was found", "JAVA_HOME  " + old + " (Java 17)");
  }

  /** A Java installation of the given version whose java prints its pid and arguments. */
  private Path java(String name, String version) throws IOException {
    Path home = folder.resolve(name);
    script(
        Files.createDirectories(home.resolve("bin")).resolve("java"),
        "echo \"pid $$\"\nfor a in \"$@\"; do echo \"$a\"; done");
    Files.writeString(home.resolve("release"), "JAVA_VERSION=\"" + version + "\"\n");
    return home;
  }

  private static void script(Path file, String commands) throws IOException {
    Files.writeString(file, "#!/bin/sh\n" + commands + "\n");
    assertThat(file.toFile().setExecutable(true)).isTrue();
  }

  private static Path onPath(String tool) {
    return Stream.of(System.getenv("PATH").split(File.pathSeparator))
        .map(entry -> Path.of(entry, tool))
        .filter(Files::isExecutable)
        .findFirst()
        .orElseThrow();
  }

  private record Run(long pid, int exitCode, List<String> output) {
    List<String> arguments() {
      assertThat(exitCode).as("%s", output).isZero();
      return output.subList(1, output.size());
    }
  }

  private Run run(Map<String, String> environment, String... arguments) throws Exception {
    List<String> command = new ArrayList<>(List.of("sh", launcher.toString()));
    command.addAll(List.of(arguments));
    return start(environment, command);
  }

  private Run start(Map<String, String> environment, List<String> command) throws Exception {
    ProcessBuilder builder =
        new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true);
    builder.environment().keySet().removeAll(List.of("JAVA_HOME", "JAVA_OPTS", "TEMPO_HEAP"));
    builder.environment().putAll(environment);
    Process process = builder.start();
    try {
      process.getOutputStream().close();
      String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
      return new Run(process.pid(), process.exitValue(), output.lines().toList());
    } finally {
      process.destroyForcibly();
    }
  }
}
