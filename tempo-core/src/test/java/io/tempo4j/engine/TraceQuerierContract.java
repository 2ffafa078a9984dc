package io.tempo4j.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.trace.v1.Span;
import io.opentelemetry.proto.trace.v1.TracesData;
import io.tempo4j.model.TenantId;
import io.tempo4j.model.TraceId;
import io.tempo4j.query.QueryContext;
import io.tempo4j.query.QueryStoppedException;
import io.tempo4j.query.UnsupportedQueryException;
import io.tempo4j.query.diff.IncomparableTracesException;
import io.tempo4j.query.diff.TraceComparison;
import io.tempo4j.query.filter.TraceFilter;
import io.tempo4j.query.metrics.MetricsProgress;
import io.tempo4j.query.metrics.MetricsRequest;
import io.tempo4j.query.metrics.TimeSeries;
import io.tempo4j.query.search.SearchCursor;
import io.tempo4j.query.search.SearchRequest;
import io.tempo4j.query.search.TraceMatch;
import io.tempo4j.query.tags.TagLimits;
import io.tempo4j.query.tags.TagNames;
import io.tempo4j.query.tags.TagNamesRequest;
import io.tempo4j.query.tags.TagScope;
import io.tempo4j.query.tags.TagValue;
import io.tempo4j.query.tags.TagValues;
import io.tempo4j.query.tags.TagValuesRequest;
import io.tempo4j.query.tags.Truncation;
import io.tempo4j.query.trace.AssembledTrace;
import io.tempo4j.testkit.Spans;
import io.tempo4j.traceql.TraceQl;
import io.tempo4j.traceql.TraceQlException;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.IntFunction;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * What everybody does who answers queries. A test of an implementation extends this and says how
 * spans get there.
 *
 * <p>The spans are twelve traces of two spans each, the roots in one place, what is below them in
 * another; some are sent to both.
 */
public abstract class TraceQuerierContract {

  /** The most bytes of a trace that a subject gives. */
  protected static final int MAX_TRACE_BYTES = 64 << 10;

  private static final int TRACES = 12;
  private static final long SECOND = 1_000_000_000L;
  private static final long FROM = Spans.START - SECOND;
  private static final long TO = Spans.START + (TRACES + 1) * SECOND;
  private static final TenantId TENANT = new TenantId("one");
  private static final TenantId OTHER = new TenantId("other");
  private static final QueryContext CONTEXT = QueryContext.unbounded();

  /** Who is asked, and how spans get there. */
  public interface Subject extends AutoCloseable {
    /** Who is asked. */
    TraceQuerier querier();

    /** Takes spans, which can be found from then on. */
    void append(TenantId tenant, ExportTraceServiceRequest request) throws IOException;

    /** Lets what is appended from now on lie in another place than what was before. */
    void turn() throws IOException;

    /** Lets something be unreadable of what was appended before the last turn. */
    void lose() throws IOException;

    @Override
    void close() throws IOException;
  }

  private Subject subject;
  private TraceQuerier querier;

  /** Opens an empty one whose traces have at most {@link #MAX_TRACE_BYTES}. */
  protected abstract Subject open() throws IOException;

  @BeforeEach
  void fill() throws IOException {
    subject = open();
    querier = subject.querier();
    subject.append(TENANT, Spans.request("front", each(TraceQuerierContract::root)));
    subject.append(
        OTHER,
        Spans.request("elsewhere", List.of(root(0).toBuilder().setName("of another").build())));
    subject.turn();
    subject.append(TENANT, Spans.request("back", each(TraceQuerierContract::child)));
    // what a sender sends again whose answer was lost
    subject.append(TENANT, Spans.request("front", List.of(root(0), root(7))));
  }

  @AfterEach
  void close() throws IOException {
    subject.close();
  }

  private static TraceId id(int trace) {
    return new TraceId(0x7000 + trace * 37L % 11, trace + 1);
  }

  private static List<Span> each(IntFunction<Span> span) {
    return IntStream.range(0, TRACES).mapToObj(span).toList();
  }

