package io.tempo4j.query.search;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.InstrumentationScope;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.resource.v1.Resource;
import io.opentelemetry.proto.trace.v1.Span;
import io.opentelemetry.proto.trace.v1.Status;
import io.tempo4j.column.SpanSource;
import io.tempo4j.model.AttributeValue;
import io.tempo4j.query.QueryContext;
import io.tempo4j.query.oracle.PlainSpan;
import io.tempo4j.query.oracle.RandomSpans;
import io.tempo4j.query.oracle.TestSources;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What stands above filters means, case by case, for a trace in one source and for the same trace
 * in three. The trace, with services, durations and errors (!):
 *
 * <pre>
 * front          a  1 s      n=1
 * +- get         a  100 ms   n=2
 * |  `- serve    b  80 ms !  n=3.5
 * |     +- read  b  20 ms !  n=4
 * |     `- write b  30 ms    n="x"
 * `- put         a  50 ms !
 * second         a  10 ms    (another root)
 * orphan         b  5 ms !   parent not there
 * `- lost        b  4 ms
 * </pre>
 */
class PipelineSemanticsTest {

  private static final long MILLI = 1_000_000;

  private static final List<PlainSpan> TRACE =
      List.of(
          span(1, 0, "front", "a", 1000, false, number(1)),
          span(2, 1, "get", "a", 100, false, number(2)),
          span(3, 2, "serve", "b", 80, true, AnyValue.newBuilder().setDoubleValue(3.5).build()),
          span(4, 3, "read", "b", 20, true, number(4)),
          span(5, 3, "write", "b", 30, false, AnyValue.newBuilder().setStringValue("x").build()),
          span(6, 1, "put", "a", 50, true, null),
          span(7, 0, "second", "a", 10, false, null),
          span(8, 99, "orphan", "b", 5, true, null),
          span(9, 8, "lost", "b", 4, false, null));

  private final SearchEngine engine = new SearchEngine();

