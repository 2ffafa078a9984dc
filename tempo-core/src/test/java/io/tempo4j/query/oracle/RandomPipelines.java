package io.tempo4j.query.oracle;

import java.util.List;
import java.util.Random;

/** Random pipelines of every stage and operator, over the filters of {@link RandomQueries}. */
public final class RandomPipelines {

  private static final List<String> STRUCTURAL =
      List.of(
          ">", ">>", "<", "<<", "~", "!>", "!>>", "!<", "!<<", "!~", "&>", "&>>", "&<", "&<<",
          "&~");
  private static final List<String> COMPARISONS = List.of(">", ">=", "<", "<=", "=", "!=");
  private static final List<String> FIELDS =
      List.of(
          ".a",
          "span.a",
          "resource.b",
          "name",
          "status",
          "kind",
          "duration",
          "childCount",
          "nestedSetLeft",
          "rootName",
          "parent.a",
          "span:parentID",
          "event.a",
          "event:name = \"a\" && event.a != nil",
          "!(event.a = 1 && event.b != nil)",
          "duration / 1000000000");
  private static final List<String> NUMBERS =
      List.of("duration", ".a", "span.b", "childCount", "duration * 2", "nestedSetLeft", "-.a");

  private final Random random;
  private final RandomQueries filters;

  public RandomPipelines(long seed) {
    random = new Random(seed);
    filters = RandomQueries.of(seed);
  }

  public String pipeline() {
    StringBuilder text = new StringBuilder(random.nextInt(12) == 0 ? firstStage(0) : spansets(0));
    for (int i = random.nextInt(4); i > 0; i--) {
      text.append(" | ").append(stage(0));
    }
    return text.toString();
  }

  private String stage(int depth) {
    return switch (random.nextInt(10)) {
      case 0, 1 -> spansets(depth + 1);
      case 2, 3 -> "by(" + pick(FIELDS) + ")";
      case 4 -> "coalesce()";
      case 5 -> "select(" + pick(List.of(".a", "name", "nestedSetParent", "parent.b")) + ")";
      case 6 ->
          random.nextBoolean()
              ? scalar(depth) + " " + pick(COMPARISONS) + " " + ofSpans(depth)
              : ofSpans(depth) + " " + pick(COMPARISONS) + " " + scalar(depth);
      default -> aggregate() + " " + pick(COMPARISONS) + " " + literal();
    };
  }

  private String firstStage(int depth) {
    String stage = stage(depth);
    return stage.equals("coalesce()") ? firstStage(depth) : stage;
  }

  private String spansets(int depth) {
    return switch (random.nextInt(depth > 2 ? 3 : 10)) {
      case 0, 1 -> filter();
      case 2 -> filter() + " " + pick(STRUCTURAL) + " " + filter();
      case 3, 4, 5 -> operand(depth) + " " + pick(STRUCTURAL) + " " + operand(depth);
      case 6 -> operand(depth) + " && " + operand(depth);
      case 7 -> operand(depth) + " || " + operand(depth);
      case 8 -> "(" + nested(depth) + ") " + pick(STRUCTURAL) + " " + operand(depth);
      default -> operand(depth) + pick(List.of(" && ", " || ")) + "(" + nested(depth) + ")";
    };
  }

  private String operand(int depth) {
    return random.nextInt(3) == 0 ? "(" + spansets(depth + 1) + ")" : filter();
  }

  private String nested(int depth) {
    String first = random.nextInt(6) == 0 ? firstStage(depth + 1) : spansets(depth + 1);
    return first + " | " + stage(depth + 1);
  }

  private String filter() {
    return switch (random.nextInt(8)) {
      case 0, 1 -> "{ }";
      case 2 -> "{ " + tree() + " }";
      case 3 -> "{ " + filters.condition(1) + " && " + tree() + " }";
      case 4 -> "{ !(" + filters.condition(2) + " || " + tree() + ") }";
      default -> filters.filter();
    };
  }

  /** A condition that needs the whole trace. */
  private String tree() {
    return switch (random.nextInt(8)) {
      case 0 -> "childCount " + pick(COMPARISONS) + " 1";
      case 1 -> "nestedSetParent " + pick(COMPARISONS) + " " + (random.nextInt(4) - 1);
      case 2 -> "nestedSetLeft " + pick(COMPARISONS) + " 3";
      case 3 -> "nestedSetRight > nestedSetLeft + 1";
      case 4 -> "parent.a " + pick(COMPARISONS) + " " + random.nextInt(3);
      case 5 -> "parent.b != nil";
      case 6 -> "traceDuration " + pick(COMPARISONS) + " 20s";
      default -> "rootName " + pick(List.of("=", "!=")) + " \"a\"";
    };
  }

  private String aggregate() {
    return switch (random.nextInt(5)) {
      case 0, 1 -> "count()";
      case 2 -> pick(List.of("min", "max")) + "(" + pick(NUMBERS) + ")";
      case 3 -> "sum(" + pick(NUMBERS) + ")";
      default -> "avg(" + pick(NUMBERS) + ")";
    };
  }

  private String literal() {
    return pick(List.of("0", "1", "2", "3", "1.5", "1s", "500ms", "-1"));
  }

  private String scalar(int depth) {
    return random.nextInt(depth > 1 ? 3 : 6) == 0 ? literal() : ofSpans(depth);
  }

  /** A number that is not the same for all spansets. */
  private String ofSpans(int depth) {
    return switch (random.nextInt(depth > 1 ? 2 : 5)) {
      case 0, 1 -> aggregate();
      case 2 -> {
        String right = scalar(depth + 1);
        String operator = pick(List.of(" + ", " - ", " * ", right.equals("0") ? " + " : " / "));
        yield "(" + aggregate() + operator + right + ")";
      }
      case 3 -> "(" + spansets(2) + " | " + aggregate() + ")";
      default -> "(" + nested(2) + " | " + aggregate() + ")";
    };
  }

  private <T> T pick(List<T> list) {
    return list.get(random.nextInt(list.size()));
  }
}
