package io.tempo4j.traceql;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.charset.StandardCharsets;

/**
 * Whatever the bytes, they are a query or an error with a place in them.
 *
 * <p>A build replays the inputs that lie in {@code ParserFuzzTestInputs} beside the other
 * resources; with {@code JAZZER_FUZZ=1} in the environment Jazzer looks for new ones, guided by
 * which branches of the parser an input takes. What it found worth keeping belongs there.
 */
final class ParserFuzzTest {

  @FuzzTest(maxDuration = "10m")
  void parsesOrSaysWhereTheErrorIs(byte[] utf8) {
    ParserCheck.parse(new String(utf8, StandardCharsets.UTF_8));
  }

  @FuzzTest(maxDuration = "10m")
  void compilesTheRegularExpressionOrRefusesIt(byte[] utf8) {
    ParserCheck.compile(new String(utf8, StandardCharsets.UTF_8));
  }

  @FuzzTest(maxDuration = "10m")
  void readsWhatIsUnfinished(byte[] utf8) {
    ParserCheck.unfinished(new String(utf8, StandardCharsets.UTF_8));
  }
}