  private static long start(int trace) {
    return Spans.START + trace * SECOND;
  }

  private static Span root(int trace) {
    return Spans.span(id(trace), 100 + trace, 0)
        .setName("root")
        .setStartTimeUnixNano(start(trace))
        .setEndTimeUnixNano(start(trace) + 1_000_000)
        .addAttributes(Spans.text("user", "user-" + trace % 5))
        .addAttributes(Spans.number("at", trace))
        .build();
  }

  /** Ends later than its root, by another time in each trace. */
  private static Span child(int trace) {
    return Spans.span(id(trace), 200 + trace, 100 + trace)
        .setName(trace % 2 == 0 ? "even" : "odd")
        .setStartTimeUnixNano(start(trace) + 500_000)
        .setEndTimeUnixNano(start(trace) + 10_000_000 + (trace * 5L % 12) * 1_000_000)
        .addAttributes(Spans.text("table", "t" + trace % 3))
        .build();
  }

  // ---- trace by id

  private static List<String> names(AssembledTrace trace) throws IOException {
    return TracesData.parseFrom(trace.tracesData()).getResourceSpansList().stream()
        .flatMap(resource -> resource.getScopeSpansList().stream())
        .flatMap(scope -> scope.getSpansList().stream())
        .map(Span::getName)
        .toList();
  }

  @Test
  void aTraceIsPutTogetherFromAllPlacesWithEachSpanOnce() throws Exception {
    for (int trace = 0; trace < TRACES; trace++) {
      AssembledTrace found = querier.findTrace(TENANT, id(trace));
      assertThat(names(found)).containsExactly("root", trace % 2 == 0 ? "even" : "odd");
      assertThat(found.spanCount()).isEqualTo(2);
      assertThat(found.isPartial() || found.isFiltered() || found.isMissing()).isFalse();
      assertThat(found.coverage().isComplete()).isTrue();
    }
  }

  @Test
  void aTraceThatIsNowhereIsMissing() throws Exception {
    AssembledTrace found = querier.findTrace(TENANT, new TraceId(9, 9));
    assertThat(found.isMissing()).isTrue();
    assertThat(found.tracesData()).isEmpty();
  }

  @Test
  void aFilterSeesTheTraceAsAWhole() throws Exception {
    TraceFilter below = TraceFilter.matching("{ parent.user = \"user-1\" }");
    AssembledTrace found = querier.findTrace(TENANT, id(1), below, CONTEXT);
    assertThat(names(found)).containsExactly("odd");
    assertThat(found.isFiltered()).isTrue();
    assertThat(names(querier.findTrace(TENANT, id(1), below.withAncestors(1), CONTEXT)))
        .containsExactly("root", "odd");
    assertThat(querier.findTrace(TENANT, id(2), below, CONTEXT).spanCount()).isZero();
    assertThat(querier.findTrace(TENANT, id(2), below, CONTEXT).isFiltered()).isTrue();
    assertThat(querier.findTrace(TENANT, new TraceId(9, 9), below, CONTEXT).isMissing()).isTrue();
  }

  @Test
  void aTraceThatIsTooLargeComesInPart() throws Exception {
    for (int i = 0; i < 2; i++) {
      int from = 1000 * (i + 1);
      List<Span> spans = new ArrayList<>();
      for (int span = 0; span < 700; span++) {
        spans.add(
            Spans.span(new TraceId(8, 8), from + span, 0)
                .addAttributes(Spans.text("text", "value %030d".formatted(span)))
                .build());
      }
      subject.append(TENANT, Spans.request("large", spans));
      subject.turn();
    }
    AssembledTrace found = querier.findTrace(TENANT, new TraceId(8, 8));
    assertThat(found.isPartial()).isTrue();
    assertThat(found.tracesData().length).isBetween(MAX_TRACE_BYTES / 2, MAX_TRACE_BYTES);
    assertThat(found.spanCount()).isEqualTo(names(found).size()).isLessThan(1400);
    assertThatThrownBy(() -> querier.compareTraces(TENANT, id(1), new TraceId(8, 8), CONTEXT))
        .isInstanceOf(IncomparableTracesException.class)
        .hasMessageContaining("larger than " + MAX_TRACE_BYTES);
    // an answer to a search has it as a whole, or says that it does not
    var search = querier.search(TENANT, search("{ span.text != nil } | count() > 1000", 10));
    assertThat(search.traces().size() == 1 || !search.coverage().isComplete()).isTrue();
    var counted = querier.metrics(TENANT, instant("{ span.text != nil } | count_over_time()"));
    assertThat(sum(counted.series()) == 1400 || !counted.coverage().isComplete()).isTrue();
  }

