package io.tempo4j.query.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.tempo4j.column.SpanSource;
import io.tempo4j.head.Head;
import io.tempo4j.model.Attribute;
import io.tempo4j.model.AttributeValue;
import io.tempo4j.model.CorruptBlockException;
import io.tempo4j.model.TraceId;
import io.tempo4j.query.Coverage;
import io.tempo4j.query.QueryContext;
import io.tempo4j.query.QueryStats;
import io.tempo4j.query.search.Candidate;
import io.tempo4j.query.search.CandidatePage;
import io.tempo4j.query.search.SpanMatch;
import io.tempo4j.query.search.SpansetMatch;
import io.tempo4j.query.search.TraceExtent;
import io.tempo4j.query.search.TraceExtents;
import io.tempo4j.query.search.TraceMatch;
import io.tempo4j.query.tags.MergedTagNames;
import io.tempo4j.query.tags.MergedTagValues;
import io.tempo4j.query.tags.TagLimits;
import io.tempo4j.query.tags.TagNames;
import io.tempo4j.query.tags.TagNamesQuery;
import io.tempo4j.query.tags.TagNamesRequest;
import io.tempo4j.query.tags.TagScope;
import io.tempo4j.query.tags.TagValue;
import io.tempo4j.query.tags.TagValues;
import io.tempo4j.query.tags.TagValuesQuery;
import io.tempo4j.query.tags.TagValuesRequest;
import io.tempo4j.query.tags.Truncation;
import io.tempo4j.query.trace.AssembledTrace;
import io.tempo4j.query.trace.MergedTraces;
import io.tempo4j.query.trace.TraceAssembler;
import io.tempo4j.testkit.RandomRequests;
import io.tempo4j.traceql.TraceQl;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.BinaryOperator;
import java.util.zip.CRC32C;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

/** Partial answers add up to the answer of one store, also as bytes; hostile bytes are refused. */
class QueryPartialsTest {

  private static final QueryContext CONTEXT = QueryContext.unbounded();
  private static final TraceAssembler ASSEMBLER = new TraceAssembler(16 << 20);
  private static final MergedTraces MERGED = new MergedTraces(ASSEMBLER, Head::ofTrace);
  private static final TagNamesRequest NAMES =
      new TagNamesRequest(EnumSet.allOf(TagScope.class), "", 0, Long.MAX_VALUE, TagLimits.NONE);

  // ---- sums

  /** Requests dealt out to parts, some of them to two. */
  private record Parts(SpanSource whole, List<SpanSource> parts, List<TraceId> traces) {
    static Parts of(Random random) {
      RandomRequests requests = new RandomRequests(random.nextLong());
      Head whole = new Head("whole", 7);
      List<Head> heads = new ArrayList<>();
      int count = 1 + random.nextInt(4);
      for (int i = 0; i < count; i++) {
        heads.add(new Head("part-" + i, 1 + random.nextInt(9)));
      }
      try {
        for (int i = random.nextInt(8); i >= 0; i--) {
          ExportTraceServiceRequest request = requests.next();
          append(whole, request);
          append(heads.get(random.nextInt(count)), request);
          if (random.nextInt(3) == 0) {
            append(heads.get(random.nextInt(count)), request);
          }
        }
      } catch (Exception e) {
        throw new AssertionError(e);
      }
      return new Parts(
          whole.view(),
          heads.stream().map(Head::view).toList(),
          requests.traceIds().stream()
              .map(id -> {
                ByteBuffer bytes = id.asReadOnlyByteBuffer();
                return new TraceId(bytes.getLong(), bytes.getLong());
              })
              .toList());
    }

    private static void append(Head head, ExportTraceServiceRequest request) throws Exception {
      byte[] bytes = request.toByteArray();
      head.append(bytes, 0, bytes.length);
    }
  }

  /** Adds up in random order and grouping. */
  private static <T> T sum(List<T> parts, Random random, BinaryOperator<T> plus) {
    List<T> left = new ArrayList<>(parts);
    while (left.size() > 1) {
      T one = left.remove(random.nextInt(left.size()));
      T other = left.remove(random.nextInt(left.size()));
      left.add(plus.apply(one, other));
    }
    return left.get(0);
  }

