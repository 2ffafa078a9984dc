package io.tempo4j.traceql;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/**
 * Whatever the text, it is a query or a {@link TraceQlException} with a place inside the text:
 * random texts, and queries with small changes.
 */
final class RandomTextTest {

  private static final List<String> QUERIES =
      Stream.concat(
              TraceQlTest.queries().map(row -> row[0]), TraceQlTest.errors().map(row -> row[2]))
          .toList();

  private static final List<String> WORDS =
      List.of(
          "{",
          "}",
          "(",
          ")",
          "|",
          "||",
          "&&",
          "!",
          "=",
          "!=",
          "=~",
          "!~",
          "<",
          ">",
          ">>",
          "<<",
          "~",
          "!>",
          "&>",
          "+",
          "-",
          "*",
          "/",
          "%",
          "^",
          ",",
          ".",
          ".a",
          "span.b",
          "parent.c",
          "name",
          "duration",
          "status",
          "ok",
          "server",
          "nil",
          "true",
          "1",
          "2.5",
          "3s",
          "\"x\"",
          "`y`",
          "minInt",
          "count()",
          "avg(.a)",
          "by(.a)",
          "coalesce()",
          "select(.a)",
          "rate()",
          "topk(1)",
          "compare({ })",
          "with",
          "(a=1)",
          "//",
          "/*",
          "*/",
          "\n",
          "by",
          "rate",
          "avg");

  @Property(tries = 2_000)
  void randomBytes(@ForAll byte[] bytes) {
    ParserCheck.parse(new String(bytes, StandardCharsets.UTF_8));
    ParserCheck.parse(new String(bytes, StandardCharsets.ISO_8859_1));
    ParserCheck.parse("{ .a = \"" + new String(bytes, StandardCharsets.ISO_8859_1));
  }

  @Property(tries = 2_000)
  void randomText(@ForAll String text) {
    ParserCheck.parse(text);
    ParserCheck.parse("{ " + text + " }");
    ParserCheck.parse("{ ." + text + " = 1 }");
  }

  @Property(tries = 3_000)
  void randomWords(@ForAll("words") String text) {
    ParserCheck.parse(text);
    ParserCheck.parse("{ " + text + " }");
    ParserCheck.parse("{ } | " + text);
  }

  @Provide
  Arbitrary<String> words() {
    return Arbitraries.of(WORDS)
        .list()
        .ofMaxSize(12)
        .flatMap(words -> Arbitraries.of(" ", "").map(separator -> String.join(separator, words)));
  }

  @Property(tries = 5_000)
  void mutatedQueries(@ForAll("mutations") String text) {
    ParserCheck.parse(text);
  }

  @Provide
  Arbitrary<String> mutations() {
    return Arbitraries.randomValue(RandomTextTest::mutation);
  }

  private static String mutation(Random random) {
    StringBuilder text = new StringBuilder(QUERIES.get(random.nextInt(QUERIES.size())));
    for (int i = random.nextInt(1, 5); i > 0; i--) {
      int at = random.nextInt(text.length() + 1);
      int end = Math.min(text.length(), at + random.nextInt(4));
      String other = QUERIES.get(random.nextInt(QUERIES.size()));
      switch (random.nextInt(6)) {
        case 0 -> text.delete(at, end);
        case 1 -> text.insert(at, WORDS.get(random.nextInt(WORDS.size())));
        case 2 -> text.insert(at, text.substring(at, end));
        case 3 -> text.insert(at, Character.toString(random.nextInt(0x20, 0x2100)));
        case 4 -> text.replace(at, end, WORDS.get(random.nextInt(WORDS.size())));
        default ->
            text.replace(at, text.length(), other.substring(random.nextInt(other.length() + 1)));
      }
    }
    return text.toString();
  }
}
