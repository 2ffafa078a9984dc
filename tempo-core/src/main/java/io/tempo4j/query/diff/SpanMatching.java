package io.tempo4j.query.diff;

import io.tempo4j.query.QueryContext;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Finds for the spans of one trace those of the other that they are instances of the same of. */
/*
 * Spans are matched within their identity alone. Six passes go from sure to unsure: the same content
 * under the same parent; the same status under the same parent; the same parent; the same content;
 * the same status; any. Each takes the spans of both sides in their order. So spans that did not
 * change find each other before others can take their place, and the order of siblings means
 * nothing.
 *
 * Four of the passes ask whether keys are equal: a queue for each key gives what a search from the
 * start would. "The same content" allows for tolerances, which no key can express, so candidates
 * with the same fingerprint are tried one by one. That is quadratic where many spans differ in
 * their durations alone; so only so many candidates are tried in one comparison, and what is left
 * is matched by the other passes.
 */
final class SpanMatching {

  private static final int MAX_TRIALS = 4_000_000;
  private static final int TRIALS_PER_CHECK = 10_000;

  private final QueryContext context;
  private final Map<ComparedSpan, ComparedSpan> baseOf = new IdentityHashMap<>();
  private final Set<ComparedSpan> matchedBase =
      java.util.Collections.newSetFromMap(new IdentityHashMap<>());
  private int trials;

  private SpanMatching(QueryContext context) {
    this.context = context;
  }

  static SpanMatching of(ComparedTrace base, ComparedTrace compare, QueryContext context) {
    SpanMatching matching = new SpanMatching(context);
    Map<SpanIdentity, List<ComparedSpan>> baseSpans = byIdentity(base.spans());
    byIdentity(compare.spans())
        .forEach((identity, spans) -> {
          List<ComparedSpan> candidates = baseSpans.get(identity);
          if (candidates != null) {
            matching.match(candidates, spans);
          }
        });
    return matching;
  }

  private static Map<SpanIdentity, List<ComparedSpan>> byIdentity(List<ComparedSpan> spans) {
    Map<SpanIdentity, List<ComparedSpan>> groups = new LinkedHashMap<>();
    for (ComparedSpan span : spans) {
      groups.computeIfAbsent(span.identity(), identity -> new ArrayList<>()).add(span);
    }
    return groups;
  }

  /** The span of the base that {@code compare} matches, or null if there is none. */
  @Nullable ComparedSpan baseOf(ComparedSpan compare) {
    return baseOf.get(compare);
  }

  /** Whether a span of the base is matched. */
  boolean isMatched(ComparedSpan base) {
    return matchedBase.contains(base);
  }

  int matchedSpans() {
    return baseOf.size();
  }

  private void match(List<ComparedSpan> base, List<ComparedSpan> compare) {
    matchSame(base, compare, span -> pair(span.parentIdentity(), SpanValues.fingerprint(span)));
    matchKeys(base, compare, span -> pair(span.parentIdentity(), span.status()));
    matchKeys(base, compare, span -> pair(span.parentIdentity(), ""));
    matchSame(base, compare, SpanValues::fingerprint);
    matchKeys(base, compare, ComparedSpan::status);
    matchKeys(base, compare, span -> "");
  }

  private static List<@Nullable Object> pair(@Nullable Object one, Object other) {
    return Arrays.asList(one, other);
  }

  private void matchKeys(
      List<ComparedSpan> base, List<ComparedSpan> compare, Function<ComparedSpan, Object> key) {
    Map<Object, Queue<ComparedSpan>> free = free(base, compare, key, ArrayDeque::new);
    if (free.isEmpty()) {
      return;
    }
    for (ComparedSpan span : compare) {
      if (!baseOf.containsKey(span)) {
        Queue<ComparedSpan> candidates = free.get(key.apply(span));
        ComparedSpan first = candidates == null ? null : candidates.poll();
        if (first != null) {
          put(first, span);
        }
      }
    }
  }

