package io.tempo4j.query.metrics;

import io.tempo4j.column.Fields;
import io.tempo4j.column.ZoneMap;
import io.tempo4j.query.QueryContext;
import io.tempo4j.query.scan.GroupView;
import io.tempo4j.query.scan.ReadTally;
import io.tempo4j.query.scan.Selection;
import io.tempo4j.query.scan.SourceView;
import io.tempo4j.query.scan.TimeRange;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Tells for one query which spans of a row group another source has, too, so that they count there
 * alone. Not thread-safe.
 */
/*
 * Of sources with an equal span the one counts whose last span starts first. So it is heads that are
 * compared with blocks, and new blocks with old ones: what a source shares with those before it in
 * time are few spans at its beginning, and most row groups are done by a look at two times. What is
 * left is found by trace ids (see RepeatedRows) and remembered, for it never changes.
 */
final class Repeats {

  /** So many selected spans are looked up by themselves if nothing is known of their row group. */
  private static final int FEW = 64;

  private final RepeatMemory memory;
  private final ReadTally tally;
  private final QueryContext context;
  private final Map<SourceView, List<Earlier>> earlier = new HashMap<>();

  /** A source with the times between which its spans start, and its number in the memory. */
  record Earlier(SourceView source, TimeRange starts, long number) {}

  Repeats(
      List<SourceView> sources,
      TimeRange range,
      RepeatMemory memory,
      ReadTally tally,
      QueryContext context) {
    this.memory = memory;
    this.tally = tally;
    this.context = context;
    List<Earlier> inRange = new ArrayList<>();
    for (SourceView source : sources) {
      TimeRange starts = starts(source);
      if (range.overlaps(starts.start(), starts.end())) {
        inRange.add(new Earlier(source, starts, memory.numberOf(source.source())));
      }
    }
    inRange.sort(
        Comparator.comparing((Earlier one) -> one.starts.end(), Long::compareUnsigned)
            .thenComparing(one -> one.source.source().name()));
    for (int i = 1; i < inRange.size(); i++) {
      TimeRange starts = inRange.get(i).starts;
      List<Earlier> before = new ArrayList<>();
      for (Earlier other : inRange.subList(0, i)) {
        if (starts.overlaps(other.starts.start(), other.starts.end())) {
          before.add(other);
        }
      }
      earlier.put(inRange.get(i).source, before);
    }
  }

  private static TimeRange starts(SourceView source) {
    long last = TimeRange.upper(source.zone(Fields.SPAN_START));
    long end = source.source().maxEndNanos();
    return new TimeRange(
        source.source().minStartNanos(), Long.compareUnsigned(last, end) < 0 ? last : end);
  }

  /**
   * The selected spans without those that count elsewhere.
   *
   * @param selected null for all
   * @return null for all
   */
  @Nullable Selection leaveOut(GroupView group, @Nullable Selection selected) throws IOException {
    List<Earlier> others = earlier.get(group.source());
    if (others == null || others.isEmpty() || group.spans().rowCount() == 0) {
      return selected;
    }
    ZoneMap starts = group.spans().zone(Fields.SPAN_START);
    List<Earlier> near = new ArrayList<>(others.size());
    for (Earlier other : others) {
      if (other.starts.mayOverlap(starts, starts)) {
        near.add(other);
      }
    }
    Selection repeats = near.isEmpty() ? null : repeats(group, selected, near);
    if (repeats == null) {
      return selected;
    }
    Selection rest = Selection.none(group.spans().rowCount());
    if (selected == null) {
      rest.addRange(0, rest.size());
    } else {
      rest.addAll(selected);
    }
    rest.removeAll(repeats);
    return rest;
  }

  private @Nullable Selection repeats(
      GroupView group, @Nullable Selection selected, List<Earlier> near) throws IOException {
    RepeatMemory.Known known = memory.of(group.source().source(), group.index());
    List<Earlier> unknown = new ArrayList<>();
    for (Earlier other : near) {
      if (!known.knows(other.number)) {
        unknown.add(other);
      }
    }
    if (!unknown.isEmpty()) {
      if (selected != null && selected.count() <= FEW) {
        return find(group, selected, near).values().stream().reduce(Repeats::union).orElse(null);
      }
      known =
          memory.learn(
              group.source().source(), group.index(), numbers(unknown), find(group, null, unknown));
    }
    Selection all = null;
    for (Earlier other : known.repeats().isEmpty() ? List.<Earlier>of() : near) {
      Selection found = known.repeats().get(other.number);
      all = found == null ? all : all == null ? found : union(all, found);
    }
    return all;
  }

  private static long[] numbers(List<Earlier> sources) {
    return sources.stream().mapToLong(Earlier::number).toArray();
  }

  private static Selection union(Selection one, Selection other) {
    Selection both = Selection.none(one.size());
    both.addAll(one);
    both.addAll(other);
    return both;
  }

  /** By number of the source those of {@code among} that it has, where there are any. */
  private Map<Long, Selection> find(
      GroupView group, @Nullable Selection among, List<Earlier> sources) throws IOException {
    Map<Long, Selection> found = new HashMap<>();
    for (Earlier other : sources) {
      context.check();
      Selection repeats = new RepeatedRows(group, among, other, tally).find();
      if (!repeats.isEmpty()) {
        found.put(other.number, repeats);
      }
    }
    return found;
  }
}
