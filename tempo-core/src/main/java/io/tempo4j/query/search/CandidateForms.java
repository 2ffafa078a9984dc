package io.tempo4j.query.search;

import io.tempo4j.column.ByteSource;
import io.tempo4j.model.Attribute;
import io.tempo4j.model.AttributeValue;
import io.tempo4j.model.CorruptBlockException;
import io.tempo4j.model.TraceId;
import io.tempo4j.query.Coverage;
import io.tempo4j.query.QueryStats;
import io.tempo4j.query.scan.GroupView;
import io.tempo4j.query.wire.PartialForm;
import io.tempo4j.query.wire.PartialSink;
import io.tempo4j.query.wire.PartialSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The bytes of candidates: see docs/format/query-partials-v1.md. */
final class CandidateForms {

  private static final int EXTENT_BYTES = 32;
  private static final int SPAN_BYTES = 19;

  /** Values may be nested so deep; OTLP may not be received deeper. */
  private static final int MAX_DEPTH = 130;

  private static final int TEXT = 1;
  private static final int INTEGER = 2;
  private static final int REAL = 3;
  private static final int TRUTH = 4;
  private static final int BYTES = 5;
  private static final int ARRAY = 6;
  private static final int MAP = 7;
  private static final int EMPTY = 8;

  private CandidateForms() {}

  // ---- writing

  static byte[] write(TraceExtents extents) {
    PartialSink sink = new PartialSink(PartialForm.EXTENTS);
    sink.bytes().putVarint(extents.traces().size());
    extents.traces().forEach(extent -> write(extent, sink));
    return sink.finish();
  }

  static byte[] write(CandidatePage page) {
    PartialSink sink = new PartialSink(PartialForm.CANDIDATES);
    sink.bytes().putByte(page.isLast() ? 1 : 0);
    sink.stats(page.stats());
    sink.coverage(page.coverage());
    sink.bytes().putVarint(page.candidates().size());
    for (Candidate candidate : page.candidates()) {
      write(candidate.extent(), sink);
      TraceMatch match = candidate.match();
      sink.bytes().putByte(match == null ? 0 : 1);
      if (match != null) {
        write(match, sink);
      }
    }
    return sink.finish();
  }

  private static void write(TraceExtent extent, PartialSink sink) {
    sink.bytes().putLongLE(extent.id().high());
    sink.bytes().putLongLE(extent.id().low());
    sink.bytes().putLongLE(extent.startNanos());
    sink.bytes().putLongLE(extent.endNanos());
  }

  private static void write(TraceMatch match, PartialSink sink) {
    sink.bytes().putByte(match.hasRoot() ? 1 : 0);
    sink.text(match.rootServiceName());
    sink.text(match.rootTraceName());
    sink.bytes().putVarint(match.spansets().size());
    for (SpansetMatch spanset : match.spansets()) {
      sink.bytes().putVarint(spanset.matched());
      write(spanset.attributes(), sink);
      sink.bytes().putVarint(spanset.spans().size());
      for (SpanMatch span : spanset.spans()) {
        sink.bytes().putLongLE(span.spanId());
        sink.bytes().putLongLE(span.startNanos());
        sink.bytes().putVarint(span.durationNanos());
        sink.text(span.name());
        write(span.attributes(), sink);
      }
    }
    sink.bytes().putVarint(match.serviceStats().size());
    new TreeMap<>(match.serviceStats())
        .forEach((service, stats) -> {
          sink.text(service);
          sink.bytes().putVarint(stats.spanCount());
          sink.bytes().putVarint(stats.errorCount());
        });
  }

  private static void write(List<Attribute> attributes, PartialSink sink) {
    sink.bytes().putVarint(attributes.size());
    for (Attribute attribute : attributes) {
      sink.text(attribute.key());
      write(attribute.value(), sink);
    }
  }

  private static void write(AttributeValue value, PartialSink sink) {
    switch (value) {
      case AttributeValue.StringValue text -> {
        sink.bytes().putByte(TEXT);
        sink.text(text.value());
      }
      case AttributeValue.IntValue number -> {
        sink.bytes().putByte(INTEGER);
        sink.bytes().putLongLE(number.value());
      }
      case AttributeValue.DoubleValue number -> {
        sink.bytes().putByte(REAL);
        sink.bytes().putLongLE(Double.doubleToRawLongBits(number.value()));
      }
      case AttributeValue.BoolValue bool -> {
        sink.bytes().putByte(TRUTH);
        sink.bytes().putByte(bool.value() ? 1 : 0);
      }
      case AttributeValue.BytesValue bytes -> {
        sink.bytes().putByte(BYTES);
        sink.counted(bytes.value());
      }
      case AttributeValue.ArrayValue array -> {
        sink.bytes().putByte(ARRAY);
        sink.bytes().putVarint(array.values().size());
        array.values().forEach(item -> write(item, sink));
      }
      case AttributeValue.MapValue map -> {
        sink.bytes().putByte(MAP);
        write(map.entries(), sink);
      }
      case AttributeValue.EmptyValue nothing -> sink.bytes().putByte(EMPTY);
    }
  }

  // ---- reading