  private void matchSame(
      List<ComparedSpan> base, List<ComparedSpan> compare, Function<ComparedSpan, Object> key) {
    Map<Object, List<ComparedSpan>> free = free(base, compare, key, ArrayList::new);
    if (free.isEmpty()) {
      return;
    }
    for (ComparedSpan span : compare) {
      if (!baseOf.containsKey(span)) {
        List<ComparedSpan> candidates = free.get(key.apply(span));
        if (candidates != null) {
          matchFirstSame(candidates, span);
        }
      }
    }
  }

  private void matchFirstSame(List<ComparedSpan> candidates, ComparedSpan span) {
    for (int i = 0; i < candidates.size() && trials < MAX_TRIALS; i++) {
      if (++trials % TRIALS_PER_CHECK == 0) {
        context.check();
      }
      if (SpanValues.same(candidates.get(i), span)) {
        put(candidates.remove(i), span);
        return;
      }
    }
  }

  /** The spans of the base that are not matched, by key; none if nothing is left to match. */
  private <C extends Collection<ComparedSpan>> Map<Object, C> free(
      List<ComparedSpan> base,
      List<ComparedSpan> compare,
      Function<ComparedSpan, Object> key,
      java.util.function.Supplier<C> newGroup) {
    Map<Object, C> free = new HashMap<>();
    if (compare.stream().allMatch(baseOf::containsKey)) {
      return free;
    }
    for (ComparedSpan span : base) {
      if (!matchedBase.contains(span)) {
        free.computeIfAbsent(key.apply(span), unused -> newGroup.get()).add(span);
      }
    }
    return free;
  }

  private void put(ComparedSpan base, ComparedSpan compare) {
    baseOf.put(compare, base);
    matchedBase.add(base);
  }

  /** Number of identities whose spans might as well have been matched otherwise. */
  static int ambiguousIdentities(ComparedTrace base, ComparedTrace compare) {
    Map<SpanIdentity, Map<@Nullable SpanIdentity, Integer>> before = countsByParent(base);
    Map<SpanIdentity, Map<@Nullable SpanIdentity, Integer>> after = countsByParent(compare);
    Set<SpanIdentity> identities = new HashSet<>(before.keySet());
    identities.retainAll(after.keySet());
    int ambiguous = 0;
    for (SpanIdentity identity : identities) {
      if (isAmbiguous(
          before.getOrDefault(identity, Map.of()), after.getOrDefault(identity, Map.of()))) {
        ambiguous++;
      }
    }
    return ambiguous;
  }

  private static Map<SpanIdentity, Map<@Nullable SpanIdentity, Integer>> countsByParent(
      ComparedTrace trace) {
    Map<SpanIdentity, Map<@Nullable SpanIdentity, Integer>> counts = new HashMap<>();
    for (ComparedSpan span : trace.spans()) {
      counts
          .computeIfAbsent(span.identity(), identity -> new HashMap<>())
          .merge(span.parentIdentity(), 1, Integer::sum);
    }
    return counts;
  }

  /** Several below one parent, or several whose parents do not match, on one of the sides. */
  private static boolean isAmbiguous(
      Map<@Nullable SpanIdentity, Integer> before, Map<@Nullable SpanIdentity, Integer> after) {
    Set<@Nullable SpanIdentity> parents = new HashSet<>(before.keySet());
    parents.addAll(after.keySet());
    int restBefore = 0;
    int restAfter = 0;
    for (SpanIdentity parent : parents) {
      int countBefore = before.getOrDefault(parent, 0);
      int countAfter = after.getOrDefault(parent, 0);
      int paired = Math.min(countBefore, countAfter);
      if (paired > 0 && Math.max(countBefore, countAfter) > 1) {
        return true;
      }
      restBefore += countBefore - paired;
      restAfter += countAfter - paired;
    }
    return Math.min(restBefore, restAfter) > 0 && Math.max(restBefore, restAfter) > 1;
  }
}
