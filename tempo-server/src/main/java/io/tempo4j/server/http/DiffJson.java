package io.tempo4j.server.http;

import com.fasterxml.jackson.core.SerializableString;
import io.tempo4j.model.Attribute;
import io.tempo4j.model.AttributeValue;
import io.tempo4j.query.diff.ChangedSpan;
import io.tempo4j.query.diff.ComparedSpan;
import io.tempo4j.query.diff.DiffWarning;
import io.tempo4j.query.diff.SpanChange;
import io.tempo4j.query.diff.SpanIdentity;
import io.tempo4j.query.diff.TraceComparison;
import io.tempo4j.query.diff.TracePatch;
import io.tempo4j.query.diff.TraceSummary;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Comparisons of two traces in the forms of Tempo. */
final class DiffJson {

  /** A patch goes into a composed answer only if it is no larger than this. */
  private static final int MAX_COMPOSED_PATCH_BYTES = 64 << 10;

  private static final SerializableString VERSION = JsonBody.name("version");
  private static final SerializableString BASE = JsonBody.name("base");
  private static final SerializableString COMPARE = JsonBody.name("compare");
  private static final SerializableString TRACE_ID = JsonBody.name("traceId");
  private static final SerializableString SPAN_COUNT = JsonBody.name("spanCount");
  private static final SerializableString STATS = JsonBody.name("stats");
  private static final SerializableString MODIFIED = JsonBody.name("modified");
  private static final SerializableString ADDED = JsonBody.name("added");
  private static final SerializableString REMOVED = JsonBody.name("removed");
  private static final SerializableString WARNINGS = JsonBody.name("warnings");
  private static final SerializableString SPAN = JsonBody.name("span");
  private static final SerializableString CHANGES = JsonBody.name("changes");
  private static final SerializableString PATH = JsonBody.name("path");
  private static final SerializableString SERVICE = JsonBody.name("service");
  private static final SerializableString NAME = JsonBody.name("name");
  private static final SerializableString KIND = JsonBody.name("kind");
  private static final SerializableString STATUS = JsonBody.name("status");
  private static final SerializableString DURATION_NANOS = JsonBody.name("duration_nanos");
  private static final SerializableString TARGET = JsonBody.name("target");
  private static final SerializableString TYPE = JsonBody.name("type");
  private static final SerializableString PATCH = JsonBody.name("patch");
  private static final SerializableString PARENT_PATH = JsonBody.name("parentPath");
  private static final SerializableString ROOT_SERVICE = JsonBody.name("rootService");
  private static final SerializableString ROOT_NAME = JsonBody.name("rootName");
  private static final SerializableString SUMMARY = JsonBody.name("summary");

  private final JsonBody json;

  private DiffJson(JsonBody json) {
    this.json = json;
  }

  /** A comparison in the form that is asked for. */
  static Body of(TraceComparison comparison, DiffRequest.Format format) {
    return switch (format) {
      case PATCH -> patchAlone(comparison.patch());
      case SUMMARY ->
          JsonBody.of(json -> {
            json.startObject();
            new DiffJson(json).summary(comparison.summary());
            json.endObject();
          });
      case COMPOSED -> composed(comparison);
    };
  }

  private static Body patchAlone(TracePatch patch) {
    return JsonBody.of(json -> {
      json.startObject();
      new DiffJson(json).patch(patch);
      json.endObject();
    });
  }

  private static Body composed(TraceComparison comparison) {
    byte[] patch = patchAlone(comparison.patch()).toByteArray();
    return JsonBody.of(json -> {
      json.startObject();
      json.string(VERSION, DiffRequest.Format.COMPOSED.version());
      json.startObject(SUMMARY);
      new DiffJson(json).summary(comparison.summary());
      json.endObject();
      if (patch.length <= MAX_COMPOSED_PATCH_BYTES) {
        json.raw(PATCH, patch);
      } else {
        json.startObject("patchOmitted");
        json.key("bytes");
        json.number(patch.length);
        json.key("reason");
        json.text("over_budget");
        json.endObject();
      }
      json.endObject();
    });
  }

  // ---- patch

