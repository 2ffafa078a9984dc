package io.tempo4j.traceql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What matches, what is refused, and what it may cost. */
final class RegexTest {

  static boolean matches(String pattern, String text) {
    return matches(Regex.compile(pattern), text);
  }

  static boolean matches(Regex regex, String text) {
    // Not at the start nor the end of the array, so that bytes outside would be noticed.
    byte[] utf8 = ("a" + text + "a").getBytes(StandardCharsets.UTF_8);
    return regex.matches(utf8, 1, utf8.length - 2);
  }

  @ParameterizedTest
  @CsvSource({
    "abc,          abc,     true",
    "abc,          abcd,    false",
    "abc,          xabc,    false",
    "abc.*,        abcdef,  true",
    "abc.*,        ab,      false",
    ".*abc,        xxabc,   true",
    ".*abc.*,      xabcx,   true",
    ".*abc.*,      xabx,    false",
    "a.*a,         a,       false",
    "a.+a,         aa,      false",
    "a.+a,         aba,     true",
    "GET|POST,     POST,    true",
    "GET|POST,     PUT,     false",
    "(GET|POST) /a.*, POST /abc, true",
    "(GET|POST) /a.*, PUT /abc,  false",
    "^abc$,        abc,     true",
    "a\\.b,        a.b,     true",
    "a\\.b,        axb,     false",
    "/a/{id}/.*,   /a/{id}/b, true",
    "(?i)abc,      ABC,     true",
    "[a-c]+,       abcabc,  true",
    "a|b.*|.*c,    xyc,     true",
    ".*,           anything, true",
    ".+,           '',      false",
    "'',           '',      true",
  })
  void matchesTheWholeText(String pattern, String text, boolean expected) {
    assertThat(matches(pattern, text)).isEqualTo(expected);
  }

  @Test
  void dotMatchesLineEnds() {
    assertThat(matches("a.*b", "a\n\r\nb")).isTrue();
    assertThat(matches("a[^x].b", "a\n\nb")).isTrue();
  }

