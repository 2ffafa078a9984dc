package io.tempo4j.query.metrics;

import io.tempo4j.column.ByteSink;
import io.tempo4j.column.ByteSource;
import io.tempo4j.model.CorruptBlockException;
import io.tempo4j.query.Coverage;
import io.tempo4j.query.QueryMemory;
import io.tempo4j.query.QueryStats;
import io.tempo4j.query.metrics.Cells.Kind;
import io.tempo4j.query.metrics.SeriesPartial.Lead;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The bytes of a {@link MetricsPartial}, versions 1 and 2: see docs/format/metrics-partial-v1.md.
 * What is read is not trusted; memory grows with the bytes that are there, not with numbers in
 * them.
 */
final class MetricsPartialFormat {

  /** More spans than there can be, each of which may stand for 2^56 that were not sampled. */
  private static final double MAX_COUNT = 0x1p120;

  private static final int MAGIC = 0x504D3454; // "T4MP" in little-endian bytes
  private static final int VERSION = 1;

  /** As the first, with the blocks that could not be read behind the functions. */
  private static final int VERSION_WITH_MISSING = 2;

  /** Most functions of one query. */
  static final int MAX_LEAVES = 64;

  private static final int MAX_ARITY = 8;
  private static final int MAX_NUMBER = (1 << 28) - 1;
  private static final int NUMBER_BYTES = 8;
  private static final String OBJECT = "metrics partial";

  private MetricsPartialFormat() {}

  // ---- writing

  static byte[] write(MetricsPartial partial) {
    ByteSink sink = new ByteSink(4096);
    sink.putIntLE(MAGIC);
    sink.putByte(partial.coverage().isComplete() ? VERSION : VERSION_WITH_MISSING);
    TimeAxis axis = partial.axis();
    sink.putVarint(axis.startNanos());
    sink.putVarint(axis.stepNanos());
    sink.putVarint(axis.bucketCount());
    QueryStats stats = partial.stats();
    sink.putVarint(stats.sources());
    sink.putVarint(stats.sourcesPruned());
    sink.putVarint(stats.rowGroups());
    sink.putVarint(stats.rowGroupsPruned());
    sink.putVarint(stats.inspectedTraces());
    sink.putVarint(stats.inspectedSpans());
    sink.putVarint(stats.inspectedBytes());
    sink.putVarint(partial.leaves().size());
    for (SeriesPartial leaf : partial.leaves()) {
      write(leaf, sink);
    }
    if (!partial.coverage().isComplete()) {
      write(partial.coverage(), sink);
    }
    sink.putCrc32c(0);
    return sink.toByteArray();
  }

  private static void write(Coverage coverage, ByteSink sink) {
    sink.putVarint(coverage.missingBlocks().size());
    for (String block : coverage.missingBlocks()) {
      byte[] name = block.getBytes(StandardCharsets.UTF_8);
      sink.putVarint(name.length);
      sink.putBytes(name);
    }
  }

  private static void write(SeriesPartial leaf, ByteSink sink) {
    sink.putByte(leaf.cells().kind().code());
    sink.putByte(leaf.lead().code());
    sink.putByte(leaf.groups().arity());
    sink.putVarint(leaf.exemplars().count());
    ValuePool values = leaf.values();
    sink.putVarint(values.size() - 1);
    for (int value = 1; value < values.size(); value++) {
      byte[] payload = values.payload(value);
      sink.putByte(values.tag(value));
      if (values.tag(value) == ValuePool.TEXT) {
        sink.putVarint(payload.length);
      }
      sink.putBytes(payload);
    }
    sink.putVarint(leaf.groups().size());
    int[] tuple = new int[leaf.groups().arity()];
    for (int group = 0; group < leaf.groups().size(); group++) {
      leaf.groups().tuple(group, tuple);
      for (int number : tuple) {
        sink.putVarint(number);
      }
    }
    writeCells(leaf.cells(), sink);
    writeExemplars(leaf.exemplars(), sink);
  }

  private static void writeCells(Cells cells, ByteSink sink) {
    List<long[]> found = new ArrayList<>();
    cells.forEach((group, bucket, first, second, third) -> {
      // The larger part is the rounded sum, so that a sum has one form.
      boolean isSum = cells.kind() == Kind.SUM && Double.isFinite(first);
      double larger = isSum ? first + second : first;
      double rest = isSum ? second - (larger - first) : 0;
      found.add(
          new long[] {
            (long) group * cells.buckets() + bucket,
            Double.doubleToRawLongBits(larger),
            Double.doubleToRawLongBits(rest),
            Double.doubleToRawLongBits(third)
          });
    });
    found.sort((a, b) -> Long.compare(a[0], b[0]));
    sink.putVarint(found.size());
    long last = -1;
    for (long[] cell : found) {
      sink.putVarint(cell[0] - last - 1);
      last = cell[0];
      for (int i = 1; i <= cells.kind().width(); i++) {
        sink.putLongLE(cell[i]);
      }
    }
  }

