package io.tempo4j.head;

import io.tempo4j.collect.StringInterner;
import io.tempo4j.column.Fields;
import io.tempo4j.column.SpanSource;
import io.tempo4j.column.Table;
import io.tempo4j.memory.ByteBudget;
import io.tempo4j.memory.ByteLease;
import io.tempo4j.memory.NoRoomException;
import io.tempo4j.model.TraceId;
import io.tempo4j.otlp.AttributeSink;
import io.tempo4j.otlp.LinkFields;
import io.tempo4j.otlp.MalformedOtlpException;
import io.tempo4j.otlp.OtlpDecoder;
import io.tempo4j.otlp.OwnerFields;
import io.tempo4j.otlp.RejectionReason;
import io.tempo4j.otlp.SpanFields;
import io.tempo4j.otlp.SpanSink;
import java.lang.ref.WeakReference;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Recent spans of one tenant in memory, searchable from the moment their request returns.
 *
 * <p>Thread-safe. Appends decode one after the other; readers take no lock: they look at the
 * immutable prefix that was published last ({@link HeadState}).
 *
 * <p>Nothing of a request that fails is ever visible.
 */
public final class Head {

  /** Heap bytes of the objects of a head that holds nothing. */
  private static final int EMPTY_BYTES = 7 << 10;

  private final ReentrantLock writer = new ReentrantLock();
  private final PublicationQueue unpublished = new PublicationQueue(writer);
  private final StringInterner strings;
  private final TraceInterner traces;
  private final SpanRows rows;
  private final TupleTable spanTuples;
  private final TupleTable eventTuples;
  private final TupleTable linkTuples;
  private final OwnerTable resources;
  private final OwnerTable scopes;
  private final OtlpDecoder decoder = new OtlpDecoder();
  private final Sink sink = new Sink();
  private final String name;
  private final int rowGroupSpans;
  private final ByteLease lease;

  private long minStart = -1L; // unsigned maximum
  private long maxEnd;
  private volatile HeadState state;
  private volatile boolean letGo;
  private final AtomicReference<@Nullable CachedView> view = new AtomicReference<>();

  /** Makes an empty head that may grow without bound. */
  public Head(String name, int rowGroupSpans) {
    this(name, rowGroupSpans, ByteBudget.unbounded(name).lease());
  }

  /**
   * Makes an empty head.
   *
   * @param name what its source is called in logs and statistics
   * @param rowGroupSpans spans per row group of its views; a trace is never split
   * @param lease holds the head's {@link #heapBytes}; grows before the head does, is closed by
   *     {@link #letGo}
   */
  public Head(String name, int rowGroupSpans, ByteLease lease) {
    this.name = name;
    this.rowGroupSpans = rowGroupSpans;
    this.lease = lease;
    lease.growAlways(EMPTY_BYTES);
    this.strings = new StringInterner(lease);
    this.traces = new TraceInterner(lease);
    this.rows = new SpanRows(lease);
    this.spanTuples = new TupleTable(Table.SPAN, strings, lease);
    this.eventTuples = new TupleTable(Table.EVENT, strings, lease);
    this.linkTuples = new TupleTable(Table.LINK, strings, lease);
    this.resources = new OwnerTable(Table.RESOURCE, strings, lease);
    this.scopes = new OwnerTable(Table.SCOPE, strings, lease);
    this.state = snapshot();
  }

  /**
   * The spans of one message as a source of one row group, for queries that see it alone.
   *
   * @throws MalformedOtlpException if the bytes are no OTLP message
   */
  public static SpanSource ofTrace(byte[] tracesData) throws MalformedOtlpException {
    Head head = new Head("stitched trace", Integer.MAX_VALUE);
    try {
      head.append(tracesData, 0, tracesData.length);
    } catch (HeadFullException e) {
      throw new IllegalStateException("a head without bound is full", e);
    }
    return head.view();
  }

  /**
   * What an append did.
   *
   * @param acceptedSpans spans that are now visible
   * @param rejectedSpans spans that were dropped, by reason
   * @param message why, empty if none was dropped
   */
  public record Appended(
      int acceptedSpans, Map<RejectionReason, Integer> rejectedSpans, String message) {}

