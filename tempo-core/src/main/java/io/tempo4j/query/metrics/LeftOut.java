package io.tempo4j.query.metrics;

import io.tempo4j.model.TraceId;
import io.tempo4j.query.scan.GroupView;
import io.tempo4j.query.scan.Selection;
import io.tempo4j.query.scan.SourceView;
import io.tempo4j.query.stitch.TraceStitcher;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Traces whose spans a query does not count. Not thread-safe. */
final class LeftOut {

  /** No trace is left out. */
  static final LeftOut NOTHING = new LeftOut(Set.of());

  private final Set<TraceId> traces;

  /** The traces that may lie in each row group of a source, by the source's filter. */
  private final Map<SourceView, Map<Integer, List<TraceId>>> bySource = new HashMap<>();

  LeftOut(Set<TraceId> traces) {
    this.traces = traces;
  }

  /**
   * The selected spans without those of the traces.
   *
   * @param selected null for all; stays as it is
   * @return null for all
   */
  @Nullable Selection without(GroupView group, @Nullable Selection selected) throws IOException {
    if (traces.isEmpty()) {
      return selected;
    }
    int spans = group.spans().rowCount();
    Selection out = Selection.none(spans);
    for (TraceId id : near(group)) {
      int row = group.traceRow(id);
      if (row >= 0) {
        out.addRange(group.traceOffsets()[row], group.traceOffsets()[row + 1]);
      }
    }
    if (out.isEmpty()) {
      return selected;
    }
    Selection rest = selected == null ? Selection.all(spans) : Selection.none(spans);
    if (selected != null) {
      rest.addAll(selected);
    }
    rest.removeAll(out);
    return rest;
  }

  private Collection<TraceId> near(GroupView group) throws IOException {
    if (TraceStitcher.isStitched(group)) {
      return traces;
    }
    SourceView source = group.source();
    Map<Integer, List<TraceId>> known = bySource.get(source);
    if (known == null) {
      known = new HashMap<>();
      for (TraceId id : traces) {
        int index = source.source().findTrace(id);
        if (index >= 0) {
          known.computeIfAbsent(index, unused -> new ArrayList<>()).add(id);
        }
      }
      bySource.put(source, known);
    }
    return known.getOrDefault(group.index(), List.of());
  }
}
