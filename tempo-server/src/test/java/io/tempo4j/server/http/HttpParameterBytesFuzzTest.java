package io.tempo4j.server.http;

import com.code_intelligence.jazzer.api.BugDetectors;
import com.code_intelligence.jazzer.api.SilentCloseable;
import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/**
 * Whatever the bytes behind a route, the request is answered or refused with a reason.
 *
 * <p>The first byte of an input picks the route, the others are the rest of the target: what stands
 * for the trace's id or the tag's name up to the first question mark, and all parameters. A build
 * replays the inputs that lie in {@code HttpParameterBytesFuzzTestInputs} beside the other
 * resources; with {@code JAZZER_FUZZ=1} in the environment Jazzer looks for new ones.
 */
final class HttpParameterBytesFuzzTest {

  private static FuzzedServer server;

  @BeforeAll
  static void start() throws Exception {
    server = FuzzedServer.start();
  }

  @AfterAll
  static void stop() throws IOException {
    server.close();
  }

  @FuzzTest(maxDuration = "10m")
  void everyTargetIsAnsweredOrRefusedWithAReason(byte[] input) throws IOException {
    if (input.length == 0) {
      return;
    }
    List<String> routes = server.routes();
    String route = routes.get((input[0] & 0xff) % routes.size());
    StringBuilder rest = new StringBuilder();
    for (int i = 1; i < input.length; i++) {
      append(input[i] & 0xff, rest);
    }
    int question = rest.indexOf("?");
    String parameters = question < 0 ? "" : rest.substring(question);
    String place = question < 0 ? rest.toString() : rest.substring(0, question);
    String path = route.replace("{traceID}", place).replace(TagRoutes.TAG, place);
    try (SilentCloseable allowed = BugDetectors.allowNetworkConnections()) {
      server.check("GET", path + parameters, "");
    }
  }

  /** One request must stay one: what would end its line comes encoded. */
  private static void append(int b, StringBuilder target) {
    if (b > ' ' && b < 0x7f && b != '#') {
      target.append((char) b);
    } else {
      target.append("%%%02x".formatted(b));
    }
  }
}