  /**
   * Makes a request durable.
   *
   * @param <E> what it throws if it cannot
   */
  @FunctionalInterface
  public interface Logging<E extends Exception> {
    /** Returns when the request is durable. */
    void log() throws E;
  }

  /** As {@link #append(byte[], int, int, Logging)}, for a request that is durable already. */
  public Appended append(byte[] buffer, int offset, int length)
      throws MalformedOtlpException, HeadFullException {
    return append(buffer, offset, length, () -> {});
  }

  /**
   * Decodes a request, has it made durable, and then makes its spans visible; requests become
   * visible in the order in which they were decoded. While one is made durable, others are decoded.
   *
   * @param log is called without a lock if the request has spans
   * @throws MalformedOtlpException if the bytes are no request; nothing of it is ever visible
   * @throws HeadFullException if the lease has no room for what the request needs; nothing of it is
   *     ever visible, and the head is as good as before
   * @throws E what {@code log} throws; nothing of the request is ever visible
   */
  public <E extends Exception> Appended append(
      byte[] buffer, int offset, int length, Logging<E> log)
      throws MalformedOtlpException, HeadFullException, E {
    Appended appended;
    PublicationQueue.@Nullable Entry entry;
    writer.lock();
    try {
      entry = decode(buffer, offset, length);
      appended =
          new Appended(
              decoder.acceptedSpans(), decoder.rejectedSpans(), decoder.rejectionMessage());
    } finally {
      writer.unlock();
    }
    if (entry == null) {
      return appended;
    }
    try {
      log.log();
    } catch (Throwable e) {
      takeBack(entry);
      throw e;
    }
    publish(entry, buffer, offset, length);
    return appended;
  }

  /** Adds the rows of a request, which nobody sees yet; null if it has none. The lock is held. */
  private PublicationQueue.@Nullable Entry decode(byte[] buffer, int offset, int length)
      throws MalformedOtlpException, HeadFullException {
    HeadMark before =
        new HeadMark(
            rows.count,
            resources.rows(),
            scopes.rows(),
            traces.size(),
            strings.size(),
            minStart,
            maxEnd);
    boolean done = false;
    try {
      decoder.decode(buffer, offset, length, sink);
      done = true;
    } catch (NoRoomException e) {
      throw new HeadFullException(e.budget(), e.bytes());
    } finally {
      if (!done) {
        goBack(before);
      }
      sink.noted = strings.byteCount();
    }
    return rows.count == before.spans() ? null : unpublished.add(before, snapshot());
  }

  private void publish(PublicationQueue.Entry decoded, byte[] buffer, int offset, int length)
      throws MalformedOtlpException, HeadFullException {
    writer.lock();
    try {
      PublicationQueue.Entry entry = decoded;
      do {
        if (entry.fate() == PublicationQueue.Fate.TAKEN_BACK) {
          entry = Objects.requireNonNull(decode(buffer, offset, length), "it had spans");
        }
        HeadState next = unpublished.logged(entry);
        if (next != null) {
          state = next;
        }
      } while (unpublished.await(entry) == PublicationQueue.Fate.TAKEN_BACK);
      CachedView cached = view.get();
      if (cached != null && cached.refersTo(null)) {
        dropView();
      }
    } finally {
      writer.unlock();
    }
  }

  private void takeBack(PublicationQueue.Entry entry) {
    writer.lock();
    try {
      HeadMark before = unpublished.takeBack(entry);
      if (before != null) {
        goBack(before);
        sink.noted = strings.byteCount();
      }
    } finally {
      writer.unlock();
    }
  }

  private void goBack(HeadMark mark) {
    truncate(mark.spans());
    resources.truncate(mark.resources());
    scopes.truncate(mark.scopes());
    traces.truncate(mark.traces());
    strings.truncate(mark.strings());
    minStart = mark.minStartNanos();
    maxEnd = mark.maxEndNanos();
    trim();
  }

  /** Spans that are visible now. */
  public int spanCount() {
    return state.spans();
  }

