package io.tempo4j.query.oracle;

import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Random;

/** Random spanset filters over the keys and values of {@link RandomSpans}. */
public final class RandomQueries {

  private static final List<String> SCOPES =
      List.of("span.", "span.", "resource.", "event.", "link.", "instrumentation.", ".", ".");
  private static final List<String> EQUALITY = List.of("=", "!=");
  private static final List<String> ORDER = List.of("=", "!=", "<", "<=", ">", ">=");
  private static final List<String> REGEX = List.of("=~", "!~");
  private static final List<String> PATTERNS =
      List.of("a", "a.*", ".*", "", "[ab]+", "(frontend|b)", "(?i)A", ".+", "b?");
  private static final List<String> ARITHMETIC = List.of("+", "-", "*", "/", "%", "^");

  /** Division by a zero in the query is an error. */
  private static final List<String> ARITHMETIC_WITH_ZERO = List.of("+", "-", "*", "^");

  private final Random random;
  private final boolean hasArithmetic;

  private RandomQueries(long seed, boolean hasArithmetic) {
    random = new Random(seed);
    this.hasArithmetic = hasArithmetic;
  }

  public static RandomQueries of(long seed) {
    return new RandomQueries(seed, true);
  }

  /** A calculation takes the first of several values, and which that is depends on the layout. */
  public static RandomQueries withoutArithmetic(long seed) {
    return new RandomQueries(seed, false);
  }

  public String filter() {
    return random.nextInt(30) == 0 ? "{ }" : "{ " + condition(0) + " }";
  }

  public String condition(int depth) {
    return switch (random.nextInt(depth > 2 ? 6 : 13)) {
      case 0, 1 -> attribute() + " " + comparison();
      case 2 -> intrinsic();
      case 3 -> nilTest();
      case 4 -> random.nextInt(2) == 0 ? attribute() : "!" + attribute();
      case 5 -> attribute() + " " + pick(ORDER) + " " + attribute();
      case 6 -> hasArithmetic ? number(depth) + " " + pick(ORDER) + " " + number(depth) : nilTest();
      case 7 -> "!(" + condition(depth + 1) + ")";
      case 8 -> literalFirst();
      case 9, 10 -> children(pick(List.of("event", "link")), depth + 1);
      default ->
          "("
              + condition(depth + 1)
              + (random.nextInt(3) == 0 ? " || " : " && ")
              + condition(depth + 1)
              + ")";
    };
  }

  /** Conditions that have to hold for the same event or link, and some beside them. */
  private String children(String scope, int depth) {
    StringBuilder text = new StringBuilder("(").append(child(scope, depth));
    for (int i = 1 + random.nextInt(3); i > 0; i--) {
      text.append(random.nextInt(4) == 0 ? " || " : " && ")
          .append(random.nextInt(6) == 0 ? condition(depth + 1) : child(scope, depth));
    }
    return text.append(")").toString();
  }

  private String child(String scope, int depth) {
    String attribute = scope + attributeOfScope();
    return switch (random.nextInt(depth > 3 ? 8 : 11)) {
      case 0, 1, 2 -> attribute + " " + comparison();
      case 3 -> attribute + (random.nextBoolean() ? " = nil" : " != nil");
      case 4 -> random.nextBoolean() ? attribute : "!" + attribute;
      case 5 -> attribute + " " + pick(ORDER) + " " + attribute();
      case 6 -> attribute + " " + pick(ORDER) + " " + scope + attributeOfScope();
      case 7 ->
          scope.equals("event")
              ? pick(
                  List.of(
                      "event:name " + pick(ORDER) + " " + quote(pick(RandomSpans.WORDS)),
                      "event:name " + pick(REGEX) + " " + quote(pick(PATTERNS)),
                      "event:name != nil",
                      "event:timeSinceStart " + pick(ORDER) + " 1ms",
                      "event:timeSinceStart " + pick(ORDER) + " duration"))
              : id("link");
      case 8 -> "!(" + child(scope, depth + 1) + ")";
      case 9 -> "!" + children(scope, depth + 1);
      default -> children(scope, depth + 1);
    };
  }

  private String attributeOfScope() {
    String key = pick(RandomSpans.KEYS);
    return "." + (key.contains(" ") ? quote(key) : key);
  }

