package io.tempo4j.server.demo;

import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;

/**
 * What {@code tempo demo} was asked for.
 *
 * @param seed of the generated traffic
 * @param traceCount traces to send, 1 to 100,000
 * @param serverArguments what is not the demo's own and goes to the server
 */
record DemoOptions(long seed, int traceCount, List<String> serverArguments) {

  private static final String SEED = "-seed=";
  private static final String TRACES = "-traces=";
  private static final int DEFAULT_TRACE_COUNT = 1_000;
  private static final int MAX_TRACE_COUNT = 100_000;

  DemoOptions {
    if (traceCount < 1 || traceCount > MAX_TRACE_COUNT) {
      throw new IllegalArgumentException(
          TRACES + traceCount + " is out of range: 1 to " + MAX_TRACE_COUNT);
    }
    serverArguments = List.copyOf(serverArguments);
  }

  /**
   * Reads the command line.
   *
   * @param freshSeed gives the seed if none is named: ids of another run must not come back
   * @throws IllegalArgumentException if an option of the demo has no number in its range
   */
  static DemoOptions parse(List<String> arguments, LongSupplier freshSeed) {
    long seed = freshSeed.getAsLong();
    long traceCount = DEFAULT_TRACE_COUNT;
    List<String> rest = new ArrayList<>();
    for (String argument : arguments) {
      if (argument.startsWith(SEED)) {
        seed = number(argument, SEED);
      } else if (argument.startsWith(TRACES)) {
        traceCount = number(argument, TRACES);
      } else {
        rest.add(argument);
      }
    }
    return new DemoOptions(seed, Math.clamp(traceCount, 0, MAX_TRACE_COUNT + 1), rest);
  }

  private static long number(String argument, String option) {
    try {
      return Long.parseLong(argument.substring(option.length()));
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(argument + " is wrong: a whole number is expected", e);
    }
  }
}