  /**
   * Heap bytes of everything that is kept, room to grow included: what the lease holds. Cheap,
   * takes no lock of the writer.
   */
  public long heapBytes() {
    return lease.bytes();
  }

  /**
   * A view of all spans that are visible now, sorted; made anew only if there are new ones, or if
   * nobody used the last one for a while.
   */
  public SpanSource view() {
    HeadState current = state;
    CachedView cached = view.get();
    HeadView known = cached == null ? null : cached.get();
    if (known == null || known.state() != current) {
      ViewHoldings holdings =
          letGo ? ViewHoldings.uncounted() : ViewHoldings.of(lease.budget().lease());
      known = HeadView.of(name, current, rowGroupSpans, holdings);
      replaceView(new CachedView(known));
      if (letGo) {
        dropView();
      }
    }
    return known;
  }

  /** Heap bytes that the view of the moment holds beside the head, about. */
  public long viewBytes() {
    CachedView cached = view.get();
    return cached == null ? 0 : cached.holdings.bytes();
  }

  /** Lets go of the view of the moment; who still reads it may do so, but it is not counted. */
  public void dropView() {
    replaceView(null);
  }

  /**
   * Gives back everything that is counted: of a head whose spans are served from elsewhere. Who
   * still reads it may go on; nothing may be appended any more.
   */
  public void letGo() {
    letGo = true;
    lease.close();
    dropView();
  }

  private void replaceView(@Nullable CachedView next) {
    CachedView last = view.getAndSet(next);
    if (last != null) {
      last.holdings.close();
    }
  }

  /** A view that lives as long as somebody uses it, and what it holds. */
  private static final class CachedView extends WeakReference<HeadView> {
    final ViewHoldings holdings;

    CachedView(HeadView view) {
      super(view);
      this.holdings = view.holdings();
    }
  }

  /**
   * A view for writing a block: its row groups are made when asked for and not kept, so that the
   * head's columns are never in memory twice.
   */
  public SpanSource viewForWriting() {
    return HeadView.transientOf(name, state, rowGroupSpans);
  }

  /** A view of one trace, or nothing if the head does not hold it. Cheap beside {@link #view}. */
  public Optional<SpanSource> viewOf(TraceId id) {
    return HeadView.ofTrace(name, state, id);
  }

  private HeadState snapshot() {
    return new HeadState(
        rows.count,
        traces.size(),
        minStart,
        maxEnd,
        strings.dictionary(),
        traces.high(),
        traces.low(),
        traces.textBytes(),
        rows.traceOf.pages(),
        rows.spanId.pages(),
        rows.parentSpanId.pages(),
        rows.start.pages(),
        rows.duration.pages(),
        rows.name.pages(),
        rows.kind.pages(),
        rows.status.pages(),
        rows.flags.pages(),
        rows.resource.pages(),
        rows.scope.pages(),
        rows.eventStart.pages(),
        rows.linkStart.pages(),
        rows.eventTime.pages(),
        rows.eventName.pages(),
        rows.linkTraceIdHigh.pages(),
        rows.linkTraceIdLow.pages(),
        rows.linkSpanId.pages(),
        TupleState.of(spanTuples),
        TupleState.of(eventTuples),
        TupleState.of(linkTuples),
        TupleState.of(resources.tuples()),
        TupleState.of(scopes.tuples()));
  }

  private void truncate(int spans) {
    rows.truncate(spans);
    spanTuples.truncate(spans);
    eventTuples.truncate(rows.eventCount);
    linkTuples.truncate(rows.linkCount);
  }

  /** Gives back the pages that hold nothing. */
  private void trim() {
    rows.trim();
    spanTuples.trim();
    eventTuples.trim();
    linkTuples.trim();
    resources.trim();
    scopes.trim();
  }

  /** Puts what the decoder finds into the columns. */
  private final class Sink implements SpanSink {

    /** Bytes of all texts when a span ended last. */
    long noted;