  // ---- comparison

  @Test
  void tracesAreComparedAsWholes() throws Exception {
    TraceComparison comparison = querier.compareTraces(TENANT, id(2), id(3), CONTEXT);
    assertThat(comparison.summary().base().spanCount()).isEqualTo(2);
    assertThat(comparison.summary().compare().spanCount()).isEqualTo(2);
    assertThat(comparison.coverage().isComplete()).isTrue();
    assertThatThrownBy(() -> querier.compareTraces(TENANT, id(2), new TraceId(9, 9), CONTEXT))
        .isInstanceOf(IncomparableTracesException.class)
        .hasMessageContaining("not stored");
  }

  // ---- search

  private static SearchRequest search(String query, int limit) {
    return new SearchRequest(query, 0, -1L, limit, 10);
  }

  private List<Long> found(String query, int limit) throws IOException {
    var result = querier.search(TENANT, search(query, limit));
    assertThat(result.coverage().isComplete()).isTrue();
    return result.traces().stream().map(match -> match.traceId().low() - 1).toList();
  }

  private static List<Long> newestFirst(Predicate<Integer> wanted) {
    return IntStream.range(0, TRACES)
        .map(i -> TRACES - 1 - i)
        .boxed()
        .filter(wanted)
        .map(Integer::longValue)
        .toList();
  }

  @Test
  void resultsStandNewestFirstUpToTheLimit() throws Exception {
    assertThat(found("{ }", 100)).isEqualTo(newestFirst(trace -> true));
    for (int limit = 1; limit <= TRACES; limit++) {
      assertThat(found("{ }", limit)).isEqualTo(newestFirst(trace -> true).subList(0, limit));
    }
    assertThat(found("{ span.table = \"t1\" }", 2)).containsExactly(10L, 7L);
    assertThat(found("{ span.user = \"user-2\" }", 5)).containsExactly(7L, 2L);
    assertThat(found("{ span.user = \"nobody\" }", 5)).isEmpty();
  }

  @Test
  void resultsStandLongestFirstIfThatIsAskedFor() throws Exception {
    List<Long> longest =
        IntStream.range(0, TRACES)
            .boxed()
            .sorted(Comparator.comparing((Integer trace) -> -(trace * 5 % 12)))
            .map(Integer::longValue)
            .toList();
    for (int limit = 1; limit <= TRACES; limit++) {
      for (String query : List.of("{ }", "{ name = \"root\" }", "{ } >> { }")) {
        assertThat(found(query + " with (order=duration)", limit))
            .as(query)
            .isEqualTo(longest.subList(0, limit));
      }
    }
  }

  @Test
  void aTraceIsEvaluatedAsOneWhereverItsSpansAre() throws Exception {
    assertThat(found("{ name = \"root\" } >> { name = \"even\" }", 100))
        .isEqualTo(newestFirst(trace -> trace % 2 == 0));
    assertThat(found("{ } | count() = 2", 100)).hasSize(TRACES);
    assertThat(found("{ } | count() > 2", 100)).isEmpty();
    assertThat(found("{ name = \"root\" } && { span.table = \"t0\" }", 2)).containsExactly(9L, 6L);
    assertThat(found("{ parent.user = \"user-1\" }", 100)).containsExactly(11L, 6L, 1L);
    assertThat(found("{ rootName = \"root\" && span.table = \"t2\" }", 2)).containsExactly(11L, 8L);
    assertThat(found("{ traceDuration > 18ms && name = \"odd\" }", 100)).containsExactly(9L, 7L);
    assertThat(found("{ name = \"root\" } !>> { name = \"odd\" }", 100)).isEmpty();
  }