  @Test
  void listsTheTextsOfAFixedSet() {
    assertThat(Regex.compile("(GET|POST) /a|\\.x").literals())
        .hasValue(List.of("GET /a", "POST /a", ".x"));
    assertThat(Regex.compile("GET.*").literals()).isEmpty();
    assertThat(Regex.compile("[ab]").literals()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "UPDATE orders.*",
        "abc",
        "a|b|c",
        ".*x.*|y.*",
        "^(GET|POST) /api/.+$",
        ".*",
        "",
        "/products/{id}",
        "\\$\\{x\\}",
        "(?:a|b)-(?:c|d)",
        ".*?lazy.*?"
      })
  void decidesCommonPatternsWithoutTheEngine(String pattern) {
    assertThat(SimplePattern.parse(pattern)).isNotNull();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "(", ")", "*", "a**", "[a", "a{2,1}", "{2}", "\\", "(?P<n", "(?=a)", "(?<!a)", "(a)\\1",
        "\\8", "a{1001}", "+a", "|*", "(|+)", ".**", "(a|b)**"
      })
  void refusesWhatIsNotRe2(String pattern) {
    assertThatThrownBy(() -> Regex.compile(pattern))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("invalid regular expression: ");
  }

  @ParameterizedTest
  @ValueSource(strings = {"(a{1000}){1000}", "(a{900,1000}){900,1000}", "((a{100}){100}){100}"})
  void refusesAutomataThatAreTooLarge(String pattern) {
    assertThatThrownBy(() -> Regex.compile(pattern))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("states");
  }

  @Test
  void quotedBracketsHideNoRepetition() {
    assertThatThrownBy(() -> Regex.compile("\\Q[\\E(a{1000}){1000}"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("states");
    assertThat(matches("\\Q([{\\E+a", "([{{a")).isTrue();
    assertThat(matches("(?:\\Q((\\E){2}b", "((((b")).isTrue();
  }

  @Test
  void codesOfCharactersAreNoRepetitions() {
    assertThat(matches("\\x{2000}\\x{2001}[a]", "\u2000\u2001a")).isTrue();
    assertThat(matches("\\p{Greek}+", "αβγ")).isTrue();
  }

  @Test
  void refusesOptionalRepetitionsWithinEachOther() {
    assertThat(matches("[a]{0,500}[b]{10,510}c{2,}", "a".repeat(500) + "b".repeat(10) + "cc"))
        .isTrue();
    assertThat(matches("([a]{0,30}b){0,30}", "aab".repeat(30))).isTrue();
    assertThat(matches("a{,999}[b]", "a{,999}b")).isTrue();
    for (String pattern : List.of("[a]{0,501}", "(?:[a]{0,5}){0,496}", "(a|b{0,400}){0,101}")) {
      assertThatThrownBy(() -> Regex.compile(pattern))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageEndingWith("more than 500 optional repetitions");
    }
  }

  @Test
  void refusesClassesThatTakeLongToBuild() {
    String members = "ac".repeat(RegexLimits.MAX_CLASS_MEMBERS / 2);
    assertThat(matches("[" + members + "]", "c")).isTrue();
    assertThatThrownBy(() -> Regex.compile("[" + members + "x]"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("more than 5000 characters in brackets");
  }

  @Test
  void refusesDeepGroups() {
    assertThatThrownBy(() -> Regex.compile("(".repeat(60_000) + ")".repeat(60_000)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("nested");
    assertThatThrownBy(() -> Regex.compile("(a|".repeat(10_000) + ")".repeat(10_000)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void staysWithinASmallStackAtItsLimits() throws InterruptedException {
    int groups = RegexLimits.MAX_DEPTH;
    int states = RegexLimits.MAX_STATES;
    List<String> patterns =
        List.of(
            "(".repeat(groups) + "[a]" + ")".repeat(groups),
            "(a|".repeat(groups) + "[b]" + ")".repeat(groups),
            "a?".repeat(states / 2 - 1),
            "[a]{0," + RegexLimits.MAX_OPTIONAL + "}",
            "[a]{999,}",
            "[a]|".repeat(states / 3),
            "(?:a+)+".repeat(states / 8));
    Throwable[] failure = new Throwable[1];
    Thread thread =
        new Thread(
            null,
            () -> patterns.forEach(pattern -> matches(pattern, "a".repeat(50))),
            "small stack",
            512 * 1024);
    thread.setUncaughtExceptionHandler((t, e) -> failure[0] = e);
    thread.start();
    thread.join();
    assertThat(failure[0]).isNull();
  }

  @Test
  void patternsThatTrapOtherEnginesTakeNoTime() {
    String text = "a".repeat(2_000) + "!";
    assertThat(matches("(a*)*b", text)).isFalse();
    assertThat(matches("(a|a)*b", text)).isFalse();
    assertThat(matches(".*a.*a.*a.*a.*a.*a.*b", text)).isFalse();
  }

  @Test
  void manyAlternativesAreASet() {
    String pattern = String.join("|", Collections.nCopies(20_000, "abc")) + "|x";
    Regex regex = Regex.compile(pattern);
    assertThat(matches(regex, "x")).isTrue();
    assertThat(matches(regex, "y")).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"(x)", ".*x", "x.*", "(x|y)", "(?:x.*|y)", "\\."})
  void longPatternsAreCompiledOrRefusedAtOnce(String piece) {
    String pattern = piece.repeat(100_000 / piece.length());
    try {
      assertThat(matches(pattern, "z")).isFalse();
    } catch (IllegalArgumentException e) {
      assertThat(e).hasMessageContaining("states");
    }
  }

  @Test
  void bytesThatAreNoUtf8MatchNothingElse() {
    byte[] broken = {'a', (byte) 0xff, (byte) 0xe2};
    assertThatCode(() -> Regex.compile("[a-z]+").matches(broken, 0, 3)).doesNotThrowAnyException();
    assertThat(Regex.compile("a.*").matches(broken, 0, 3)).isTrue();
    assertThat(Regex.compile("a[a-z]*").matches(broken, 0, 3)).isFalse();
  }
}