  @Property(tries = 60)
  void tracesOfPartsAreTheTraceOfOneStore(@ForAll long seed) throws Exception {
    Random random = new Random(seed);
    Parts parts = Parts.of(random);
    for (TraceId id : parts.traces) {
      AssembledTrace whole = ASSEMBLER.assemble(List.of(parts.whole), id, CONTEXT);
      List<AssembledTrace> of = new ArrayList<>();
      for (SpanSource part : parts.parts) {
        of.add(AssembledTrace.decode(ASSEMBLER.assemble(List.of(part), id, CONTEXT).encode()));
      }
      AssembledTrace sum =
          sum(
              of,
              random,
              (one, other) -> {
                try {
                  return MERGED.merge(List.of(one, other), id, CONTEXT);
                } catch (IOException e) {
                  throw new AssertionError(e);
                }
              });
      AssembledTrace atOnce = MERGED.merge(of, id, CONTEXT);
      for (AssembledTrace merged : List.of(sum, atOnce)) {
        assertThat(merged.tracesData())
            .as("seed %d, trace %s", seed, id)
            .isEqualTo(whole.tracesData());
        assertThat(merged.spanCount()).isEqualTo(whole.spanCount());
        assertThat(merged.isMissing()).isEqualTo(whole.isMissing());
      }
    }
  }

  @Property(tries = 60)
  void namesOfPartsAreTheNamesOfOneStore(@ForAll long seed) throws Exception {
    Random random = new Random(seed);
    Parts parts = Parts.of(random);
    TagNames whole = new TagNamesQuery(NAMES, CONTEXT).run(List.of(parts.whole), piece -> {});
    List<TagNames> of = new ArrayList<>();
    MergedTagNames merged = new MergedTagNames(NAMES, CONTEXT);
    for (SpanSource part : parts.parts) {
      of.add(
          TagNames.decode(
              new TagNamesQuery(NAMES, CONTEXT).run(List.of(part), merged::add).encode()));
      merged.end(of.getLast());
    }
    assertThat(sum(of, random, TagNames::and).scopes())
        .as("seed %d", seed)
        .isEqualTo(whole.scopes());
    assertThat(merged.all().scopes()).isEqualTo(whole.scopes());
    assertThat(merged.all().stats()).isEqualTo(sum(of, random, TagNames::and).stats());
    MergedTagNames few =
        new MergedTagNames(
            new TagNamesRequest(
                EnumSet.of(TagScope.SPAN), "", 0, Long.MAX_VALUE, new TagLimits(1, 0, 0)),
            CONTEXT);
    of.forEach(few::end);
    int spanNames =
        whole.scopes().stream()
            .filter(scope -> scope.scope() == TagScope.SPAN)
            .mapToInt(scope -> scope.names().size())
            .sum();
    assertThat(few.all().scopes()).hasSize(Math.min(1, spanNames));
    assertThat(few.all().truncation())
        .isEqualTo(spanNames > 1 ? Truncation.LIMIT : Truncation.NONE);
  }

  @Property(tries = 60)
  void valuesOfPartsAreTheValuesOfOneStore(@ForAll long seed) throws Exception {
    Random random = new Random(seed);
    Parts parts = Parts.of(random);
    for (String tag : List.of(".a", "span.b", "name", "status", "resource.service.name")) {
      TagValuesRequest request =
          new TagValuesRequest(TraceQl.parseReference(tag), "", 0, Long.MAX_VALUE, TagLimits.NONE);
      TagValues whole = new TagValuesQuery(request, CONTEXT).run(List.of(parts.whole), p -> {});
      List<TagValues> of = new ArrayList<>();
      List<TagValue> pieces = new ArrayList<>();
      MergedTagValues merged = new MergedTagValues(request, CONTEXT);
      for (SpanSource part : parts.parts) {
        of.add(
            TagValues.decode(
                new TagValuesQuery(request, CONTEXT)
                    .run(List.of(part), p -> pieces.addAll(merged.add(p).values()))
                    .encode()));
        pieces.addAll(merged.end(of.getLast()).values());
      }
      assertThat(sum(of, random, TagValues::and).values())
          .as("seed %d, tag %s", seed, tag)
          .isEqualTo(whole.values());
      assertThat(merged.all().values()).isEqualTo(whole.values());
      assertThat(pieces).containsExactlyInAnyOrderElementsOf(whole.values());
    }
  }