  @Test
  void aResultSpeaksOfTheWholeTrace() throws Exception {
    for (String query : List.of("{ }", "{ } | count() > 0")) {
      TraceMatch match = querier.search(TENANT, search(query, 5)).traces().get(4);
      assertThat(match.traceId()).isEqualTo(id(7));
      assertThat(match.rootServiceName()).isEqualTo("front");
      assertThat(match.rootTraceName()).isEqualTo("root");
      assertThat(match.startNanos()).isEqualTo(start(7));
      assertThat(match.durationNanos()).isEqualTo(21_000_000);
      assertThat(match.serviceStats())
          .isEqualTo(
              Map.of(
                  "front", new TraceMatch.ServiceStats(1, 0),
                  "back", new TraceMatch.ServiceStats(1, 0)));
      assertThat(match.spansets()).hasSize(1);
      assertThat(match.spansets().get(0).matched()).isEqualTo(2);
      assertThat(match.spansets().get(0).spans())
          .extracting(span -> span.spanId())
          .containsExactly(107L, 207L);
    }
  }

  @Test
  void onlyTracesOfTheRangeAreFound() throws Exception {
    SearchRequest some = new SearchRequest("{ }", start(3), start(5), 100, 10);
    assertThat(querier.search(TENANT, some).traces())
        .extracting(TraceMatch::traceId)
        .containsExactly(id(5), id(4), id(3));
    SearchRequest none = new SearchRequest("{ }", TO, -1L, 100, 10);
    assertThat(querier.search(TENANT, none).traces()).isEmpty();
  }

  @Test
  void aCursorGivesTheSameOneByOne() throws Exception {
    for (String query : List.of("{ }", "{ } >> { }", "{ } with (order=duration)")) {
      List<TraceMatch> all = querier.search(TENANT, search(query, 7)).traces();
      List<TraceMatch> each = new ArrayList<>();
      try (SearchCursor cursor = querier.searchCursor(TENANT, search(query, 7), CONTEXT)) {
        Optional<TraceMatch> next = cursor.next();
        while (next.isPresent()) {
          each.add(next.get());
          cursor.rest();
          next = cursor.next();
        }
        assertThat(cursor.coverage().isComplete()).isTrue();
        assertThat(cursor.stats().sources()).isPositive();
      }
      assertThat(each).hasSize(7).isEqualTo(all);
    }
    SearchCursor closed = querier.searchCursor(TENANT, search("{ }", 7), CONTEXT);
    closed.close();
    closed.close();
    assertThatThrownBy(closed::next).isInstanceOf(IllegalStateException.class);
  }

  // ---- metrics

  private static MetricsRequest instant(String query) {
    return MetricsRequest.instant(query, FROM, TO);
  }

  private static double sum(List<TimeSeries> series) {
    return series.stream()
        .flatMapToDouble(one -> Arrays.stream(one.values()))
        .filter(Double::isFinite)
        .sum();
  }

  private double counted(String query) throws IOException {
    var result = querier.metrics(TENANT, instant(query));
    assertThat(result.coverage().isComplete()).isTrue();
    return sum(result.series());
  }

  @Test
  void eachSpanCountsOnce() throws Exception {
    assertThat(counted("{ } | count_over_time()")).isEqualTo(24);
    assertThat(counted("{ name = \"root\" } | count_over_time() by (span.user)")).isEqualTo(12);
    assertThat(counted("{ } | sum_over_time(span.at)")).isEqualTo(66);
    assertThat(counted("{ } | max_over_time(span.at)")).isEqualTo(11);
    assertThat(counted("{ } | histogram_over_time(duration)")).isEqualTo(24);
    assertThat(counted("{ name = \"root\" } | quantile_over_time(span.at, 0.5)")).isPositive();
  }