  private static void writeExemplars(ExemplarSlots exemplars, ByteSink sink) {
    int[] count = {0};
    ByteSink found = new ByteSink();
    exemplars.forEach((group, traceHigh, traceLow, spanId, start, value) -> {
      count[0]++;
      found.putVarint(group);
      found.putLongLE(traceHigh);
      found.putLongLE(traceLow);
      found.putLongLE(spanId);
      found.putLongLE(start);
      found.putLongLE(Double.doubleToRawLongBits(value));
    });
    sink.putVarint(count[0]);
    sink.putSink(found);
  }

  // ---- reading

  static MetricsPartial read(byte[] bytes) throws CorruptBlockException {
    ByteSource source = new ByteSource(bytes, 0, bytes.length, OBJECT, 0);
    source.verifyCrc32c();
    int magic = source.readIntLE();
    int version = source.readByte();
    if (magic != MAGIC || version < VERSION || version > VERSION_WITH_MISSING) {
      throw source.corrupt(
          "magic T4MP, version 1 or 2", Integer.toHexString(magic) + ", version " + version);
    }
    TimeAxis axis = readAxis(source);
    QueryStats stats =
        new QueryStats(
            source.readCount(Integer.MAX_VALUE, "sources"),
            source.readCount(Integer.MAX_VALUE, "pruned sources"),
            source.readCount(Integer.MAX_VALUE, "row groups"),
            source.readCount(Integer.MAX_VALUE, "pruned row groups"),
            source.readVarint(),
            source.readVarint(),
            source.readVarint());
    List<SeriesPartial> leaves = new ArrayList<>();
    int count = source.readCount(MAX_LEAVES, "number of functions");
    for (int i = 0; i < count; i++) {
      leaves.add(readLeaf(source, axis));
    }
    MetricsPartial partial = new MetricsPartial(axis, leaves, stats);
    if (version == VERSION_WITH_MISSING) {
      partial.lacks(readCoverage(source));
    }
    source.expectEnd();
    return partial;
  }