  // ---- bytes

  private static final QueryStats STATS = new QueryStats(1, 2, 3, 4, 5, 600, 70_000);
  private static final Coverage LACKING =
      Coverage.without(List.of("b", "a")).and(Coverage.withoutTraces(List.of("t")));

  @Test
  void theFirstVersionStaysWhatItIs() throws Exception {
    AssembledTrace trace = new AssembledTrace(new byte[] {10, 0}, 1, true, true, LACKING);
    assertThat(HexFormat.of().formatHex(trace.encode()))
        .isEqualTo("5434515401" + "03" + "0201610162010174" + "01" + "020a00" + "3cab7fcc");
    TagNames names =
        new TagNames(
            List.of(new TagNames.ScopedNames(TagScope.EVENT, List.of("a", "ä"))),
            Truncation.STALE,
            STATS,
            LACKING);
    assertThat(HexFormat.of().formatHex(names.encode()))
        .isEqualTo(
            "5434514e01"
                + "02"
                + "0102030405d804f0a204"
                + "0201610162010174"
                + "0103"
                + "02"
                + "0161"
                + "02c3a4"
                + "fc436721");
    assertThat(TagNames.decode(names.encode())).isEqualTo(names);
    TagValues values =
        new TagValues(
            List.of(
                new TagValue(TagValue.Type.STRING, "x"),
                new TagValue(TagValue.Type.INT, "-3"),
                new TagValue(TagValue.Type.INT, "12"),
                new TagValue(TagValue.Type.FLOAT, "-Inf"),
                new TagValue(TagValue.Type.FLOAT, "1e20"),
                new TagValue(TagValue.Type.FLOAT, "NaN")),
            Truncation.BYTES,
            STATS,
            Coverage.COMPLETE);
    assertThat(HexFormat.of().formatHex(values.encode()))
        .isEqualTo(
            "5434515601"
                + "03"
                + "0102030405d804f0a204"
                + "0000"
                + "06"
                + "000178"
                + "01022d33"
                + "01023132"
                + "02042d496e66"
                + "020431653230"
                + "02034e614e"
                + "e3849e0b");
    assertThat(TagValues.decode(values.encode())).isEqualTo(values);
  }

  /** Reads some form of bytes. */
  private interface Reading {
    Object read(byte[] bytes) throws CorruptBlockException;
  }

  private record Form(byte[] bytes, Reading reading) {}

  private static List<Form> forms() {
    return List.of(
        new Form(
            new AssembledTrace(new byte[20], 3, true, false, LACKING).encode(),
            AssembledTrace::decode),
        new Form(
            new TagNames(
                    List.of(new TagNames.ScopedNames(TagScope.EVENT, List.of("aaa", "b"))),
                    Truncation.NONE,
                    STATS,
                    LACKING)
                .encode(),
            TagNames::decode),
        new Form(
            new TagValues(
                    List.of(
                        new TagValue(TagValue.Type.STRING, "text"),
                        new TagValue(TagValue.Type.INT, "12"),
                        new TagValue(TagValue.Type.FLOAT, "1.5")),
                    Truncation.NONE,
                    STATS,
                    LACKING)
                .encode(),
            TagValues::decode),
        new Form(page().encode(), CandidatePage::decode),
        new Form(EXTENTS.encode(), TraceExtents::decode));
  }

  private static final TraceExtents EXTENTS =
      new TraceExtents(
          List.of(
              new TraceExtent(new TraceId(1, 2), 3, 4), new TraceExtent(new TraceId(5, 6), 0, -1)));