  @Test
  void spansOfTwoPlacesAreRelatedBeforeTheyAreCounted() throws Exception {
    assertThat(counted("{ name = \"root\" } >> { } | count_over_time()")).isEqualTo(12);
    assertThat(counted("{ parent.user = \"user-1\" } | count_over_time()")).isEqualTo(3);
    assertThat(counted("{ rootName = \"root\" } | count_over_time() by (name)")).isEqualTo(24);
    assertThat(counted("{ name = \"odd\" } << { } | count_over_time()")).isEqualTo(6);
  }

  @Test
  void aRangeHasOneValueAtEachStep() throws Exception {
    var result =
        querier.metrics(
            TENANT, MetricsRequest.range("{ } | count_over_time() by (name)", FROM, TO, SECOND));
    Map<String, Double> byName = new TreeMap<>();
    for (TimeSeries series : result.series()) {
      byName.put(series.labels().toString(), sum(List.of(series)));
      for (double value : series.values()) {
        assertThat(value).isIn(0.0, 1.0, Double.NaN);
      }
    }
    assertThat(byName.values()).containsExactlyInAnyOrder(6.0, 6.0, 12.0);
  }

  @Test
  void exemplarsAreOfSpansThatCount() throws Exception {
    var result =
        querier.metrics(
            TENANT, instant("{ name = \"odd\" } | count_over_time()").withExemplars(50));
    assertThat(result.series().get(0).exemplars())
        .isNotEmpty()
        .allMatch(exemplar -> exemplar.traceId().low() % 2 == 0);
  }

  @Test
  void theProgressOfMetricsEndsWithTheAnswer() throws Exception {
    for (String query : List.of("{ } | count_over_time()", "{ } >> { } | count_over_time()")) {
      List<Double> soFar = new ArrayList<>();
      List<Boolean> done = new ArrayList<>();
      var result =
          querier.metrics(
              TENANT,
              instant(query),
              CONTEXT,
              (MetricsProgress progress) -> {
                soFar.add(sum(progress.result().series()));
                done.add(progress.completedSources() == progress.totalSources());
              });
      assertThat(soFar).isNotEmpty().isSorted();
      assertThat(soFar.getLast()).isEqualTo(sum(result.series()));
      assertThat(done.getLast()).isTrue();
      assertThat(done.subList(0, done.size() - 1)).containsOnly(false);
    }
  }

  // ---- tags

  private static TagNamesRequest namesRequest(String filter, TagLimits limits) {
    return new TagNamesRequest(
        EnumSet.of(TagScope.RESOURCE, TagScope.SPAN), filter, 0, Long.MAX_VALUE, limits);
  }

  private static TagValuesRequest valuesRequest(String tag, String filter, TagLimits limits) {
    return new TagValuesRequest(TraceQl.parseReference(tag), filter, 0, Long.MAX_VALUE, limits);
  }

  private static List<String> names(TagNames names) {
    return names.scopes().stream()
        .flatMap(scope -> scope.names().stream().map(name -> scope.scope().word() + "." + name))
        .toList();
  }

  private static List<String> texts(TagValues values) {
    return values.values().stream().map(TagValue::text).toList();
  }

  @Test
  void namesComeFromEverywhereAndEachPieceIsNew() throws Exception {
    List<String> pieces = new ArrayList<>();
    TagNames all =
        querier.tagNames(
            TENANT,
            namesRequest("", TagLimits.NONE),
            CONTEXT,
            piece -> pieces.addAll(names(piece)));
    assertThat(names(all))
        .containsExactly("resource.service.name", "span.at", "span.table", "span.user");
    assertThat(pieces).containsExactlyInAnyOrderElementsOf(names(all));
    assertThat(all.truncation()).isEqualTo(Truncation.NONE);
    assertThat(all.coverage().isComplete()).isTrue();
    assertThat(
            names(
                querier.tagNames(
                    TENANT, namesRequest("{ name = \"odd\" }", TagLimits.NONE), CONTEXT)))
        .containsExactly("resource.service.name", "span.table");
    TagNames two = querier.tagNames(TENANT, namesRequest("", new TagLimits(2, 0, 0)), CONTEXT);
    assertThat(names(two)).hasSize(3).isSubsetOf(names(all));
    assertThat(two.truncation()).isEqualTo(Truncation.LIMIT);
  }

