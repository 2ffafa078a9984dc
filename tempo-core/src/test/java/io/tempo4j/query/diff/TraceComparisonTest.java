package io.tempo4j.query.diff;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.ArrayValue;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.common.v1.KeyValueList;
import io.opentelemetry.proto.trace.v1.Span;
import io.tempo4j.otlp.MalformedOtlpException;
import io.tempo4j.query.QueryContext;
import io.tempo4j.query.QueryStoppedException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.BiPredicate;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TraceComparisonTest {

  private static final QueryContext CONTEXT = QueryContext.unbounded();

  private static TraceComparison compare(Traces base, Traces compare)
      throws MalformedOtlpException {
    return TraceComparison.of(base.bytes(), compare.bytes(), CONTEXT);
  }

  private static Traces one(Object... attributes) {
    return Traces.trace(1).span(1, 0, "cart", "GET /", 0, 100, attributes);
  }

  private static List<String> changes(Traces base, Traces compare) throws MalformedOtlpException {
    List<String> changes = new ArrayList<>();
    for (ChangedSpan span : compare(base, compare).patch().modified()) {
      for (SpanChange change : span.changes()) {
        changes.add(change.operation() + " " + change.target());
      }
    }
    return changes;
  }

  @Test
  void idsAndTimesOfDayMeanNothing() throws Exception {
    Traces base = Traces.trace(1).span(1, 0, "a", "root", 0, 100).span(2, 1, "b", "child", 10, 50);
    Traces later =
        Traces.trace(2).span(7, 0, "a", "root", 5000, 100).span(9, 7, "b", "child", 5010, 50);

    TracePatch patch = compare(base, later).patch();

    assertThat(patch.matchedSpans()).isEqualTo(2);
    assertThat(patch.modified()).isEmpty();
    assertThat(patch.added()).isEmpty();
    assertThat(patch.removed()).isEmpty();
    assertThat(patch.base().traceId()).isEqualTo("0".repeat(31) + "1");
    assertThat(patch.compare().spanCount()).isEqualTo(2);
  }

  /** A fifth of the larger one, and a millisecond. */
  @ParameterizedTest
  @CsvSource({
    "100, 126, false",
    "100, 127, true",
    "100, 79, false",
    "100, 78, true",
    "0, 1, false",
    "0, 2, true"
  })
  void durationsMayDifferALittle(long before, long after, boolean isChange) throws Exception {
    Traces base = Traces.trace(1).span(1, 0, "a", "x", 0, before);
    Traces other = Traces.trace(1).span(1, 0, "a", "x", 0, after);

    assertThat(changes(base, other)).hasSize(isChange ? 1 : 0);
  }

  @Test
  void attributesComeAndGoAndChange() throws Exception {
    assertThat(
            changes(
                one("gone", 1, "same", "x", "other", true),
                one("new", 1, "same", "x", "other", false)))
        .containsExactly(
            "REMOVE SpanAttribute[key=gone]",
            "ADD SpanAttribute[key=new]",
            "MODIFY SpanAttribute[key=other]");
    assertThat(changes(one("status", 1), one("status", 2))).containsExactly("MODIFY Status[]");
  }

  @Test
  void numbersAreEqualByTheirValues() throws Exception {
    assertThat(changes(one("a", 1), one("a", 1.0))).isEmpty();
    assertThat(changes(one("a", Double.NaN), one("a", Double.NaN))).isEmpty();
    assertThat(changes(one("a", 0.0), one("a", -0.0))).isEmpty();
    assertThat(changes(one("a", 1), one("a", 1.5))).hasSize(1);
    assertThat(changes(one("a", 1), one("a", "1"))).hasSize(1);
    AnyValue shorter = array(Traces.value(1));
    AnyValue longer = array(Traces.value(1.0), Traces.value("x"));
    assertThat(changes(one("a", shorter), one("a", longer))).hasSize(1);
    assertThat(changes(one("a", longer), one("a", longer))).isEmpty();
    assertThat(changes(one("a", map("k", 1)), one("a", map("k", 1.0)))).isEmpty();
    assertThat(changes(one("a", map("k", 1)), one("a", map("l", 1)))).hasSize(1);
  }

  private static AnyValue array(AnyValue... values) {
    return AnyValue.newBuilder()
        .setArrayValue(ArrayValue.newBuilder().addAllValues(Arrays.asList(values)))
        .build();
  }

  private static AnyValue map(String key, Object value) {
    return AnyValue.newBuilder()
        .setKvlistValue(
            KeyValueList.newBuilder()
                .addValues(KeyValue.newBuilder().setKey(key).setValue(Traces.value(value))))
        .build();
  }

  /** A twentieth, and only of what is a magnitude. */
  @Test
  void sizesMayDifferALittle() throws Exception {
    assertThat(changes(one("file.size", 100), one("file.size", 105))).isEmpty();
    assertThat(changes(one("file.size", 100), one("file.size", 106))).hasSize(1);
    assertThat(changes(one("file.size", 0), one("file.size", 1))).hasSize(1);
    assertThat(changes(one("server.port", 100), one("server.port", 101))).hasSize(1);
    assertThat(changes(one("file.size", 100), one("file.size", "100"))).hasSize(1);
  }

  @Test
  void pathsLeadFromTheRootsOverSiblingsByStart() throws Exception {
    Traces base = Traces.trace(1).span(1, 0, "a", "root", 0, 100);
    Traces other =
        Traces.trace(2)
            .span(1, 0, "a", "root", 0, 100)
            .span(2, 1, "a", "late", 20, 10)
            .span(3, 1, "a", "early", 10, 10)
            .span(4, 2, "a", "leaf", 30, 10)
            .span(5, 77, "a", "orphan", 5, 10)
            .span(6, 7, "a", "ring", 60, 10)
            .span(7, 6, "a", "ring of", 70, 10);

    List<String> added = new ArrayList<>();
    for (ComparedSpan span : compare(base, other).patch().added()) {
      added.add(span.identity().name() + " " + Arrays.toString(span.path()));
    }

    assertThat(added)
        .containsExactly(
            "early [0, 0]",
            "late [0, 1]",
            "leaf [0, 1, 0]",
            "orphan [1]",
            "ring [2]",
            "ring of [2, 0]");
  }

  @Test
  void addedAndRemovedAreTheSameFromTheOtherSide() throws Exception {
    Traces base = Traces.trace(1).span(1, 0, "a", "root", 0, 100).span(2, 1, "a", "x", 0, 1);
    Traces other = Traces.trace(2).span(1, 0, "a", "root", 0, 100).span(2, 1, "a", "y", 0, 1);

    TracePatch there = compare(base, other).patch();
    TracePatch back = compare(other, base).patch();

    assertThat(there.added()).extracting(span -> span.identity().name()).containsExactly("y");
    assertThat(there.removed()).extracting(span -> span.identity().name()).containsExactly("x");
    assertThat(back.added()).extracting(span -> span.identity().name()).containsExactly("x");
    assertThat(back.removed()).extracting(span -> span.identity().name()).containsExactly("y");
  }

  /** What did not change finds itself before what changed takes its place. */
  @Test
  void siblingsMayChangePlaces() throws Exception {
    Traces base =
        Traces.trace(1)
            .span(1, 0, "a", "root", 0, 100)
            .span(2, 1, "a", "get", 10, 10, "key", "x")
            .span(3, 1, "a", "get", 20, 10, "key", "y");
    Traces other =
        Traces.trace(2)
            .span(1, 0, "a", "root", 0, 100)
            .span(2, 1, "a", "get", 10, 10, "key", "y")
            .span(3, 1, "a", "get", 20, 10, "key", "x");

    TracePatch patch = compare(base, other).patch();

    assertThat(patch.modified()).isEmpty();
    assertThat(patch.warnings())
        .extracting(DiffWarning::code)
        .containsExactly("ambiguous_span_match");
  }

  @Test
  void warningsTellWhatIsOdd() throws Exception {
    Span endless =
        Span.newBuilder().setSpanId(Traces.id(1)).setName("GET /order/4711-0815").build();
    Traces odd =
        Traces.trace(1)
            .add("a", endless)
            .add("a", endless)
            .add("b", endless.toBuilder().setSpanId(Traces.id(2)).build());

    TracePatch patch = TraceComparison.of(odd.bytes(), new byte[0], CONTEXT).patch();

    assertThat(patch.warnings())
        .extracting(DiffWarning::code)
        .containsExactly(
            "high_cardinality_span_name",
            "invalid_duration",
            "duplicate_span_id",
            "zero_span_trace");
    assertThat(patch.removed()).hasSize(2);
    assertThat(patch.base().spanCount()).isEqualTo(3);
    assertThat(patch.compare()).isEqualTo(new TracePatch.Side("", 0));
  }

  @ParameterizedTest
  @CsvSource({
    "GET /cart, false",
    "GET /cart/123456, true",
    "GET /cart/12345, false",
    "job 7f3c9a1e, true",
    "job 7f3c9a1, false",
    "job_7f3c9a1e, false",
    "feedface, true",
    "deadbeefs, false",
    "x 0189c3f0-aaaa-7bbb-8ccc-0123456789ab y, true",
    "a-b-c-d, false",
    "'', false",
  })
  void namesWithIdsAreFound(String name, boolean isFound) {
    assertThat(SpanNames.hasRequestToken(name)).isEqualTo(isFound);
  }

  @Property(tries = 200)
  void matchesAreThoseOfAPlainSearch(
      @ForAll long seed,
      @ForAll @IntRange(max = 25) int before,
      @ForAll @IntRange(max = 25) int after)
      throws Exception {
    ComparedTrace base = ComparedTrace.of(Traces.random(seed, before).bytes());
    ComparedTrace compare = ComparedTrace.of(Traces.random(seed + 1, after).bytes());

    SpanMatching matching = SpanMatching.of(base, compare, CONTEXT);

    List<ComparedSpan> expected = plainMatches(base, compare);
    for (int i = 0; i < compare.spans().size(); i++) {
      assertThat(matching.baseOf(compare.spans().get(i))).isSameAs(expected.get(i));
    }
  }

  /** Six passes, each of which goes through all pairs. */
  private static List<ComparedSpan> plainMatches(ComparedTrace base, ComparedTrace compare) {
    List<ComparedSpan> matches = new ArrayList<>();
    compare.spans().forEach(span -> matches.add(null));
    BiPredicate<ComparedSpan, ComparedSpan> sameParent =
        (a, b) -> Objects.equals(a.parentIdentity(), b.parentIdentity());
    BiPredicate<ComparedSpan, ComparedSpan> sameStatus = (a, b) -> a.status().equals(b.status());
    List<BiPredicate<ComparedSpan, ComparedSpan>> passes =
        List.of(
            sameParent.and(SpanValues::same),
            sameParent.and(sameStatus),
            sameParent,
            SpanValues::same,
            sameStatus,
            (a, b) -> true);
    Set<ComparedSpan> taken = new HashSet<>();
    for (BiPredicate<ComparedSpan, ComparedSpan> pass : passes) {
      for (int i = 0; i < matches.size(); i++) {
        ComparedSpan span = compare.spans().get(i);
        for (ComparedSpan candidate : base.spans()) {
          if (matches.get(i) == null
              && candidate.identity().equals(span.identity())
              && !taken.contains(candidate)
              && pass.test(candidate, span)) {
            matches.set(i, candidate);
            taken.add(candidate);
          }
        }
      }
    }
    return matches;
  }

  @Property(tries = 100)
  void everySpanIsMatchedOrNew(@ForAll long seed, @ForAll @IntRange(max = 40) int count)
      throws Exception {
    Traces base = Traces.random(seed, count);
    Traces other = Traces.random(seed + 1, count);

    TraceComparison comparison = compare(base, other);
    TracePatch patch = comparison.patch();
    TraceComparison self = compare(base, base);

    int distinctBefore = ComparedTrace.of(base.bytes()).spans().size();
    int distinctAfter = ComparedTrace.of(other.bytes()).spans().size();
    assertThat(patch.matchedSpans() + patch.added().size()).isEqualTo(distinctAfter);
    assertThat(patch.matchedSpans() + patch.removed().size()).isEqualTo(distinctBefore);
    assertThat(self.patch().modified()).isEmpty();
    assertThat(self.patch().added()).isEmpty();
    assertThat(self.patch().removed()).isEmpty();
    assertThat(self.summary().isStructureChanged()).isFalse();
    assertThat(self.summary().patterns()).isEmpty();
    int inPatterns =
        comparison.summary().patterns().stream().mapToInt(TraceSummary.Pattern::count).sum()
            + comparison.summary().omitted().map(TraceSummary.Omitted::spans).orElse(0);
    assertThat(inPatterns)
        .isEqualTo(patch.modified().size() + patch.added().size() + patch.removed().size());
  }

  @Test
  void summaryTellsWhereSomethingBecameMore() throws Exception {
    Traces base =
        Traces.trace(1)
            .span(1, 0, "web", "root", 0, 100)
            .span(2, 1, "db", "query", 10, 20)
            .span(3, 1, "db", "query", 40, 20)
            .span(4, 1, "mail", "send", 70, 10, "status", 2);
    Traces other =
        Traces.trace(2)
            .span(1, 0, "web", "root", 0, 180)
            .span(2, 1, "db", "query", 10, 60, "status", 2)
            .span(3, 1, "db", "query", 80, 70, "status", 2)
            .span(5, 1, "cache", "get", 5, 1);

    TraceSummary summary = compare(base, other).summary();

    assertThat(summary.base())
        .isEqualTo(new TraceSummary.Side("0".repeat(31) + "1", "web", "root", 4, 1, 100, 150));
    assertThat(summary.compare().durationMillis()).isEqualTo(180);
    assertThat(summary.latency()).isEqualTo(TraceSummary.Direction.INCREASED);
    assertThat(summary.errors()).isEqualTo(TraceSummary.Direction.INCREASED);
    assertThat(summary.spanCount()).isEqualTo(TraceSummary.Direction.UNCHANGED);
    assertThat(summary.isStructureChanged()).isTrue();
    assertThat(summary.matchedSpanRatio()).isEqualTo(0.75);
    assertThat(summary.stats()).isEqualTo(new TraceSummary.Stats(80, 161, 0, 1, 3, 3, 1, 1, 5, 0));
    assertThat(summary.changedServices()).containsExactly("cache", "db", "mail", "web");
    assertThat(summary.services())
        .containsExactly(
            new TraceSummary.ServiceChanges("db", 90, 2, 0, 0, 2, 0),
            new TraceSummary.ServiceChanges("web", 80, 1, 0, 0, 0, 0),
            new TraceSummary.ServiceChanges("mail", -10, 0, 0, 1, 0, 1),
            new TraceSummary.ServiceChanges("cache", 1, 0, 1, 0, 0, 0));
    TraceSummary.Pattern first = summary.patterns().getFirst();
    assertThat(first.state()).isEqualTo(TraceSummary.State.MODIFIED);
    assertThat(first.count()).isEqualTo(2);
    assertThat(first.durations()).hasValue(new TraceSummary.DurationDeltas(40, 50, 90));
    assertThat(summary.patterns()).hasSize(4);
    assertThat(summary.omitted()).isEmpty();
  }

  /** Each span a little slower is no change of a span, but one of its service. */
  @Test
  void littleDriftsAddUp() throws Exception {
    Traces base = Traces.trace(1);
    Traces other = Traces.trace(2);
    for (int i = 1; i <= 10; i++) {
      base.span(i, 0, "slow", "work " + i, i, 100);
      other.span(i, 0, "slow", "work " + i, i, 110);
    }

    TraceComparison comparison = compare(base, other);

    assertThat(comparison.patch().modified()).isEmpty();
    assertThat(comparison.summary().services())
        .containsExactly(new TraceSummary.ServiceChanges("slow", 100, 0, 0, 0, 0, 0));
  }

  @Test
  void anotherParentIsAnotherStructure() throws Exception {
    Traces base =
        Traces.trace(1)
            .span(1, 0, "a", "root", 0, 100)
            .span(2, 1, "b", "mid", 0, 100)
            .span(3, 2, "c", "leaf", 0, 100);
    Traces other =
        Traces.trace(2)
            .span(1, 0, "a", "root", 0, 100)
            .span(2, 1, "b", "mid", 0, 100)
            .span(3, 1, "c", "leaf", 0, 100);

    TraceComparison comparison = compare(base, other);

    assertThat(comparison.patch().modified()).isEmpty();
    assertThat(comparison.summary().isStructureChanged()).isTrue();
    assertThat(comparison.summary().changedServices()).containsExactly("c");
    assertThat(comparison.summary().services()).isEmpty();
  }

  @Test
  void patternsAreBounded() throws Exception {
    Traces other = Traces.trace(2);
    for (int i = 1; i <= 30; i++) {
      other.span(i, 0, "a", "n" + (char) ('A' + i), i, 1);
    }

    TraceSummary summary = compare(Traces.trace(1), other).summary();

    assertThat(summary.patterns()).hasSize(20);
    assertThat(summary.omitted()).hasValue(new TraceSummary.Omitted(10, 10));
    assertThat(summary.structureOverlap()).isZero();
  }

  /** A chain of spans and a crowd that differs in durations alone, both as long as they come. */
  @Test
  void hostileTracesEndInGoodTime() throws Exception {
    Traces base = Traces.trace(1);
    Traces other = Traces.trace(2);
    for (int i = 1; i <= 20_000; i++) {
      base.span(i, i - 1, "a", "deep", i, 1);
      other.span(i, 0, "a", "deep", i, 3L * i);
    }

    TraceComparison comparison = compare(base, other);

    assertThat(comparison.patch().matchedSpans()).isEqualTo(20_000);
    QueryContext cancelled = QueryContext.of(System::nanoTime, Duration.ofDays(1), () -> true);
    assertThatThrownBy(() -> TraceComparison.of(base.bytes(), other.bytes(), cancelled))
        .isInstanceOf(QueryStoppedException.class);
  }

  @Test
  void bytesThatAreNoTraceAreRefused() {
    byte[] whole = one("a", array(Traces.value("x")), "m", map("k", 1)).bytes();
    for (int length = 1; length < whole.length; length++) {
      byte[] part = Arrays.copyOf(whole, length);
      assertThatThrownBy(() -> TraceComparison.of(part, whole, CONTEXT))
          .isInstanceOf(MalformedOtlpException.class);
    }
  }
}
