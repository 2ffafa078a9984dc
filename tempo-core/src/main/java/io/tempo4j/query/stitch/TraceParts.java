package io.tempo4j.query.stitch;

import io.tempo4j.column.Fields;
import io.tempo4j.model.TraceId;
import io.tempo4j.query.scan.GroupView;
import io.tempo4j.query.scan.SourceView;
import io.tempo4j.query.scan.TimeRange;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Finds the parts of traces in all sources of a query. Not thread-safe. */
public final class TraceParts {

  private final List<SourceView> sources;

  /** Looks in {@code sources}; the list is kept. */
  public TraceParts(List<SourceView> sources) {
    this.sources = sources;
  }

  /** A trace's row in a row group. */
  public record Part(GroupView group, int traceRow) {

    /** Smallest start of its spans here, Unix nanoseconds. */
    public long startNanos() throws IOException {
      return group.traces().longs(Fields.TRACE_START)[traceRow];
    }

    /** Largest end of its spans here, Unix nanoseconds. */
    public long endNanos() throws IOException {
      return group.traces().longs(Fields.TRACE_END)[traceRow];
    }

    /** Number of its spans here. */
    public int spanCount() throws IOException {
      return group.traceOffsets()[traceRow + 1] - group.traceOffsets()[traceRow];
    }

    /** Whether a query over {@code range} sees it. */
    public boolean isIn(TimeRange range) throws IOException {
      return range.overlaps(startNanos(), endNanos());
    }
  }

  /** All parts of a trace, in the order of the sources. */
  public List<Part> of(TraceId id) throws IOException {
    List<Part> parts = new ArrayList<>(1);
    for (SourceView source : sources) {
      source.source().prefetchTrace(id);
    }
    for (SourceView source : sources) {
      Part part = find(source, id);
      if (part != null) {
        parts.add(part);
      }
    }
    return parts;
  }

  private static @Nullable Part find(SourceView source, TraceId id) throws IOException {
    int index = source.source().findTrace(id);
    if (index < 0) {
      return null;
    }
    GroupView group = source.groups().get(index);
    int row = group.traceRow(id);
    return row < 0 ? null : new Part(group, row);
  }

  /** All parts of a trace of which one is known, in the order of the sources. */
  public List<Part> of(TraceId id, Part known) throws IOException {
    if (sources.size() == 1) {
      return List.of(known);
    }
    List<Part> parts = new ArrayList<>(1);
    for (SourceView source : sources) {
      source.source().prefetchTrace(id);
    }
    for (SourceView source : sources) {
      Part part = source == known.group().source() ? known : find(source, id);
      if (part != null) {
        parts.add(part);
      }
    }
    return parts;
  }
}
