package io.tempo4j.engine;

import io.tempo4j.block.BlockReader;
import io.tempo4j.model.TenantId;
import java.util.Collection;
import java.util.Collections;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The tenants that have spans, or may get some. Thread-safe. */
final class Tenants {

  private final Map<TenantId, TenantSpans> all = new ConcurrentHashMap<>();
  private final Function<TenantId, TenantSpans> make;
  private volatile boolean isCatalogMissing;

  Tenants(Function<TenantId, TenantSpans> make) {
    this.make = make;
  }

  private TenantSpans make(TenantId tenant) {
    TenantSpans spans = make.apply(tenant);
    if (isCatalogMissing) {
      spans.miss(MissingBlock.UNKNOWN);
    }
    return spans;
  }

  /** Lets every view say that it lacks what the object store has, until that is known. */
  void catalogIsMissing() {
    isCatalogMissing = true;
    all.values().forEach(spans -> spans.miss(MissingBlock.UNKNOWN));
  }

  /** What the object store has is in the views, or was never missing. */
  void catalogIsKnown() {
    isCatalogMissing = false;
    all.values().forEach(spans -> spans.forget(MissingBlock.UNKNOWN));
  }

  /** The view of a tenant who has no spans here. */
  TenantSpans.View nothing() {
    return isCatalogMissing ? TenantSpans.View.UNKNOWN : TenantSpans.View.EMPTY;
  }

  /** A live view of all. */
  Collection<TenantSpans> all() {
    return Collections.unmodifiableCollection(all.values());
  }

  /** The tenants that have spans now, in order of their names. */
  Set<TenantId> names() {
    return new TreeSet<>(all.keySet());
  }

  @Nullable TenantSpans find(TenantId tenant) {
    return all.get(tenant);
  }

  /** The spans of a tenant, who is new if there are none; it may have been retired since. */
  TenantSpans of(TenantId tenant) {
    return all.computeIfAbsent(tenant, this::make);
  }

  /** Puts a block into the view of its tenant, in the place of what has its id there. */
  void publish(BlockReader block) {
    var unused =
        all.compute(
            block.meta().tenant(),
            (tenant, known) -> {
              TenantSpans spans = Objects.requireNonNullElseGet(known, () -> make(tenant));
              spans.publish(null, block);
              return spans;
            });
  }

  /** Forgets those that have no spans, and that something was missing which is known now. */
  void tidy() {
    for (TenantId tenant : all.keySet()) {
      all.computeIfPresent(
          tenant,
          (unused, spans) -> {
            if (!isCatalogMissing && spans.view().missing().contains(MissingBlock.UNKNOWN)) {
              spans.forget(MissingBlock.UNKNOWN);
            }
            return spans.retire() ? null : spans;
          });
    }
  }
}
