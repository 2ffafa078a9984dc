package io.tempo4j.query.trace;

import io.tempo4j.collect.SpanOrder;
import io.tempo4j.column.Fields;
import io.tempo4j.column.digest.SpanDigests;
import io.tempo4j.query.QueryMemory;
import io.tempo4j.query.scan.ColumnReads;
import io.tempo4j.query.trace.EnvelopeWriter.Envelope;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntPredicate;

/** The parts of one trace on their way into one message. Not thread-safe. */
final class TraceAssembly implements SpanOrder.Keys, SpanOrder.Contents {

  /** What is noted of a span. */
  private static final long NOTE_BYTES = 80;

  private final List<Candidate> candidates = new ArrayList<>();
  private final Envelopes resources = new Envelopes();
  private final Envelopes scopes = new Envelopes();
  private final QueryMemory memory;

  private final List<TracePart> parts = new ArrayList<>();

  /** Bytes that were taken for candidates, not for columns nor for the message. */
  private long noteBytes;

  /** Takes the bytes that it needs from {@code memory}. */
  TraceAssembly(QueryMemory memory) {
    this.memory = memory;
  }

  /** A span that may be written, with the numbers of what surrounds it. */
  private record Candidate(TracePart part, SpanWriter writer, int row, int resource, int scope) {}

  /**
   * Adds the spans of a part.
   *
   * @param wanted which of its span rows, numbered as in its row group
   */
  void add(TracePart part, SpanWriter writer, IntPredicate wanted) throws IOException {
    memory.take(NOTE_BYTES * part.spanCount());
    noteBytes += NOTE_BYTES * part.spanCount();
    parts.add(part);
    Numbering ofResources =
        new Numbering(
            part, ColumnReads.requiredInts(part.spans(), Fields.SPAN_RESOURCE), resources);
    Numbering ofScopes =
        new Numbering(part, ColumnReads.requiredInts(part.spans(), Fields.SPAN_SCOPE), scopes);
    EnvelopeWriter resourceWriter =
        EnvelopeWriter.ofResources(part, ofResources.from, ofResources.to);
    EnvelopeWriter scopeWriter = EnvelopeWriter.ofScopes(part, ofScopes.from, ofScopes.to);
    for (int row = part.fromRow(); row < part.toRow(); row++) {
      if (wanted.test(row)) {
        candidates.add(
            new Candidate(
                part,
                writer,
                row,
                ofResources.number(row, resourceWriter),
                ofScopes.number(row, scopeWriter)));
      }
    }
  }

  /** Writes what was added, as far as {@code maxBytes} reach. */
  AssembledTrace write(long maxBytes) throws IOException {
    Map<Integer, Map<Integer, List<Candidate>>> grouped = grouped();
    TraceMessage message = new TraceMessage(memory);
    int written = 0;
    boolean isPartial = false;
    for (Map.Entry<Integer, Map<Integer, List<Candidate>>> byResource : grouped.entrySet()) {
      if (isPartial) {
        break;
      }
      message.beginResource(resources.get(byResource.getKey()));
      for (Map.Entry<Integer, List<Candidate>> byScope : byResource.getValue().entrySet()) {
        if (isPartial) {
          break;
        }
        message.beginScope(scopes.get(byScope.getKey()));
        for (Candidate candidate : byScope.getValue()) {
          isPartial = !message.add(candidate.writer(), candidate.row(), maxBytes);
          if (isPartial) {
            break;
          }
          written++;
        }
        message.endScope();
      }
      message.endResource();
    }
    Iterator<Candidate> again =
        grouped.values().stream()
            .flatMap(byScope -> byScope.values().stream())
            .flatMap(List::stream)
            .limit(written)
            .iterator();
    byte[] bytes =
        message.toByteArray(out -> {
          if (!again.hasNext()) {
            return false;
          }
          Candidate candidate = again.next();
          TraceMessage.write(candidate.writer(), candidate.row(), out);
          return true;
        });
    memory.give(noteBytes);
    parts.forEach(part -> part.group().release());
    return new AssembledTrace(bytes, written, isPartial);
  }