  private String id(String scope) {
    boolean isOfTrace = !scope.equals("span") && random.nextBoolean();
    String field =
        switch (scope) {
          case "link" -> isOfTrace ? "link:traceID " : "link:spanID ";
          case "span" -> pick(List.of("span:id ", "span:parentID "));
          default -> "trace:id ";
        };
    if (random.nextInt(6) == 0) {
      return field
          + pick(ORDER)
          + " "
          + pick(List.of("trace:id", "span:id", "span:parentID", ".a"));
    }
    if (random.nextInt(4) == 0) {
      return field
          + pick(REGEX)
          + " "
          + quote(pick(List.of("", "0", "0+", ".*", "[1-9a-f].*", "4?0*1", "0?[^0].*")));
    }
    long number = random.nextInt(5);
    String hex =
        isOfTrace || scope.equals("trace")
            ? "%016x%016x".formatted(number << 62, number)
            : "%016x".formatted(RandomSpans.richId(number));
    int zeros = (int) hex.chars().takeWhile(c -> c == '0').count();
    int from =
        switch (random.nextInt(3)) {
          case 0 -> 0;
          case 1 -> zeros;
          default -> random.nextInt(zeros + 1);
        };
    String text =
        random.nextInt(5) == 0
            ? Base64.getEncoder().encodeToString(HexFormat.of().parseHex(hex))
            : hex.substring(from);
    return field + pick(ORDER) + " " + quote(text);
  }

  private String comparison() {
    return switch (random.nextInt(6)) {
      case 0, 1 -> pick(ORDER) + " " + quote(pick(RandomSpans.WORDS));
      case 2 -> pick(REGEX) + " " + quote(pick(PATTERNS));
      case 3 -> pick(ORDER) + " " + integer();
      case 4 -> pick(ORDER) + " " + real();
      default -> pick(EQUALITY) + " " + random.nextBoolean();
    };
  }

  private String literalFirst() {
    return (random.nextBoolean() ? integer() : quote(pick(RandomSpans.WORDS)))
        + " "
        + pick(ORDER)
        + " "
        + attribute();
  }

  private String nilTest() {
    String field =
        hasArithmetic && random.nextInt(8) == 0 ? "(" + attribute() + " + 1)" : attribute();
    // The language has it that a resource's service name is always there.
    boolean isAlwaysThere = field.equals("resource.service.name");
    return isAlwaysThere || random.nextBoolean() ? field + " != nil" : field + " = nil";
  }

  private String number(int depth) {
    return switch (random.nextInt(depth > 2 ? 3 : 5)) {
      case 0 -> integer();
      case 1 -> attribute();
      case 2 -> "duration";
      case 3 -> "-(" + attribute() + ")";
      default -> {
        String right = number(depth + 1);
        List<String> operators = right.equals("0") ? ARITHMETIC_WITH_ZERO : ARITHMETIC;
        yield "(" + attribute() + " " + pick(operators) + " " + right + ")";
      }
    };
  }

  private String intrinsic() {
    String word = quote(pick(RandomSpans.WORDS));
    return switch (random.nextInt(15)) {
      case 0 -> "name " + pick(ORDER) + " " + word;
      case 1 -> "name " + pick(REGEX) + " " + quote(pick(PATTERNS));
      case 2 -> "status " + pick(EQUALITY) + " " + pick(List.of("ok", "error", "unset"));
      case 3 -> "kind " + pick(EQUALITY) + " " + pick(List.of("server", "client", "unspecified"));
      case 4 -> "duration " + pick(ORDER) + " " + pick(List.of("0s", "500ms", "1h", "-1s"));
      case 5 -> "duration " + pick(ORDER) + " 250000000.5";
      case 6 -> "statusMessage " + pick(ORDER) + " " + word;
      case 7 -> "traceDuration " + pick(ORDER) + " " + pick(List.of("0s", "1s", "2s", "1d"));
      case 8 -> "rootName " + pick(EQUALITY) + " " + word;
      case 9 -> "rootServiceName " + pick(EQUALITY) + " " + word;
      case 10 -> "event:name " + pick(ORDER) + " " + word;
      case 11 -> "event:timeSinceStart " + pick(ORDER) + " 1ms";
      case 12 -> pick(List.of("instrumentation:name ", "instrumentation:version ")) + "= " + word;
      case 13 ->
          "span:parentID " + pick(EQUALITY) + pick(List.of(" \"\"", " \"0000000000000000\""));
      default -> id(pick(List.of("span", "link", "trace")));
    };
  }

  public String attribute() {
    String key = pick(RandomSpans.KEYS);
    return pick(SCOPES) + (key.contains(" ") ? quote(key) : key);
  }

  private String integer() {
    return Long.toString(pick(List.of(0L, 1L, -1L, 2L, 500L, Long.MAX_VALUE)));
  }

  private String real() {
    double value = pick(List.of(0.0, 1.0, 1.5, -1.0, 499.5, 500.0));
    return String.format(Locale.ROOT, "%.1f", value);
  }

  private static String quote(String text) {
    return '"' + text + '"';
  }

  private <T> T pick(List<T> list) {
    return list.get(random.nextInt(list.size()));
  }
}