  static TraceExtents readExtents(byte[] bytes) throws CorruptBlockException {
    PartialSource source = new PartialSource(bytes, PartialForm.EXTENTS);
    int count = source.count(EXTENT_BYTES, "traces");
    List<TraceExtent> extents = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      extents.add(extent(source.bytes()));
    }
    source.expectEnd();
    return new TraceExtents(extents);
  }

  static CandidatePage readPage(byte[] bytes) throws CorruptBlockException {
    PartialSource source = new PartialSource(bytes, PartialForm.CANDIDATES);
    boolean isLast = source.truth("whether the page is the last");
    QueryStats stats = source.stats();
    Coverage coverage = source.coverage();
    int count = source.count(EXTENT_BYTES + 1, "candidates");
    if (count == 0 && !isLast) {
      throw source.bytes().corrupt("a candidate", "none");
    }
    List<Candidate> candidates = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      TraceExtent extent = extent(source.bytes());
      @Nullable TraceMatch match =
          source.truth("whether there is a match") ? match(extent, source) : null;
      candidates.add(new Candidate(extent, match));
    }
    source.expectEnd();
    return new CandidatePage(candidates, isLast, stats, coverage);
  }

  private static TraceExtent extent(ByteSource source) throws CorruptBlockException {
    TraceId id = new TraceId(source.readLongLE(), source.readLongLE());
    long start = source.readLongLE();
    long end = source.readLongLE();
    if (Long.compareUnsigned(start, end) > 0) {
      throw source.corrupt("an end behind the start", "one before it");
    }
    return new TraceExtent(id, start, end);
  }

  private static TraceMatch match(TraceExtent extent, PartialSource source)
      throws CorruptBlockException {
    boolean hasRoot = source.truth("whether there is a root");
    String rootService = source.text("the root's service");
    String rootName = source.text("the root's name");
    int sets = source.count(3, "spansets");
    List<SpansetMatch> spansets = new ArrayList<>();
    for (int i = 0; i < sets; i++) {
      int matched = source.bytes().readCount(Integer.MAX_VALUE, "number of matched spans");
      List<Attribute> attributes = attributes(source, 0);
      int count = source.count(SPAN_BYTES, "spans");
      List<SpanMatch> spans = new ArrayList<>();
      for (int span = 0; span < count; span++) {
        spans.add(span(source));
      }
      spansets.add(new SpansetMatch(spans, matched, attributes));
    }
    return new TraceMatch(
        extent.id(),
        rootService,
        rootName,
        hasRoot,
        extent.startNanos(),
        GroupView.duration(extent.startNanos(), extent.endNanos()),
        spansets,
        serviceStats(source));
  }

  private static SpanMatch span(PartialSource source) throws CorruptBlockException {
    long id = source.bytes().readLongLE();
    long start = source.bytes().readLongLE();
    long duration = notNegative(source.bytes().readVarint(), source);
    return new SpanMatch(id, source.text("a name"), start, duration, attributes(source, 0));
  }

  private static long notNegative(long duration, PartialSource source)
      throws CorruptBlockException {
    if (duration < 0) {
      throw source.bytes().corrupt("a duration below 2^63", Long.toUnsignedString(duration));
    }
    return duration;
  }

  private static Map<String, TraceMatch.ServiceStats> serviceStats(PartialSource source)
      throws CorruptBlockException {
    int count = source.count(3, "services");
    Map<String, TraceMatch.ServiceStats> stats = new TreeMap<>();
    for (int i = 0; i < count; i++) {
      String service = source.text("a service");
      int spans = source.bytes().readCount(Integer.MAX_VALUE, "number of spans");
      stats.put(
          service,
          new TraceMatch.ServiceStats(
              spans, source.bytes().readCount(Integer.MAX_VALUE, "number of errors")));
    }
    return stats;
  }

  private static List<Attribute> attributes(PartialSource source, int depth)
      throws CorruptBlockException {
    int count = source.count(2, "attributes");
    List<Attribute> attributes = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      attributes.add(new Attribute(source.text("a key"), value(source, depth)));
    }
    return attributes;
  }

  private static AttributeValue value(PartialSource source, int depth)
      throws CorruptBlockException {
    if (depth > MAX_DEPTH) {
      throw source.bytes().corrupt("values nested at most " + MAX_DEPTH + " deep", "more");
    }
    int type = source.bytes().readByte();
    return switch (type) {
      case TEXT -> new AttributeValue.StringValue(source.text("a value"));
      case INTEGER -> new AttributeValue.IntValue(source.bytes().readLongLE());
      case REAL ->
          new AttributeValue.DoubleValue(Double.longBitsToDouble(source.bytes().readLongLE()));
      case TRUTH -> new AttributeValue.BoolValue(source.truth("a truth value"));
      case BYTES -> new AttributeValue.BytesValue(source.counted("a value"));
      case ARRAY -> {
        int count = source.count(1, "values");
        List<AttributeValue> values = new ArrayList<>();
        for (int i = 0; i < count; i++) {
          values.add(value(source, depth + 1));
        }
        yield new AttributeValue.ArrayValue(values);
      }
      case MAP -> new AttributeValue.MapValue(attributes(source, depth + 1));
      case EMPTY -> new AttributeValue.EmptyValue();
      default -> throw source.bytes().corrupt("a type of value", "" + type);
    };
  }
}