    @Override
    public int resource(byte[] buffer, int message, int length, int schemaUrl, int schemaUrlLength)
        throws MalformedOtlpException {
      int known = resources.find(buffer, message, length, schemaUrl, schemaUrlLength);
      if (known >= 0) {
        return known;
      }
      return resources.add(tuples -> {
        OwnerFields fields = OwnerFields.resource(buffer, message, length, tuples);
        tuples.textField(Fields.RESOURCE_SCHEMA_URL, buffer, schemaUrl, schemaUrlLength);
        tuples.numberField(Fields.RESOURCE_DROPPED_ATTRIBUTES, fields.droppedAttributes);
        tuples.bytesField(Fields.RESOURCE_ENTITY_REFS, fields.entityRefs);
      });
    }

    @Override
    public int scope(byte[] buffer, int message, int length, int schemaUrl, int schemaUrlLength)
        throws MalformedOtlpException {
      int known = scopes.find(buffer, message, length, schemaUrl, schemaUrlLength);
      if (known >= 0) {
        return known;
      }
      return scopes.add(tuples -> {
        OwnerFields fields = OwnerFields.scope(buffer, message, length, tuples);
        tuples.textField(Fields.SCOPE_NAME, buffer, fields.nameOffset, fields.nameLength);
        tuples.textField(Fields.SCOPE_VERSION, buffer, fields.versionOffset, fields.versionLength);
        tuples.textField(Fields.SCOPE_SCHEMA_URL, buffer, schemaUrl, schemaUrlLength);
        tuples.numberField(Fields.SCOPE_DROPPED_ATTRIBUTES, fields.droppedAttributes);
      });
    }

    @Override
    public AttributeSink spanAttributes() {
      return spanTuples;
    }

    @Override
    public AttributeSink eventAttributes() {
      return eventTuples;
    }

    @Override
    public AttributeSink linkAttributes() {
      return linkTuples;
    }

    @Override
    public void endEvent(byte[] buffer, long timeNanos, int name, int nameLength, long dropped) {
      eventTuples.numberField(Fields.EVENT_DROPPED_ATTRIBUTES, dropped);
      eventTuples.endRow();
      rows.addEvent(timeNanos, strings.internText(buffer, name, nameLength));
    }

    @Override
    public void endLink(byte[] buffer, LinkFields link) {
      linkTuples.textField(
          Fields.LINK_TRACE_STATE, buffer, link.traceStateOffset, link.traceStateLength);
      linkTuples.numberField(Fields.LINK_FLAGS, link.flags & 0xffff_ffffL);
      linkTuples.numberField(Fields.LINK_DROPPED_ATTRIBUTES, link.droppedAttributes);
      linkTuples.endRow();
      rows.addLink(link);
    }

    @Override
    public void endSpan(byte[] buffer, SpanFields span, int resource, int scope) {
      spanTuples.textField(
          Fields.SPAN_STATUS_MESSAGE, buffer, span.statusMessageOffset, span.statusMessageLength);
      spanTuples.textField(
          Fields.SPAN_TRACE_STATE, buffer, span.traceStateOffset, span.traceStateLength);
      spanTuples.numberField(Fields.SPAN_DROPPED_ATTRIBUTES, span.droppedAttributes);
      spanTuples.numberField(Fields.SPAN_DROPPED_EVENTS, span.droppedEvents);
      spanTuples.numberField(Fields.SPAN_DROPPED_LINKS, span.droppedLinks);
      spanTuples.endRow();
      int trace = traces.intern(span.traceIdHigh, span.traceIdLow);
      int nameCode = strings.internText(buffer, span.nameOffset, span.nameLength);
      rows.add(span, trace, nameCode, resource, scope);
      traces.addTextBytes(trace, strings.byteCount() - noted);
      noted = strings.byteCount();
      if (Long.compareUnsigned(span.startNanos, minStart) < 0) {
        minStart = span.startNanos;
      }
      long end =
          Long.compareUnsigned(span.endNanos, span.startNanos) < 0
              ? span.startNanos
              : span.endNanos;
      if (Long.compareUnsigned(end, maxEnd) > 0) {
        maxEnd = end;
      }
    }

    @Override
    public void discardSpan() {
      truncate(rows.count);
    }
  }
}