  @Test
  void valuesComeFromEverywhereAndEachPieceIsNew() throws Exception {
    List<String> pieces = new ArrayList<>();
    TagValues services =
        querier.tagValues(
            TENANT,
            valuesRequest("resource.service.name", "", TagLimits.NONE),
            CONTEXT,
            piece -> pieces.addAll(texts(piece)));
    assertThat(texts(services)).containsExactly("back", "front");
    assertThat(pieces).containsExactlyInAnyOrder("back", "front");
    assertThat(services.truncation()).isEqualTo(Truncation.NONE);
    assertThat(
            texts(querier.tagValues(TENANT, valuesRequest("span.at", "", TagLimits.NONE), CONTEXT)))
        .containsExactly("0", "1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11");
    assertThat(
            texts(
                querier.tagValues(
                    TENANT,
                    valuesRequest("name", "{ span.table = \"t1\" }", TagLimits.NONE),
                    CONTEXT)))
        .containsExactly("even", "odd");
    TagValues some =
        querier.tagValues(TENANT, valuesRequest("name", "", new TagLimits(2, 0, 0)), CONTEXT);
    assertThat(texts(some)).hasSize(2).isSubsetOf("even", "odd", "root");
    assertThat(some.truncation()).isEqualTo(Truncation.LIMIT);
    TagValues bytes =
        querier.tagValues(TENANT, valuesRequest("name", "", new TagLimits(0, 0, 8)), CONTEXT);
    assertThat(texts(bytes)).isNotEmpty().isSubsetOf("even", "odd", "root");
    assertThat(String.join("", texts(bytes))).hasSizeLessThanOrEqualTo(8);
    assertThat(bytes.truncation()).isEqualTo(Truncation.BYTES);
    assertThat(
            texts(querier.tagValues(TENANT, valuesRequest("status", "", TagLimits.NONE), CONTEXT)))
        .contains("error", "ok", "unset");
  }

  // ---- tenants

  @Test
  void nobodySeesSpansOfOthers() throws Exception {
    assertThat(names(querier.findTrace(OTHER, id(0)))).containsExactly("of another");
    assertThat(querier.findTrace(OTHER, id(1)).isMissing()).isTrue();
    assertThat(querier.search(OTHER, search("{ }", 100)).traces())
        .extracting(TraceMatch::traceId)
        .containsExactly(id(0));
    assertThat(sum(querier.metrics(OTHER, instant("{ } | count_over_time()")).series()))
        .isEqualTo(1);
    assertThat(texts(querier.tagValues(OTHER, valuesRequest("name", "", TagLimits.NONE), CONTEXT)))
        .containsExactly("of another");
    TenantId nobody = new TenantId("nobody");
    assertThat(querier.findTrace(nobody, id(0)).isMissing()).isTrue();
    assertThat(querier.search(nobody, search("{ }", 100)).traces()).isEmpty();
    assertThat(querier.metrics(nobody, instant("{ } | rate()")).series()).hasSizeLessThan(2);
    assertThat(names(querier.tagNames(nobody, namesRequest("", TagLimits.NONE), CONTEXT)))
        .isEmpty();
  }

  // ---- ends

  private List<ThrowingCallable> everyKind(QueryContext context) {
    return List.of(
        () -> querier.findTrace(TENANT, id(1), context),
        () -> querier.findTrace(TENANT, id(1), TraceFilter.matching("{ span.at = 1 }"), context),
        () -> querier.compareTraces(TENANT, id(1), id(2), context),
        () -> querier.search(TENANT, search("{ name = \"root\" }", 5), context),
        () -> querier.search(TENANT, search("{ } with (order=duration)", 5), context),
        () -> {
          try (SearchCursor cursor = querier.searchCursor(TENANT, search("{ }", 5), context)) {
            cursor.next();
          }
        },
        () -> querier.metrics(TENANT, instant("{ } | rate()"), context),
        () -> querier.metrics(TENANT, instant("{ } >> { } | rate()"), context),
        () -> querier.tagNames(TENANT, namesRequest("", TagLimits.NONE), context),
        () -> querier.tagValues(TENANT, valuesRequest("name", "", TagLimits.NONE), context));
  }

