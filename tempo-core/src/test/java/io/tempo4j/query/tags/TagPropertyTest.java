package io.tempo4j.query.tags;

import static org.assertj.core.api.Assertions.assertThat;

import io.tempo4j.column.SpanSource;
import io.tempo4j.query.QueryContext;
import io.tempo4j.query.oracle.PlainTags;
import io.tempo4j.query.oracle.RandomQueries;
import io.tempo4j.query.oracle.RandomSpans;
import io.tempo4j.query.oracle.TestSources;
import io.tempo4j.traceql.FieldExpression;
import io.tempo4j.traceql.Intrinsic;
import io.tempo4j.traceql.TraceQl;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** Names and values compared with {@link PlainTags} on random traces and random filters. */
class TagPropertyTest {

  private static final Set<TagScope> SCOPES = EnumSet.complementOf(EnumSet.of(TagScope.INTRINSIC));

  @Property(tries = 60)
  void valuesAreThoseOfLists(@ForAll long seed) throws Exception {
    compareValues(seed, RandomSpans.rich(seed), RandomQueries.of(seed));
  }

  @Property(tries = 30)
  void repeatedKeysHaveSeveralValues(@ForAll long seed) throws Exception {
    compareValues(seed, RandomSpans.withRepeatedKeys(seed), RandomQueries.withoutArithmetic(seed));
  }

  private static void compareValues(long seed, RandomSpans spans, RandomQueries queries)
      throws Exception {
    Random random = new Random(seed);
    TestSources spread = TestSources.of(spans.spans(60), random);
    PlainTags plain = new PlainTags(spread.shares());
    for (FieldExpression.Reference tag : tags()) {
      String query = random.nextInt(3) == 0 ? "{ }" : finished(queries.filter());
      long start = start(random);
      long end = end(random, start);
      assertThat(texts(values(spread.sources(), tag, query, start, end, TagLimits.NONE).values()))
          .as("%s of %s from %d to %d over %s", tag, query, start, end, spread.kinds())
          .isEqualTo(plainValues(plain, tag, query, start, end));
    }
  }

  private static Set<String> plainValues(
      PlainTags plain, FieldExpression.Reference tag, String query, long start, long end) {
    return tag instanceof FieldExpression.IntrinsicField field
            && IntrinsicValues.needsNoData(field.intrinsic())
        ? texts(IntrinsicValues.keywords(field.intrinsic()))
        : plain.values(tag, query, start, end == Long.MAX_VALUE ? -1L : end);
  }

  private static List<FieldExpression.Reference> tags() {
    List<FieldExpression.Reference> tags = new ArrayList<>();
    for (String key : RandomSpans.KEYS) {
      for (String scope :
          List.of(".", "span.", "resource.", "event.", "link.", "instrumentation.")) {
        tags.add(TraceQl.parseReference(scope + '"' + key + '"'));
      }
    }
    Arrays.stream(Intrinsic.values())
        // Random spans may be their own ancestors, and lists do not cut such circles.
        .filter(intrinsic -> intrinsic != Intrinsic.SPAN_CHILD_COUNT)
        .map(intrinsic -> TraceQl.parseReference(intrinsic.text()))
        .forEach(tags::add);
    return tags;
  }

  @Property(tries = 60)
  void namesAreThoseOfLists(@ForAll long seed) throws Exception {
    Random random = new Random(seed);
    TestSources spread = TestSources.of(RandomSpans.withRepeatedKeys(seed).spans(60), random);
    PlainTags plain = new PlainTags(spread.shares());
    RandomQueries queries = RandomQueries.withoutArithmetic(seed);
    for (int i = 0; i < 10; i++) {
      String query = i == 0 ? "{ }" : finished(queries.filter());
      boolean isFiltered =
          new RowFilter(query, 0, Long.MAX_VALUE).hasCondition(); // else by row group
      long start = isFiltered ? start(random) : 0;
      long end = isFiltered ? end(random, start) : Long.MAX_VALUE;
      TagNamesRequest request = new TagNamesRequest(SCOPES, query, start, end, TagLimits.NONE);
      assertThat(byScope(names(spread.sources(), request)))
          .as("%s from %d to %d over %s", query, start, end, spread.kinds())
          .isEqualTo(plain.names(query, start, end == Long.MAX_VALUE ? -1L : end));
    }
  }

  @Property(tries = 40)
  void namesWithoutFilterAreThoseOfTheRowGroupsInRange(@ForAll long seed) throws Exception {
    Random random = new Random(seed);
    TestSources spread = TestSources.of(RandomSpans.rich(seed).spans(60), random);
    PlainTags plain = new PlainTags(spread.shares());
    long start = start(random);
    long end = end(random, start);
    TagNamesRequest request = new TagNamesRequest(SCOPES, "", start, end, TagLimits.NONE);

    Map<TagScope, Set<String>> found = byScope(names(spread.sources(), request));

    plain
        .names("{ }", start, end == Long.MAX_VALUE ? -1L : end)
        .forEach((scope, names) -> assertThat(found.get(scope)).containsAll(names));
    found.forEach(
        (scope, names) -> assertThat(plain.names("{ }", 0, -1L).get(scope)).containsAll(names));
  }

