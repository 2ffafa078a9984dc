package io.tempo4j.query.oracle;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Random metrics queries over the keys and values of {@link RandomSpans}. */
public final class RandomMetrics {

  private static final List<String> FIELDS =
      List.of(
          "name",
          "kind",
          "status",
          "statusMessage",
          "rootName",
          "rootServiceName",
          "childCount",
          "instrumentation:name",
          "instrumentation:version",
          "event:name",
          "span:parentID",
          "traceDuration",
          "duration",
          "nestedSetParent",
          "parent.a",
          "parent.resource.b");
  private static final List<String> NUMBERS =
      List.of(
          "duration",
          "duration",
          "span.a",
          "span.b",
          ".a",
          "resource.a",
          "event.b",
          "traceDuration",
          "event:timeSinceStart",
          "childCount",
          "nestedSetLeft");
  private static final List<String> QUANTILES = List.of("0", ".25", ".5", ".9", "1");

  private final Random random;
  private final RandomQueries conditions;
  private final RandomPipelines pipelines;

  public RandomMetrics(long seed) {
    random = new Random(seed ^ 0x5DEECE66DL);
    conditions = RandomQueries.of(seed);
    pipelines = new RandomPipelines(seed);
  }

  public String query() {
    return random.nextInt(8) == 0 ? filters() + " | " + compare() : series(2);
  }

  private String series(int depth) {
    String series =
        depth > 0 && random.nextInt(4) == 0
            ? arithmetic(depth)
            : filters() + " | " + function() + by();
    for (int i = random.nextInt(5) - 2; i > 0; i--) {
      series += stage();
    }
    return series;
  }

  private String arithmetic(int depth) {
    // Not % and ^, which make much of the last bit of a sum.
    String operator = " " + pick(List.of("+", "-", "*", "/")) + " ";
    String one = "(" + series(depth - 1) + ")";
    return switch (random.nextInt(4)) {
      case 0 -> one + operator + pick(List.of("2", "0.5", operator.equals(" / ") ? "3" : "0"));
      case 1 -> pick(List.of("2", "0.5", "0")) + operator + one;
      default -> one + operator + "(" + series(depth - 1) + ")";
    };
  }

  private String filters() {
    switch (random.nextInt(6)) {
      case 0, 1 -> {
        return "{ }";
      }
      case 2 -> {
        return pipelines.pipeline();
      }
      default -> {}
    }
    return conditions.filter() + (random.nextInt(4) == 0 ? " | " + conditions.filter() : "");
  }

  private String function() {
    return switch (random.nextInt(8)) {
      case 0 -> "rate()";
      case 1 -> "count_over_time()";
      case 2 -> "min_over_time(" + pick(NUMBERS) + ")";
      case 3 -> "max_over_time(" + pick(NUMBERS) + ")";
      case 4 -> "sum_over_time(" + pick(NUMBERS) + ")";
      case 5 -> "avg_over_time(" + pick(NUMBERS) + ")";
      case 6 -> "histogram_over_time(" + pick(NUMBERS) + ")";
      default ->
          "quantile_over_time("
              + pick(NUMBERS)
              + ", "
              + pick(QUANTILES)
              + (random.nextBoolean() ? ", " + pick(QUANTILES) : "")
              + ")";
    };
  }

  private String by() {
    int count = Math.max(0, random.nextInt(7) - 1);
    List<String> fields = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      fields.add(random.nextInt(2) == 0 ? conditions.attribute() : pick(FIELDS));
    }
    return fields.isEmpty() ? "" : " by (" + String.join(", ", fields) + ")";
  }

  private String stage() {
    return switch (random.nextInt(3)) {
      case 0 -> " | topk(" + (1 + random.nextInt(3)) + ")";
      case 1 -> " | bottomk(" + (1 + random.nextInt(3)) + ")";
      default ->
          " "
              + pick(List.of("=", "!=", "<", "<=", ">", ">="))
              + " "
              + pick(List.of("1", "0", "2.5", "300ms", "-1"));
    };
  }

  private String compare() {
    long start = RandomSpans.BASE + random.nextInt(1000) * 1_000_000L;
    return "compare("
        + conditions.filter()
        + switch (random.nextInt(3)) {
          case 0 -> "";
          case 1 -> ", " + (1 + random.nextInt(4));
          default -> ", 2, " + start + ", " + (start + 500_000_000L);
        }
        + ")";
  }

  private <T> T pick(List<T> list) {
    return list.get(random.nextInt(list.size()));
  }
}
