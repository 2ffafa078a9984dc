package io.tempo4j.query.trace;

import io.tempo4j.column.ColumnSet;
import io.tempo4j.column.Fields;
import io.tempo4j.column.SpanSource;
import io.tempo4j.model.TraceId;
import io.tempo4j.otlp.WireWriter;
import io.tempo4j.query.QueryContext;
import io.tempo4j.query.QueryStoppedException;
import io.tempo4j.query.scan.ColumnReads;
import io.tempo4j.query.scan.SpanIdSet;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Puts a trace together from the parts that the sources hold of it, as OTLP {@code TracesData}.
 *
 * <p>Spans stand in the order of start, span id and kind; of spans that agree in span id and kind
 * the first is kept. Spans of equal resources are together under one {@code ResourceSpans}, within
 * it those of equal scopes under one {@code ScopeSpans}; resources and scopes stand in the order of
 * their first span. So the message does not depend on how the spans are spread over sources. Every
 * span has a {@code status} and every {@code ScopeSpans} a {@code scope}, if empty ones.
 *
 * <p>Stateless, thread-safe.
 */
public final class TraceAssembler {

  private final long maxBytes;

  /**
   * Bounds the size of results.
   *
   * @param maxBytes largest message; where a trace is larger, spans are left out
   */
  public TraceAssembler(long maxBytes) {
    if (maxBytes < 1) {
      throw new IllegalArgumentException("maxBytes must be positive, got " + maxBytes);
    }
    this.maxBytes = maxBytes;
  }

  /**
   * Assembles a trace.
   *
   * @param sources where to look, in any order
   * @throws io.tempo4j.model.CorruptBlockException if stored bytes are damaged
   * @throws IOException if a source cannot be read
   * @throws QueryStoppedException if {@code context} says so
   */
  public AssembledTrace assemble(
      List<? extends SpanSource> sources, TraceId id, QueryContext context) throws IOException {
    List<TracePart> parts = new ArrayList<>();
    for (SpanSource source : sources) {
      context.check();
      TracePart part = TracePart.find(source, id);
      if (part != null) {
        parts.add(part);
      }
    }
    if (parts.isEmpty()) {
      return new AssembledTrace(new byte[0], 0, false);
    }
    parts.sort(Comparator.comparing(part -> part.source().name()));
    Assembly assembly = new Assembly();
    for (TracePart part : parts) {
      context.check();
      assembly.add(part, new SpanWriter(part, id.high(), id.low()));
    }
    return assembly.write(maxBytes);
  }

  /** A span that may be written, with the group that it belongs to. */
  private record Candidate(SpanWriter writer, int row, int resource, int scope) {

    static final Comparator<Candidate> ORDER =
        Comparator.comparing(Candidate::start, Long::compareUnsigned)
            .thenComparing(Candidate::id, Long::compareUnsigned)
            .thenComparingInt(Candidate::kind);

    long start() {
      return writer.start(row);
    }

    long id() {
      return writer.id(row);
    }

    int kind() {
      return writer.kind(row);
    }
  }

  /** The parts of one trace on their way into one message. */
  private static final class Assembly {
    private final List<Candidate> candidates = new ArrayList<>();
    private final Envelopes resources = new Envelopes();
    private final Envelopes scopes = new Envelopes();

    void add(TracePart part, SpanWriter writer) throws IOException {
      ColumnSet spans = part.spans();
      int[] resourceRows = ColumnReads.requiredInts(spans, Fields.SPAN_RESOURCE);
      int[] scopeRows = ColumnReads.requiredInts(spans, Fields.SPAN_SCOPE);
      Map<Integer, Integer> resourceNumbers = new HashMap<>();
      Map<Integer, Integer> scopeNumbers = new HashMap<>();
      for (int row = part.fromRow(); row < part.toRow(); row++) {
        Integer resource = resourceNumbers.get(resourceRows[row]);
        if (resource == null) {
          resource = resources.number(writer.resource(resourceRows[row]));
          resourceNumbers.put(resourceRows[row], resource);
        }
        Integer scope = scopeNumbers.get(scopeRows[row]);
        if (scope == null) {
          scope = scopes.number(writer.scope(scopeRows[row]));
          scopeNumbers.put(scopeRows[row], scope);
        }
        candidates.add(new Candidate(writer, row, resource, scope));
      }
    }

    AssembledTrace write(long maxBytes) throws IOException {
      candidates.sort(Candidate.ORDER);
      Map<Integer, Map<Integer, List<Candidate>>> tree = grouped();
      WireWriter out = new WireWriter((int) Math.min(maxBytes, 512L * candidates.size()));
      int written = 0;
      for (Map.Entry<Integer, Map<Integer, List<Candidate>>> byResource : tree.entrySet()) {
        SpanWriter.Envelope resource = resources.get(byResource.getKey());
        int resourceSpans = out.begin(1);
        out.raw(resource.before(), 0, resource.before().length);
        for (Map.Entry<Integer, List<Candidate>> byScope : byResource.getValue().entrySet()) {
          SpanWriter.Envelope scope = scopes.get(byScope.getKey());
          int scopeSpans = out.begin(2);
          out.raw(scope.before(), 0, scope.before().length);
          for (Candidate candidate : byScope.getValue()) {
            int before = out.size();
            int span = out.begin(2);
            candidate.writer().writeSpan(candidate.row(), out);
            out.end(span);
            if (out.size() > maxBytes) {
              out.truncate(before);
              close(out, scopeSpans, scope);
              close(out, resourceSpans, resource);
              return new AssembledTrace(out.toByteArray(), written, true);
            }
            written++;
          }
          close(out, scopeSpans, scope);
        }
        close(out, resourceSpans, resource);
      }
      return new AssembledTrace(out.toByteArray(), written, false);
    }

    private static void close(WireWriter out, int mark, SpanWriter.Envelope envelope) {
      out.raw(envelope.behind(), 0, envelope.behind().length);
      out.end(mark);
    }

    /** Distinct spans by resource and scope, each in the order of its first span. */
    private Map<Integer, Map<Integer, List<Candidate>>> grouped() {
      Map<Integer, Map<Integer, List<Candidate>>> tree = new LinkedHashMap<>();
      SpanIdSet seen = new SpanIdSet(candidates.size());
      for (Candidate candidate : candidates) {
        if (seen.add(candidate.id(), candidate.kind())) {
          tree.computeIfAbsent(candidate.resource(), r -> new LinkedHashMap<>())
              .computeIfAbsent(candidate.scope(), s -> new ArrayList<>())
              .add(candidate);
        }
      }
      return tree;
    }
  }

  /** Distinct envelopes, numbered. */
  private static final class Envelopes {
    private final Map<ByteBuffer, Integer> numbers = new HashMap<>();
    private final List<SpanWriter.Envelope> envelopes = new ArrayList<>();

    int number(SpanWriter.Envelope envelope) {
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

    SpanWriter.Envelope get(int number) {
      return envelopes.get(number);
    }
  }
}