  private static Coverage readCoverage(ByteSource source) throws CorruptBlockException {
    int count = source.readCount(source.remaining(), "number of missing blocks");
    List<String> missing = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      int length = source.readCount(source.remaining(), "length of a block's name");
      int at = source.skip(length, "a block's name");
      missing.add(new String(source.array(), at, length, StandardCharsets.UTF_8));
    }
    return Coverage.without(missing);
  }

  private static TimeAxis readAxis(ByteSource source) throws CorruptBlockException {
    long start = source.readVarint();
    long step = source.readVarint();
    // A range is rounded to whole steps on both sides and begins one step earlier.
    int buckets = source.readCount(MetricsRequest.MAX_BUCKETS + 3, "number of buckets");
    try {
      return new TimeAxis(start, step, buckets);
    } catch (IllegalArgumentException e) {
      throw source.corrupt("an axis of time", String.valueOf(e.getMessage()));
    }
  }

  private static SeriesPartial readLeaf(ByteSource source, TimeAxis axis)
      throws CorruptBlockException {
    Kind kind = kind(source);
    Lead lead = lead(source);
    int arity = source.readCount(MAX_ARITY, "number of fields");
    if (arity == 0 && lead != Lead.VALUE) {
      throw source.corrupt("a group with a lead", "one without numbers");
    }
    int exemplarCount = source.readCount(MetricsRequest.MAX_EXEMPLARS, "number of exemplars");
    SeriesPartial leaf =
        new SeriesPartial(arity, lead, kind, axis, exemplarCount, QueryMemory.UNBOUNDED);
    readValues(source, leaf.values());
    readGroups(source, leaf);
    readCells(source, leaf, axis.bucketCount());
    readExemplars(source, leaf, axis);
    return leaf;
  }

  private static Kind kind(ByteSource source) throws CorruptBlockException {
    int code = source.readByte();
    return Arrays.stream(Kind.values())
        .filter(kind -> kind.code() == code)
        .findFirst()
        .orElseThrow(() -> source.corrupt("a kind of cell", "" + code));
  }

  private static Lead lead(ByteSource source) throws CorruptBlockException {
    int code = source.readByte();
    return Arrays.stream(Lead.values())
        .filter(lead -> lead.code() == code)
        .findFirst()
        .orElseThrow(() -> source.corrupt("a kind of group", "" + code));
  }

  private static void readValues(ByteSource source, ValuePool values) throws CorruptBlockException {
    int count = source.readCount(MAX_NUMBER, "number of values");
    for (int value = 1; value <= count; value++) {
      int tag = source.readByte();
      if (tag < ValuePool.TEXT || tag > ValuePool.LAST_TAG) {
        throw source.corrupt("a type of value", "" + tag);
      }
      int length =
          tag == ValuePool.TEXT
              ? source.readCount(source.remaining(), "length of a text")
              : NUMBER_BYTES;
      int at = source.skip(length, "a value");
      if (values.add((byte) tag, source.array(), at, length) != value) {
        throw source.corrupt("a value that was not there", "one again");
      }
    }
  }

  private static void readGroups(ByteSource source, SeriesPartial leaf)
      throws CorruptBlockException {
    GroupTable groups = leaf.groups();
    int count = source.readCount(MAX_NUMBER, "number of groups");
    if (groups.arity() == 0) {
      if (count != 1) {
        throw source.corrupt("one group", "" + count);
      }
      return;
    }
    int[] bounds =
        IntStream.generate(() -> leaf.values().size() - 1).limit(groups.arity()).toArray();
    bounds[0] =
        switch (leaf.lead()) {
          case VALUE -> bounds[0];
          case POWER -> FieldNumbers.MAX_POWER;
          case SIDE -> CompareGroups.LAST_SIDE;
        };
    int[] tuple = new int[groups.arity()];
    for (int group = 0; group < count; group++) {
      for (int i = 0; i < tuple.length; i++) {
        tuple[i] = source.readCount(bounds[i], "number in a group");
      }
      boolean isForgotten = leaf.lead() == Lead.SIDE && CompareGroups.isForgotten(tuple[0]);
      if (isForgotten && tuple[tuple.length - 1] != ValuePool.NIL) {
        throw source.corrupt("no value on this side", "" + tuple[tuple.length - 1]);
      }
      if (groups.numberOf(tuple) != group) {
        throw source.corrupt("a group that was not there", "one again");
      }
    }
  }

  private static void readCells(ByteSource source, SeriesPartial leaf, int buckets)
      throws CorruptBlockException {
    Cells cells = leaf.cells();
    int width = cells.kind().width();
    int count = source.readCount(source.remaining() / (1 + NUMBER_BYTES * width), "cells");
    long places = (long) leaf.groups().size() * buckets;
    if (places > 8L * count + 1024) {
      cells.beSparse();
    }
    cells.ensureGroups(leaf.groups().size());
    long place = -1;
    double[] numbers = new double[3];
    for (int i = 0; i < count; i++) {
      place += source.readVarint() + 1;
      if (place < 0 || place >= places) {
        throw source.corrupt("a place below " + places, "" + place);
      }
      for (int j = 0; j < width; j++) {
        numbers[j] = Double.longBitsToDouble(source.readLongLE());
      }
      if (!isCell(cells.kind(), numbers)) {
        throw source.corrupt("a filled cell", Arrays.toString(numbers));
      }
      cells.merge(
          (int) (place / buckets), (int) (place % buckets), numbers[0], numbers[1], numbers[2], 1);
    }
  }

  private static boolean isCell(Kind kind, double[] numbers) {
    return switch (kind) {
      case COUNT -> isCount(numbers[0]);
      case MIN, MAX -> !Double.isNaN(numbers[0]);
      case SUM -> Double.isFinite(numbers[1]) && isCount(numbers[2]);
    };
  }

  private static boolean isCount(double number) {
    return number > 0 && number <= MAX_COUNT;
  }

  private static void readExemplars(ByteSource source, SeriesPartial leaf, TimeAxis axis)
      throws CorruptBlockException {
    int count = source.readCount(leaf.exemplars().count(), "number of exemplars");
    for (int i = 0; i < count; i++) {
      int group = source.readCount(MAX_NUMBER, "number of a group");
      long traceHigh = source.readLongLE();
      long traceLow = source.readLongLE();
      long spanId = source.readLongLE();
      long start = source.readLongLE();
      double value = Double.longBitsToDouble(source.readLongLE());
      if (group >= leaf.groups().size() || axis.bucketOf(start) < 0) {
        throw source.corrupt(
            "an exemplar of one of " + leaf.groups().size() + " groups, within the axis",
            "group " + group + ", start " + start);
      }
      leaf.exemplars().offer(group, traceHigh, traceLow, spanId, start, value);
    }
  }
}