  @ParameterizedTest(name = "{0}")
  @ValueSource(
      strings = {
        // children, parents
        "{ name = \"front\" } > { } => get put",
        "{ } > { name = \"front\" } =>",
        "{ } > { status = error } => serve read put",
        "{ status = error } > { status = error } => read",
        "{ name = \"read\" } < { } => serve",
        "{ status = error } < { resource.service.name = \"a\" } => front get",
        // descendants, ancestors
        "{ name = \"get\" } >> { } => serve read write",
        "{ name = \"front\" } >> { status = error } => serve read put",
        "{ } >> { name = \"front\" } =>",
        "{ name = \"write\" } << { } => front get serve",
        "{ status = error } << { name = \"front\" } => front",
        // siblings: never of oneself; roots are siblings
        "{ name = \"read\" } ~ { } => write",
        "{ name = \"read\" } ~ { name = \"read\" } =>",
        "{ } ~ { } => front get read write put second",
        "{ name = \"second\" } ~ { } => front",
        // negated: also spans that are connected to nothing, also if there is no left side
        "{ name = \"front\" } !> { status = error } => serve read orphan",
        "{ name = \"front\" } !>> { } => front second orphan lost",
        "{ name = \"none\" } !> { status = error } => serve read put orphan",
        "{ name = \"read\" } !< { resource.service.name = \"b\" } => read write orphan lost",
        "{ name = \"read\" } !<< { } => read write put second orphan lost",
        "{ name = \"get\" } !~ { resource.service.name = \"a\" } => front get second",
        // both sides
        "{ name = \"front\" } &> { } => front get put",
        "{ name = \"get\" } &>> { status = error } => get serve read",
        "{ name = \"read\" } &< { } => serve read",
        "{ name = \"write\" } &<< { resource.service.name = \"a\" } => front get write",
        "{ name = \"read\" } &~ { } => read write",
        "{ name = \"none\" } &>> { } =>",
        // what is not connected to a root is related to nothing
        "{ name = \"orphan\" } > { } =>",
        "{ name = \"orphan\" } >> { name = \"lost\" } =>",
        "{ name = \"lost\" } << { } =>",
        // structural operators bind more strongly, and group from the left
        "{ name = \"front\" } > { } > { } => serve",
        "{ name = \"front\" } > ({ } > { name = \"serve\" }) =>",
        "{ name = \"front\" } >> ({ } > { name = \"serve\" }) => serve",
        "{ name = \"read\" } && { name = \"front\" } > { name = \"put\" } => read put",
        "{ name = \"none\" } || { name = \"front\" } > { name = \"put\" } => put",
        "{ name = \"none\" } && { name = \"front\" } > { name = \"put\" } =>",
        "({ name = \"front\" } || { name = \"get\" }) > { } => get serve put",
        // aggregates
        "{ status = error } | count() > 3 => serve read put orphan [count()=4]",
        "{ status = error } | count() > 4 =>",
        "{ } | count() = 9 => front get serve read write put second orphan lost [count()=9]",
        "{ resource.service.name = \"a\" } | sum(duration) = 1160ms"
            + " => front get put second [sum(duration)=1.16s]",
        "{ resource.service.name = \"a\" } | avg(duration) > 200ms"
            + " => front get put second [avg(duration)=290ms]",
        "{ resource.service.name = \"b\" } | max(duration) < 100ms"
            + " => serve read write orphan lost [max(duration)=80ms]",
        "{ resource.service.name = \"b\" } | min(duration) = 4ms"
            + " => serve read write orphan lost [min(duration)=4ms]",
        // spans without a number count for nothing
        "{ resource.service.name = \"a\" } | sum(.n) = 3 => front get put second [sum(.n)=3]",
        "{ resource.service.name = \"b\" } | avg(.n) = 3.75"
            + " => serve read write orphan lost [avg(.n)=3.75]",
        "{ resource.service.name = \"b\" } | min(.n) < 4"
            + " => serve read write orphan lost [min(.n)=3.5]",
        "{ resource.service.name = \"b\" } | max(.n) = 4"
            + " => serve read write orphan lost [max(.n)=4]",
        "{ name = \"put\" } | sum(.n) = 0 =>",
        "{ name = \"put\" } | sum(.n) != 0 =>",
        // calculated with, on both sides
        "{ status = error } | count() * 2 = 8 => serve read put orphan [count()=4]",
        "{ status = error } | max(duration) > min(duration) * 3"
            + " => serve read put orphan [max(duration)=80ms min(duration)=5ms]",
        "{ status = error } | sum(duration) / count() > 38ms"
            + " => serve read put orphan [sum(duration)=155ms count()=4]",
        "{ status = error } | 3 < count() => serve read put orphan [count()=4]",
        "{ name = \"read\" } | count() / (count() - count()) = 1 =>",
        // of an expression over spans
        "{ status = error } | sum(.n * 2) = 15 => serve read put orphan [sum(.n * 2)=15.0]",
        // by
        "{ status = error } | by(resource.service.name)"
            + " => serve read orphan [by(resource.service.name)=b]"
            + " / put [by(resource.service.name)=a]",
        "{ status = error } | by(resource.service.name) | count() > 2"
            + " => serve read orphan [by(resource.service.name)=b count()=3]",
        "{ status = error } | by(.n)"
            + " => serve [by(.n)=3.5] / read [by(.n)=4] / put orphan [by(.n)=nil]",
        "{ resource.service.name = \"a\" } | by(duration > 70ms)"
            + " => front get [by(duration > 70ms)=true] / put second [by(duration > 70ms)=false]",
        "{ name =~ \"get|put\" } | by(duration)"
            + " => get [by(duration)=100ms] / put [by(duration)=50ms]",
        "{ } | by(status) | by(resource.service.name) | count() = 1"
            + " => put [by(status)=error by(resource.service.name)=a count()=1]",
        "{ } | by(rootName) | count() = 9"
            + " => front get serve read write put second orphan lost"
            + " [by(rootName)=front count()=9]",
        // coalesce keeps what all have in common
        "{ status = error } | by(resource.service.name) | coalesce() => serve read put orphan",
        "{ status = error } | by(status) | by(.n) | coalesce()"
            + " => serve read put orphan [by(status)=error]",
        "{ status = error } | by(resource.service.name) | count() > 2 | coalesce() | count() = 3"
            + " => serve read orphan [by(resource.service.name)=b count()=3]",
        "{ status = error } | coalesce() | coalesce() => serve read put orphan",
        // filters and operators behind other stages work on each spanset
        "{ status = error } | count() > 3 | { duration > 30ms } => serve put [count()=4]",
        "{ } | by(resource.service.name) | { name = \"serve\" } > { }"
            + " => read write [by(resource.service.name)=b]",
        "{ } | by(resource.service.name) | { status = error } && { name = \"lost\" }"
            + " => serve read orphan lost [by(resource.service.name)=b]",
        "{ } | by(status) | { } >> { name = \"read\" } => read [by(status)=error]",
        "{ } | { } | { status = error } | { name = \"put\" } => put",
        // select keeps everything
        "{ name = \"put\" } | select(.n) | count() = 1 => put [count()=1]",
        "select(.n) => front get serve read write put second orphan lost",
        // the first stage works on the whole trace
        "by(resource.service.name) | count() = 4"
            + " => front get put second [by(resource.service.name)=a count()=4]",
        "count() = 9 => front get serve read write put second orphan lost [count()=9]",
        // pipelines in parentheses
        "({ status = error } | count() > 3) => serve read put orphan [count()=4]",
        "({ status = error } | count() > 3) && { name = \"front\" } => front serve read put orphan",
        "({ status = error } | count() > 4) && { name = \"front\" } =>",
        "({ status = error } | count() > 4) || { name = \"front\" } => front",
        "({ } | by(resource.service.name) | count() = 4) >> { name = \"read\" } => read",
        "({ } | by(resource.service.name)) > { name = \"serve\" } => serve",
        "{ } | by(resource.service.name) | ({ status = error } | by(.n) | coalesce())"
            + " => put [by(resource.service.name)=a by(.n)=nil]"
            + " / serve read orphan [by(resource.service.name)=b]",
        "{ } | ({ status = error } | count() > 3) | { name = \"put\" } => put [count()=4]",
        // values of pipelines: the only one keeps its spansets
        "({ status = error } | count()) > 3 => serve read put orphan [count()=4]",
        "({ status = error } | by(resource.service.name) | count()) > 2"
            + " => serve read orphan [by(resource.service.name)=b count()=3]",
        "({ status = error } | count()) * 2 > 6 => serve read put orphan [count()=4]",
        // several: the spans of all of them
        "({ status = error } | count()) > ({ name =~ \"g.*\" } | count())"
            + " => get serve read put orphan",
        "({ status = error } | count()) < ({ name =~ \"g.*\" } | count()) =>",
        "({ name = \"none\" } | count()) < ({ name = \"get\" } | count()) => get",
        "({ name = \"none\" } | count()) = 0 =>",
        "({ status = error } | max(duration)) < ({ status = unset } | max(duration))"
            + " => front get serve read write put second orphan lost",
        // behind other stages they compare, and the spanset stays
        "{ name = \"put\" } | ({ status = error } | count()) > ({ name = \"get\" } | count()) => put",
        "{ name = \"put\" } | ({ status = error } | count()) > 3 => put",
        "{ name = \"put\" } | count() < ({ status = error } | count()) => put [count()=1]",
        // fields that need the whole trace
        "{ parent.n = 1 } => get put",
        "{ parent.service.name != resource.service.name } => serve",
        "{ childCount = 2 } => front serve",
        "{ nestedSetParent < 0 } => front second",
        "{ !(nestedSetParent < 0) && resource.service.name = \"a\" } => get put",
        "{ traceDuration >= 1s && name = \"put\" } => put",
        "{ rootName = \"second\" } =>",
        "{ name = \"front\" } > { childCount = 0 } => put",
      })
  void gives(String queryAndSpansets) throws IOException {
    int split = queryAndSpansets.lastIndexOf(" =>");
    String query = queryAndSpansets.substring(0, split);
    String expected = queryAndSpansets.substring(split + 3).strip();
    Random random = new Random(1);
    for (TestSources.Kind kind : TestSources.Kind.values()) {
      assertThat(spansets(query, List.of(TestSources.source("s", kind, TRACE, random))))
          .as("%s in %s", query, kind)
          .isEqualTo(expected);
      List<SpanSource> thirds = new ArrayList<>();
      for (int i = 0; i < 3; i++) {
        int rest = i;
        List<PlainSpan> share = TRACE.stream().filter(s -> s.spanId() % 3 == rest).toList();
        thirds.add(TestSources.source("s" + i, kind, share, random));
      }
      assertThat(spansets(query, thirds)).as("%s in three %s", query, kind).isEqualTo(expected);
    }
  }