  /** Distinct spans by resource and scope, each in the order of its first span. */
  private Map<Integer, Map<Integer, List<Candidate>>> grouped() throws IOException {
    int[] spans = new int[candidates.size()];
    Arrays.setAll(spans, span -> span);
    int[] offsets = {0, spans.length};
    SpanOrder.sort(spans, offsets, this, this);
    Map<Integer, Map<Integer, List<Candidate>>> tree = new LinkedHashMap<>();
    for (int i = 0; i < offsets[1]; i++) {
      Candidate candidate = candidates.get(spans[i]);
      tree.computeIfAbsent(candidate.resource(), r -> new LinkedHashMap<>())
          .computeIfAbsent(candidate.scope(), s -> new ArrayList<>())
          .add(candidate);
    }
    return tree;
  }

  @Override
  public long start(int span) {
    Candidate candidate = candidates.get(span);
    return candidate.writer.start(candidate.row);
  }

  @Override
  public long id(int span) {
    Candidate candidate = candidates.get(span);
    return candidate.writer.id(candidate.row);
  }

  @Override
  public int kind(int span) {
    Candidate candidate = candidates.get(span);
    return candidate.writer.kind(candidate.row);
  }

  @Override
  public long duration(int span) {
    Candidate candidate = candidates.get(span);
    return candidate.writer.duration(candidate.row);
  }

  /** Candidates stand by part, and by row within each. */
  @Override
  public long[] digests(int[] spans) throws IOException {
    long[] digests = new long[2 * spans.length];
    for (int from = 0; from < spans.length; ) {
      TracePart part = candidates.get(spans[from]).part;
      int to = from + 1;
      while (to < spans.length && candidates.get(spans[to]).part == part) {
        to++;
      }
      int[] rows = new int[to - from];
      for (int i = 0; i < rows.length; i++) {
        rows[i] = candidates.get(spans[from + i]).row;
      }
      System.arraycopy(SpanDigests.of(part, rows), 0, digests, 2 * from, 2 * rows.length);
      from = to;
    }
    return digests;
  }

  /** The resources or scopes of one part, by their rows in the part's source. */
  private static final class Numbering {
    private final int[] rowOfSpan;
    private final int from;
    private final int to;

    /** Number of each row from {@code from} on, plus 1; 0 for those not numbered yet. */
    private final int[] numbers;

    private final Envelopes all;

    Numbering(TracePart part, int[] rowOfSpan, Envelopes all) {
      int least = Integer.MAX_VALUE;
      int most = -1;
      for (int span = part.fromRow(); span < part.toRow(); span++) {
        least = Math.min(least, rowOfSpan[span]);
        most = Math.max(most, rowOfSpan[span]);
      }
      this.rowOfSpan = rowOfSpan;
      this.from = Math.min(least, most + 1);
      this.to = most + 1;
      this.numbers = new int[to - from];
      this.all = all;
    }

    int number(int span, EnvelopeWriter writer) throws IOException {
      int row = rowOfSpan[span];
      int known = numbers[row - from];
      if (known == 0) {
        known = all.number(writer.envelope(row)) + 1;
        numbers[row - from] = known;
      }
      return known - 1;
    }
  }

  /** Distinct envelopes, numbered. */
  private static final class Envelopes {
    private final Map<ByteBuffer, Integer> numbers = new HashMap<>();
    private final List<Envelope> envelopes = new ArrayList<>();

    int number(Envelope envelope) {
      byte[] before = envelope.before();
      byte[] content = Arrays.copyOf(before, before.length + envelope.behind().length);
      System.arraycopy(envelope.behind(), 0, content, before.length, envelope.behind().length);
      Integer known = numbers.putIfAbsent(ByteBuffer.wrap(content), envelopes.size());
      if (known != null) {
        return known;
      }
      envelopes.add(envelope);
      return envelopes.size() - 1;
    }

    Envelope get(int number) {
      return envelopes.get(number);
    }
  }
}
