package io.tempo4j.query.oracle;

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
    return switch (random.nextInt(depth > 2 ? 6 : 11)) {
      case 0, 1 -> attribute() + " " + comparison();
      case 2 -> intrinsic();
      case 3 -> nilTest();
      case 4 -> random.nextInt(2) == 0 ? attribute() : "!" + attribute();
      case 5 -> attribute() + " " + pick(ORDER) + " " + attribute();
      case 6 -> hasArithmetic ? number(depth) + " " + pick(ORDER) + " " + number(depth) : nilTest();
      case 7 -> "!(" + condition(depth + 1) + ")";
      case 8 -> literalFirst();
      default ->
          "("
              + condition(depth + 1)
              + (random.nextInt(3) == 0 ? " || " : " && ")
              + condition(depth + 1)
              + ")";
    };
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
      case 13 -> "span:parentID " + pick(EQUALITY) + " \"\"";
      default ->
          pick(List.of("link:spanID ", "span:id ", "span:parentID "))
              + pick(EQUALITY)
              + " "
              + quote("%016x".formatted((1 + random.nextInt(3)) * 0x9E3779B97F4A7C15L));
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