  private void patch(TracePatch patch) {
    json.string(VERSION, DiffRequest.Format.PATCH.version());
    side(BASE, patch.base());
    side(COMPARE, patch.compare());
    json.startObject(STATS);
    number("spanCountA", patch.base().spanCount());
    number("spanCountB", patch.compare().spanCount());
    number("matchedSpans", patch.matchedSpans());
    number("modifiedSpans", patch.modified().size());
    number("addedSpans", patch.added().size());
    number("removedSpans", patch.removed().size());
    number("fieldChanges", patch.fieldChanges());
    number("attributeChanges", patch.attributeChanges());
    number("eventChanges", 0);
    json.key("truncated");
    json.bool(false);
    json.endObject();
    json.startArray(MODIFIED);
    for (ChangedSpan changed : patch.modified()) {
      json.startObject();
      json.startObject(SPAN);
      reference(changed.span());
      json.endObject();
      changes(changed.changes(), Durations.NANOS);
      json.endObject();
    }
    json.endArray();
    json.startArray(ADDED);
    for (ComparedSpan span : patch.added()) {
      int[] path = span.path();
      json.startObject();
      json.startObject(TARGET);
      json.string(TYPE, "span");
      // The path of a root's parent is empty, and what is empty is left out.
      if (path.length > 1) {
        path(PARENT_PATH, Arrays.copyOf(path, path.length - 1));
      }
      number("index", path[path.length - 1]);
      json.endObject();
      snapshot(span);
      json.endObject();
    }
    json.endArray();
    json.startArray(REMOVED);
    for (ComparedSpan span : patch.removed()) {
      json.startObject();
      json.startObject(TARGET);
      json.string(TYPE, "span");
      path(PATH, span.path());
      json.endObject();
      snapshot(span);
      json.endObject();
    }
    json.endArray();
    warnings(patch.warnings());
  }

  private void side(SerializableString name, TracePatch.Side side) {
    json.startObject(name);
    json.string(TRACE_ID, side.traceId());
    json.number(SPAN_COUNT, side.spanCount());
    json.endObject();
  }

  private void snapshot(ComparedSpan span) {
    json.startObject(SPAN);
    reference(span);
    json.number(DURATION_NANOS, span.durationNanos());
    json.string(STATUS, span.status());
    json.endObject();
  }

  private void reference(ComparedSpan span) {
    path(PATH, span.path());
    identity(span.identity());
  }

  private void identity(SpanIdentity identity) {
    json.string(SERVICE, identity.service());
    json.string(NAME, identity.name());
    json.string(KIND, identity.kind());
  }

  private void path(SerializableString name, int[] path) {
    json.startArray(name);
    for (int index : path) {
      json.number(index);
    }
    json.endArray();
  }

  private void warnings(List<DiffWarning> warnings) {
    json.startArray(WARNINGS);
    for (DiffWarning warning : warnings) {
      json.startObject();
      json.key("code");
      json.text(warning.code());
      json.key("message");
      json.text(warning.message());
      json.endObject();
    }
    json.endArray();
  }

  // ---- changes

  /** In which unit durations are shown. */
  private enum Durations {
    NANOS("duration_nanos", 1),
    MILLIS("duration_ms", 1_000_000);

    private final String field;
    private final long nanos;

    Durations(String field, long nanos) {
      this.field = field;
      this.nanos = nanos;
    }
  }

  private void changes(List<SpanChange> changes, Durations durations) {
    json.startArray(CHANGES);
    for (SpanChange change : changes) {
      json.startObject();
      json.key("op");
      json.text(change.operation().name().toLowerCase(Locale.ROOT));
      json.startObject(TARGET);
      long unit = 1;
      switch (change.target()) {
        case SpanChange.Target.Duration duration -> {
          unit = durations.nanos;
          json.string(TYPE, "field");
          json.string(NAME, durations.field);
        }
        case SpanChange.Target.Status status -> {
          json.string(TYPE, "field");
          json.string(NAME, "status");
        }
        case SpanChange.Target.SpanAttribute attribute -> {
          json.string(TYPE, "attribute");
          json.key("scope");
          json.text("span");
          json.key("key");
          json.text(attribute.key());
        }
      }
      json.endObject();
      json.key("before");
      value(change.before(), unit);
      json.key("after");
      value(change.after(), unit);
      json.endObject();
    }
    json.endArray();
  }

  /** A value as plain JSON; whole numbers divided by {@code unit}. */
  private void value(@Nullable AttributeValue value, long unit) {
    switch (value) {
      case null -> json.nothing();
      case AttributeValue.StringValue v -> json.text(v.value());
      case AttributeValue.BoolValue v -> json.bool(v.value());
      case AttributeValue.IntValue v -> json.number(v.value() / unit);
      case AttributeValue.DoubleValue v -> real(v.value());
      case AttributeValue.BytesValue v -> json.base64(v.value(), 0, v.value().length);
      case AttributeValue.ArrayValue v -> {
        json.startArray();
        v.values().forEach(element -> value(element, 1));
        json.endArray();
      }
      case AttributeValue.MapValue v -> {
        TreeMap<String, AttributeValue> entries = new TreeMap<>();
        for (Attribute entry : v.entries()) {
          entries.put(entry.key(), entry.value());
        }
        json.startObject();
        entries.forEach((key, entry) -> {
          json.key(key);
          value(entry, 1);
        });
        json.endObject();
      }
      case AttributeValue.EmptyValue v -> json.nothing();
    }
  }

