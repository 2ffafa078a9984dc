package io.tempo4j.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every difference from Tempo that is promised has a test, and every test made for one is named.
 */
class DifferencesTest {

  private static final Path PROJECT = Path.of("").toAbsolutePath().getParent();
  private static final Path TABLE = PROJECT.resolve("docs/reference/differences-from-tempo.md");
  private static final Pattern NAMED = Pattern.compile("`(\\w+Test)\\.(\\w+)` \\|$");
  private static final Pattern METHOD = Pattern.compile("\n  void (\\w+)\\(");

  static List<String> rows() throws IOException {
    return Files.readAllLines(TABLE).stream()
        .filter(line -> line.startsWith("| "))
        .skip(1)
        .toList();
  }

  @ParameterizedTest
  @MethodSource("rows")
  void everyRowNamesATestThatExists(String row) throws IOException {
    Matcher named = NAMED.matcher(row);
    assertThat(named.find()).as(row).isTrue();
    assertThat(methods(named.group(1))).as(row).contains(named.group(2));
  }

  @Test
  void everyTestOfADifferenceHasItsRow() throws IOException {
    assertThat(methods("DifferencesFromTempoTest"))
        .isNotEmpty()
        .allSatisfy(method ->
            assertThat(rows()).anyMatch(row -> row.contains("DifferencesFromTempoTest." + method)));
  }

  private static List<String> methods(String testClass) throws IOException {
    for (String module : List.of("tempo-core", "tempo-server")) {
      try (Stream<Path> files = Files.walk(PROJECT.resolve(module).resolve("src/test/java"))) {
        List<Path> found = files.filter(file -> file.endsWith(testClass + ".java")).toList();
        if (!found.isEmpty()) {
          return METHOD
              .matcher(Files.readString(found.get(0)))
              .results()
              .map(result -> result.group(1))
              .toList();
        }
      }
    }
    return List.of();
  }
}
