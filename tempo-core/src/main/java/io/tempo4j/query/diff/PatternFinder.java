package io.tempo4j.query.diff;

import io.tempo4j.model.AttributeValue;
import io.tempo4j.query.diff.TraceSummary.Direction;
import io.tempo4j.query.diff.TraceSummary.DurationDeltas;
import io.tempo4j.query.diff.TraceSummary.Omitted;
import io.tempo4j.query.diff.TraceSummary.Pattern;
import io.tempo4j.query.diff.TraceSummary.State;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Puts alike changes together. */
final class PatternFinder {

  private static final int MAX_PATTERNS = 20;
  private static final int MAX_SAMPLES = 3;

  private static final Comparator<Group> ORDER =
      Comparator.comparingInt((Group group) -> -group.count)
          .thenComparing(group -> group.key.state)
          .thenComparing(group -> group.key.span.service())
          .thenComparing(group -> group.key.span.name());

  private final Map<Key, Group> groups = new LinkedHashMap<>();
  private final List<Group> ranked;

  /** What makes changes alike. */
  private record Key(State state, SpanIdentity span, List<Object> changes) {}

  /** A duration that went up or down, or is not there on one side. */
  private record DurationChange(boolean isOnBothSides, Direction direction) {}

  /** Alike changes while they are counted. */
  private static final class Group {
    private final Key key;
    private final List<SpanChange> changes;
    private final List<ComparedSpan> samples = new ArrayList<>();
    private int count;
    private boolean hasDurations;
    private long minMillis;
    private long maxMillis;
    private long totalNanos;

    Group(Key key, List<SpanChange> changes) {
      this.key = key;
      this.changes = changes;
    }

    void add(ComparedSpan span, @Nullable Long durationDelta) {
      count++;
      if (samples.size() < MAX_SAMPLES) {
        samples.add(span);
      }
      if (durationDelta != null) {
        long millis = SummaryBuilder.millis(durationDelta);
        minMillis = hasDurations ? Math.min(minMillis, millis) : millis;
        maxMillis = hasDurations ? Math.max(maxMillis, millis) : millis;
        totalNanos += durationDelta;
        hasDurations = true;
      }
    }

    Pattern pattern() {
      return new Pattern(
          key.state,
          key.span,
          count,
          samples,
          changes,
          hasDurations
              ? Optional.of(
                  new DurationDeltas(minMillis, maxMillis, SummaryBuilder.millis(totalNanos)))
              : Optional.empty());
    }
  }

  PatternFinder(TracePatch patch) {
    for (ChangedSpan changed : patch.modified()) {
      List<Object> alike = new ArrayList<>();
      Long durationDelta = null;
      for (SpanChange change : changed.changes()) {
        Long delta = durationDelta(change);
        durationDelta = delta == null ? durationDelta : delta;
        alike.add(
            change.target() instanceof SpanChange.Target.Duration
                ? new DurationChange(
                    delta != null, Direction.of(delta == null ? 0 : SummaryBuilder.millis(delta)))
                : change);
      }
      Key key = new Key(State.MODIFIED, changed.span().identity(), alike);
      group(key, changed.changes()).add(changed.span(), durationDelta);
    }
    for (ComparedSpan span : patch.added()) {
      group(new Key(State.ADDED, span.identity(), List.of()), List.of()).add(span, null);
    }
    for (ComparedSpan span : patch.removed()) {
      group(new Key(State.REMOVED, span.identity(), List.of()), List.of()).add(span, null);
    }
    ranked = groups.values().stream().sorted(ORDER).toList();
  }

  private Group group(Key key, List<SpanChange> changes) {
    return groups.computeIfAbsent(key, unused -> new Group(key, changes));
  }

  private static @Nullable Long durationDelta(SpanChange change) {
    return change.target() instanceof SpanChange.Target.Duration
            && change.before() instanceof AttributeValue.IntValue before
            && change.after() instanceof AttributeValue.IntValue after
        ? Long.valueOf(after.value() - before.value())
        : null;
  }

  /** The most frequent patterns. */
  List<Pattern> shown() {
    return ranked.stream().limit(MAX_PATTERNS).map(Group::pattern).toList();
  }

  /** What is not among them. */
  Optional<Omitted> omitted() {
    if (ranked.size() <= MAX_PATTERNS) {
      return Optional.empty();
    }
    int spans = ranked.stream().skip(MAX_PATTERNS).mapToInt(group -> group.count).sum();
    return Optional.of(new Omitted(ranked.size() - MAX_PATTERNS, spans));
  }
}