  @Property(tries = 60)
  void limitsCutTheSameWhateverTheOrderOfSources(@ForAll long seed) throws Exception {
    Random random = new Random(seed);
    TestSources spread = TestSources.of(RandomSpans.rich(seed).spans(80), random);
    List<SpanSource> shuffled = new ArrayList<>(spread.sources());
    Collections.shuffle(shuffled, random);
    for (FieldExpression.Reference tag : tags()) {
      TagValues all = values(spread.sources(), tag, "", 0, Long.MAX_VALUE, TagLimits.NONE);
      int limit = 1 + random.nextInt(4);
      TagLimits limits =
          random.nextBoolean() ? new TagLimits(limit, 0, 0) : new TagLimits(0, 0, 4L * limit);

      TagValues some = values(spread.sources(), tag, "", 0, Long.MAX_VALUE, limits);

      assertThat(all.truncation()).isEqualTo(Truncation.NONE);
      assertThat(all.values()).containsAll(some.values());
      if (some.truncation() == Truncation.NONE) {
        assertThat(some.values()).isEqualTo(all.values());
      } else if (some.truncation() == Truncation.LIMIT) {
        assertThat(some.values()).hasSize(limit);
        assertThat(all.values()).hasSizeGreaterThan(limit);
      } else {
        assertThat(some.values().stream().mapToInt(value -> value.text().length()).sum())
            .isLessThanOrEqualTo(4 * limit);
      }
      assertThat(values(shuffled, tag, "", 0, Long.MAX_VALUE, limits).values())
          .isEqualTo(some.values());
    }
  }

  @Property(tries = 40)
  void piecesTogetherAreTheWhole(@ForAll long seed) throws Exception {
    TestSources spread = TestSources.of(RandomSpans.rich(seed).spans(80), new Random(seed));
    for (FieldExpression.Reference tag : tags()) {
      List<TagValue> pieces = new ArrayList<>();
      TagValuesQuery query =
          new TagValuesQuery(
              new TagValuesRequest(tag, "", 0, Long.MAX_VALUE, TagLimits.NONE),
              QueryContext.unbounded());
      TagValues whole = query.run(spread.sources(), piece -> pieces.addAll(piece.values()));
      assertThat(pieces).doesNotHaveDuplicates();
      assertThat(pieces).containsExactlyInAnyOrderElementsOf(whole.values());
    }
    Map<TagScope, Set<String>> pieces = new EnumMap<>(TagScope.class);
    TagNames whole =
        new TagNamesQuery(
                new TagNamesRequest(
                    EnumSet.allOf(TagScope.class), "", 0, Long.MAX_VALUE, TagLimits.NONE),
                QueryContext.unbounded())
            .run(
                spread.sources(),
                piece ->
                    piece
                        .scopes()
                        .forEach(scope ->
                            scope
                                .names()
                                .forEach(name ->
                                    assertThat(
                                            pieces
                                                .computeIfAbsent(
                                                    scope.scope(), key -> new TreeSet<>())
                                                .add(name))
                                        .as(name)
                                        .isTrue())));
    assertThat(pieces).isEqualTo(byScope(whole));
  }

  // ----

  /** A lone field counts as a condition that is not finished: it is left out here. */
  private static String finished(String query) {
    return "{ " + TraceQl.print(TraceQl.parseUnfinishedFilter(query).orElseThrow()) + " }";
  }

  private static long start(Random random) {
    return random.nextInt(3) == 0 ? 0 : RandomSpans.BASE + random.nextInt(2000) * 1_000_000L;
  }

  private static long end(Random random, long start) {
    return random.nextInt(3) == 0 ? Long.MAX_VALUE : start + random.nextInt(500) * 1_000_000L;
  }

  private static TagValues values(
      List<SpanSource> sources,
      FieldExpression.Reference tag,
      String query,
      long start,
      long end,
      TagLimits limits)
      throws Exception {
    return new TagValuesQuery(
            new TagValuesRequest(tag, query, start, end, limits), QueryContext.unbounded())
        .run(sources, piece -> {});
  }

  private static TagNames names(List<SpanSource> sources, TagNamesRequest request)
      throws Exception {
    return new TagNamesQuery(request, QueryContext.unbounded()).run(sources, piece -> {});
  }

  private static Map<TagScope, Set<String>> byScope(TagNames names) {
    return names.scopes().stream()
        .collect(
            Collectors.toMap(TagNames.ScopedNames::scope, scope -> new TreeSet<>(scope.names())));
  }

  private static Set<String> texts(List<TagValue> values) {
    Set<String> texts = new TreeSet<>();
    for (TagValue value : values) {
      String text =
          value.type() == TagValue.Type.FLOAT ? PlainTags.real(real(value.text())) : value.text();
      assertThat(texts.add(value.type().word() + " " + text)).as(text).isTrue();
    }
    return texts;
  }

  private static double real(String text) {
    return switch (text) {
      case "+Inf" -> Double.POSITIVE_INFINITY;
      case "-Inf" -> Double.NEGATIVE_INFINITY;
      default -> Double.parseDouble(text);
    };
  }
}
