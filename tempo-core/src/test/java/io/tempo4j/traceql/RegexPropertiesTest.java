package io.tempo4j.traceql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** Regular expressions give the answers of the reference engine, whichever way they are matched. */
final class RegexPropertiesTest {

  @Property(tries = 2_000)
  void agreesWithTheReferenceEngine(
      @ForAll("patterns") String pattern, @ForAll("texts") List<String> texts) {
    Pattern reference;
    try {
      reference = Pattern.compile(pattern, Pattern.DOTALL);
    } catch (PatternSyntaxException e) {
      assertThatThrownBy(() -> Regex.compile(pattern)).isInstanceOf(IllegalArgumentException.class);
      return;
    }
    Regex regex = Regex.compile(pattern);
    for (String text : texts) {
      assertThat(RegexTest.matches(regex, text))
          .as("%s on %s", pattern, text)
          .isEqualTo(reference.matches(text));
    }
  }

  @Provide
  Arbitrary<String> patterns() {
    Arbitrary<String> piece =
        Arbitraries.of(
            "a", "b", "ab", "é", "😀", ".*", ".*", ".+", ".*?", "|", "|", "(", ")", "(?:", "\\.",
            "\\{", "{2}", "{", "}", "]", "[ab]", "*", "?", "^", "$", ".", "\\d", "(a|b)", "(ab|)",
            "{a", "\\_");
    return piece.list().ofMaxSize(8).map(pieces -> String.join("", pieces));
  }

  @Provide
  Arbitrary<List<String>> texts() {
    Arbitrary<String> piece = Arbitraries.of("a", "b", "ab", "é", "😀", ".", "{", "}", "\n", "]");
    return piece
        .list()
        .ofMaxSize(6)
        .map(pieces -> pieces.stream().collect(Collectors.joining()))
        .list()
        .ofSize(8);
  }

  @Property(tries = 5_000)
  void countsNotMuchFewerStatesThanTheAutomatonHas(@ForAll("intricatePatterns") String pattern) {
    int states;
    int programSize;
    try {
      states = RegexLimits.states(pattern);
      programSize = Pattern.compile(pattern, Pattern.DOTALL).programSize();
    } catch (IllegalArgumentException | PatternSyntaxException e) {
      return; // too large, or no expression: both are RegexTest's
    }
    assertThat(programSize).as(pattern).isLessThanOrEqualTo(2 * states + 10);
  }

  @Provide
  Arbitrary<String> intricatePatterns() {
    return Arbitraries.of(
            "a",
            "b",
            "é",
            "\\pL",
            "\\x{100}",
            "[ab]",
            "[",
            "]",
            "[^",
            "[]",
            "[[:",
            "[:alpha:]",
            ":]",
            "\\Q",
            "\\E",
            "\\]",
            "\\[",
            "(",
            "(",
            "(?i:",
            "(?P<n>",
            ")",
            ")",
            "|",
            "*",
            "+?",
            "?",
            "{2}",
            "{3,}",
            "{0,20}",
            "{5,9}?",
            "{",
            "}",
            ",",
            "^",
            "$",
            ".",
            "\\d",
            "\\b")
        .list()
        .ofMaxSize(16)
        .map(pieces -> String.join("", pieces));
  }

  @Property
  void textsBetweenGapsAreFoundInOrder(
      @ForAll("parts") List<String> parts, @ForAll("parts") List<String> fillers) {
    String pattern = String.join(".*", parts);
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < parts.size(); i++) {
      text.append(i == 0 ? "" : fillers.get(i % fillers.size())).append(parts.get(i));
    }
    assertThat(RegexTest.matches(pattern, text.toString())).isTrue();
  }

  @Provide
  Arbitrary<List<String>> parts() {
    return Combinators.combine(
            Arbitraries.strings().withChars("ab").ofMaxLength(4),
            Arbitraries.strings().withChars("ab").ofMaxLength(4).list().ofMaxSize(5))
        .as((first, rest) -> Stream.concat(Stream.of(first), rest.stream()).toList());
  }
}