  private static CandidatePage page() {
    List<Attribute> attributes =
        List.of(
            new Attribute("text", new AttributeValue.StringValue("t")),
            new Attribute("int", new AttributeValue.IntValue(-7)),
            new Attribute("real", new AttributeValue.DoubleValue(1.5)),
            new Attribute("bool", new AttributeValue.BoolValue(true)),
            new Attribute("bytes", new AttributeValue.BytesValue(new byte[] {1, 2})),
            new Attribute(
                "list",
                new AttributeValue.ArrayValue(
                    List.of(
                        new AttributeValue.EmptyValue(),
                        new AttributeValue.MapValue(
                            List.of(new Attribute("k", new AttributeValue.IntValue(9))))))));
    TraceMatch match =
        new TraceMatch(
            new TraceId(1, 2),
            "service",
            "root",
            true,
            30,
            12,
            List.of(
                new SpansetMatch(
                    List.of(
                        new SpanMatch(8, "name", 31, 5, attributes),
                        new SpanMatch(9, "", 32, 0, List.of())),
                    70,
                    List.of(new Attribute("count()", new AttributeValue.IntValue(70))))),
            Map.of("service", new TraceMatch.ServiceStats(70, 1)));
    return new CandidatePage(
        List.of(
            new Candidate(new TraceExtent(new TraceId(1, 2), 30, 42), match),
            new Candidate(new TraceExtent(new TraceId(3, 4), 20, 42), null)),
        false,
        STATS,
        LACKING);
  }

  @Test
  void candidatesComeBackAsTheyWent() throws Exception {
    assertThat(CandidatePage.decode(page().encode())).isEqualTo(page());
    assertThat(TraceExtents.decode(EXTENTS.encode())).isEqualTo(EXTENTS);
    assertThat(HexFormat.of().formatHex(EXTENTS.encode()))
        .startsWith("5434514501" + "02" + "0100000000000000" + "0200000000000000" + "03");
    CandidatePage none = new CandidatePage(List.of(), true, STATS, Coverage.COMPLETE);
    assertThat(CandidatePage.decode(none.encode())).isEqualTo(none);
    assertThat(HexFormat.of().formatHex(none.encode()))
        .startsWith("5434514301" + "01" + "0102030405d804f0a204" + "0000" + "00");
  }

  @Test
  void valuesThatAreNestedWithoutEndAreRefused() {
    AttributeValue deep = new AttributeValue.EmptyValue();
    for (int i = 0; i < 200; i++) {
      deep = new AttributeValue.ArrayValue(List.of(deep));
    }
    SpansetMatch spanset = new SpansetMatch(List.of(), 0, List.of(new Attribute("k", deep)));
    TraceMatch match =
        new TraceMatch(new TraceId(1, 2), "", "", false, 3, 1, List.of(spanset), Map.of());
    Candidate candidate = new Candidate(new TraceExtent(new TraceId(1, 2), 3, 4), match);
    byte[] bytes = new CandidatePage(List.of(candidate), true, STATS, Coverage.COMPLETE).encode();
    assertThatThrownBy(() -> CandidatePage.decode(bytes))
        .isInstanceOf(CorruptBlockException.class)
        .hasMessageContaining("nested");
  }

  private static byte[] withChecksum(byte[] bytes) {
    CRC32C crc = new CRC32C();
    crc.update(bytes, 0, bytes.length - 4);
    ByteBuffer.wrap(bytes)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putInt(bytes.length - 4, (int) crc.getValue());
    return bytes;
  }

  @Test
  void damageIsToldByTheChecksum() {
    for (Form form : forms()) {
      for (int at = 0; at < form.bytes.length; at++) {
        byte[] damaged = form.bytes.clone();
        damaged[at] ^= 4;
        assertThatThrownBy(() -> form.reading.read(damaged))
            .isInstanceOf(CorruptBlockException.class)
            .hasMessageContaining("partial answer T4Q");
        byte[] cut = Arrays.copyOf(form.bytes, at);
        assertThatThrownBy(() -> form.reading.read(cut)).isInstanceOf(CorruptBlockException.class);
      }
    }
  }

  /** What a hostile sender makes with a sound checksum is read as something, or refused. */
  @Property(tries = 1000)
  void hostileBytesAreRefusedOrMeanSomething(@ForAll long seed) {
    Random random = new Random(seed);
    Form form = forms().get(random.nextInt(forms().size()));
    byte[] hostile = form.bytes.clone();
    for (int i = random.nextInt(4); i >= 0; i--) {
      hostile[5 + random.nextInt(hostile.length - 9)] = (byte) random.nextInt();
    }
    if (random.nextBoolean()) {
      hostile = Arrays.copyOf(hostile, 9 + random.nextInt(hostile.length - 8));
    }
    try {
      assertThat(form.reading.read(withChecksum(hostile))).as("seed %d", seed).isNotNull();
    } catch (CorruptBlockException e) {
      assertThat(e).hasMessageContaining("partial answer");
    }
  }
}