  private void real(double value) {
    if (Double.isInfinite(value)) {
      json.text(value > 0 ? "+Inf" : "-Inf");
    } else {
      json.real(value);
    }
  }

  // ---- summary

  private void summary(TraceSummary summary) {
    json.string(VERSION, DiffRequest.Format.SUMMARY.version());
    side(BASE, summary.base());
    side(COMPARE, summary.compare());
    json.startObject("signals");
    text("traceLatency", word(summary.latency()));
    text("spanWork", word(summary.work()));
    text("errors", word(summary.errors()));
    text("spanCount", word(summary.spanCount()));
    text("structure", summary.isStructureChanged() ? "changed" : "unchanged");
    json.endObject();
    json.startObject("trust");
    json.key("matchedSpanRatio");
    json.real(summary.matchedSpanRatio());
    json.key("structureOverlap");
    json.real(summary.structureOverlap());
    json.endObject();
    TraceSummary.Stats stats = summary.stats();
    json.startObject(STATS);
    number("traceLatencyDeltaMs", stats.latencyDeltaMillis());
    number("spanWorkDeltaMs", stats.workDeltaMillis());
    number("spanCountDelta", stats.spanCountDelta());
    number("errorSpanDelta", stats.errorSpanDelta());
    number("matchedSpans", stats.matchedSpans());
    number("modifiedSpans", stats.modifiedSpans());
    number("addedSpans", stats.addedSpans());
    number("removedSpans", stats.removedSpans());
    number("fieldChanges", stats.fieldChanges());
    number("attributeChanges", stats.attributeChanges());
    json.endObject();
    if (!summary.warnings().isEmpty()) {
      warnings(summary.warnings());
    }
    json.key("changedServices");
    json.startArray();
    summary.changedServices().forEach(json::text);
    json.endArray();
    json.key("services");
    json.startArray();
    summary.services().forEach(this::service);
    json.endArray();
    json.key("patterns");
    json.startArray();
    summary.patterns().forEach(this::pattern);
    json.endArray();
    if (summary.omitted().isPresent()) {
      json.startObject("patternsTruncated");
      number("patterns", summary.omitted().get().patterns());
      number("spans", summary.omitted().get().spans());
      json.endObject();
    }
  }

  private void side(SerializableString name, TraceSummary.Side side) {
    json.startObject(name);
    json.string(TRACE_ID, side.traceId());
    json.stringUnlessEmpty(ROOT_SERVICE, side.rootService());
    json.stringUnlessEmpty(ROOT_NAME, side.rootName());
    json.number(SPAN_COUNT, side.spanCount());
    number("errorSpanCount", side.errorSpanCount());
    number("durationMs", side.durationMillis());
    number("spanWorkMs", side.workMillis());
    json.endObject();
  }

  private void service(TraceSummary.ServiceChanges service) {
    json.startObject();
    json.string(NAME, service.name());
    number("spanWorkDeltaMs", service.workDeltaMillis());
    number("modified", service.modified());
    number("added", service.added());
    number("removed", service.removed());
    number("newErrors", service.newErrors());
    number("resolvedErrors", service.resolvedErrors());
    json.endObject();
  }

  private void pattern(TraceSummary.Pattern pattern) {
    json.startObject();
    text("state", word(pattern.state()));
    json.startObject(SPAN);
    identity(pattern.span());
    json.endObject();
    number("count", pattern.count());
    json.key("sampleSpans");
    json.startArray();
    for (ComparedSpan span : pattern.samples()) {
      json.startObject();
      reference(span);
      json.endObject();
    }
    json.endArray();
    if (!pattern.changes().isEmpty()) {
      changes(pattern.changes(), Durations.MILLIS);
    }
    if (pattern.durations().isPresent()) {
      json.startObject("durationDeltaMs");
      number("min", pattern.durations().get().minMillis());
      number("max", pattern.durations().get().maxMillis());
      number("total", pattern.durations().get().totalMillis());
      json.endObject();
    }
    json.endObject();
  }

  private void number(String name, long value) {
    json.key(name);
    json.number(value);
  }

  private void text(String name, String value) {
    json.key(name);
    json.text(value);
  }

  private static String word(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }
}