  private String spansets(String query, List<SpanSource> sources) throws IOException {
    SearchRequest request = new SearchRequest(query, 0, Long.MAX_VALUE, 10, 100);
    return engine.search(sources, request, QueryContext.unbounded()).traces().stream()
        .flatMap(trace -> trace.spansets().stream())
        .map(PipelineSemanticsTest::text)
        .collect(Collectors.joining(" / "));
  }

  private static String text(SpansetMatch spanset) {
    assertThat(spanset.matched()).isEqualTo(spanset.spans().size());
    String names =
        spanset.spans().stream().map(s -> name(s.spanId())).collect(Collectors.joining(" "));
    String values =
        spanset.attributes().stream()
            .map(a -> a.key() + "=" + text(a.value()))
            .collect(Collectors.joining(" "));
    return values.isEmpty() ? names : names + " [" + values + "]";
  }

  private static String text(AttributeValue value) {
    return switch (value) {
      case AttributeValue.StringValue v -> v.value();
      case AttributeValue.IntValue v -> Long.toString(v.value());
      case AttributeValue.DoubleValue v -> Double.toString(v.value());
      case AttributeValue.BoolValue v -> Boolean.toString(v.value());
      default -> value.toString();
    };
  }

  private static String name(long spanId) {
    return TRACE.stream()
        .filter(s -> s.spanId() == spanId)
        .map(s -> s.span().getName())
        .findFirst()
        .orElseThrow();
  }