  @Test
  void aDeadlineEndsEveryQuery() {
    QueryContext over = QueryContext.of(System::nanoTime, Duration.ZERO, () -> false);
    for (ThrowingCallable query : everyKind(over)) {
      assertThatThrownBy(query)
          .isInstanceOfSatisfying(
              QueryStoppedException.class,
              e -> assertThat(e.reason()).isEqualTo(QueryStoppedException.Reason.DEADLINE));
    }
  }

  @Test
  void aCancellationEndsEveryQuery() {
    QueryContext cancelled = QueryContext.of(System::nanoTime, Duration.ofDays(1), () -> true);
    for (ThrowingCallable query : everyKind(cancelled)) {
      assertThatThrownBy(query)
          .isInstanceOfSatisfying(
              QueryStoppedException.class,
              e -> assertThat(e.reason()).isEqualTo(QueryStoppedException.Reason.CANCELLED));
    }
  }

  @Test
  void queriesThatAreWrongAreRefused() {
    assertThatThrownBy(() -> querier.search(TENANT, search("{ span.a = }", 5)))
        .isInstanceOf(TraceQlException.class);
    assertThatThrownBy(() -> querier.search(TENANT, search("{ } | rate()", 5)))
        .isInstanceOf(UnsupportedQueryException.class);
    assertThatThrownBy(() -> querier.searchCursor(TENANT, search("{ } | rate()", 5), CONTEXT))
        .isInstanceOf(UnsupportedQueryException.class);
    assertThatThrownBy(() -> querier.metrics(TENANT, instant("{ }")))
        .isInstanceOf(UnsupportedQueryException.class);
    assertThatThrownBy(
            () -> querier.findTrace(TENANT, id(1), TraceFilter.matching("{ } | rate()"), CONTEXT))
        .isInstanceOf(UnsupportedQueryException.class);
  }

  @Test
  void everyAnswerSaysWhatItLacks() throws Exception {
    subject.lose();
    // What is unreadable may be known from the second answer on.
    querier.findTrace(TENANT, id(1));
    AssembledTrace trace = querier.findTrace(TENANT, id(1));
    assertThat(trace.coverage().isComplete()).isFalse();
    assertThat(names(trace)).containsExactly("odd");
    assertThat(querier.findTrace(TENANT, id(1), TraceFilter.matching("{ }"), CONTEXT).coverage())
        .isEqualTo(trace.coverage());
    assertThat(querier.compareTraces(TENANT, id(1), id(2), CONTEXT).coverage())
        .isEqualTo(trace.coverage());
    for (String query : List.of("{ }", "{ } | count() > 0", "{ } with (order=duration)")) {
      var search = querier.search(TENANT, search(query, 100));
      assertThat(search.traces()).hasSize(TRACES);
      assertThat(search.coverage()).isEqualTo(trace.coverage());
      try (SearchCursor cursor = querier.searchCursor(TENANT, search(query, 100), CONTEXT)) {
        assertThat(cursor.next()).isPresent();
        assertThat(cursor.coverage()).isEqualTo(trace.coverage());
      }
    }
    for (String query : List.of("{ } | count_over_time()", "{ } << { } | count_over_time()")) {
      assertThat(querier.metrics(TENANT, instant(query)).coverage()).isEqualTo(trace.coverage());
    }
    assertThat(querier.tagNames(TENANT, namesRequest("", TagLimits.NONE), CONTEXT).coverage())
        .isEqualTo(trace.coverage());
    assertThat(
            querier
                .tagValues(TENANT, valuesRequest("name", "", TagLimits.NONE), CONTEXT)
                .coverage())
        .isEqualTo(trace.coverage());
  }
}