  private static AnyValue number(long value) {
    return AnyValue.newBuilder().setIntValue(value).build();
  }

  private static PlainSpan span(
      long id, long parent, String name, String service, long millis, boolean isError, AnyValue n) {
    long start = RandomSpans.BASE + id * MILLI;
    Span.Builder span =
        Span.newBuilder()
            .setTraceId(RandomSpans.traceId(1))
            .setSpanId(bytes(id))
            .setName(name)
            .setStatus(Status.newBuilder().setCodeValue(isError ? 2 : 0))
            .setStartTimeUnixNano(start)
            .setEndTimeUnixNano(start + millis * MILLI);
    if (parent != 0) {
      span.setParentSpanId(bytes(parent));
    }
    if (n != null) {
      span.addAttributes(KeyValue.newBuilder().setKey("n").setValue(n));
    }
    Resource resource =
        Resource.newBuilder()
            .addAttributes(
                KeyValue.newBuilder()
                    .setKey("service.name")
                    .setValue(AnyValue.newBuilder().setStringValue(service)))
            .build();
    return PlainSpan.of(resource, InstrumentationScope.getDefaultInstance(), span.build());
  }

  private static ByteString bytes(long id) {
    return ByteString.copyFrom(ByteBuffer.allocate(8).putLong(id).array());
  }
}
