package io.tempo4j.query.tags;

import io.tempo4j.model.CorruptBlockException;
import io.tempo4j.query.Coverage;
import io.tempo4j.query.QueryStats;
import io.tempo4j.query.wire.PartialForm;
import io.tempo4j.query.wire.PartialSink;
import io.tempo4j.query.wire.PartialSource;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The bytes of answers about tags: see docs/format/query-partials-v1.md. */
final class TagForms {

  private TagForms() {}

  static byte[] write(TagNames names) {
    PartialSink sink = begin(PartialForm.TAG_NAMES, names.truncation(), names.stats());
    sink.coverage(names.coverage());
    sink.bytes().putVarint(names.scopes().size());
    for (TagNames.ScopedNames scope : names.scopes()) {
      sink.bytes().putByte(scope.scope().ordinal());
      sink.bytes().putVarint(scope.names().size());
      scope.names().forEach(sink::text);
    }
    return sink.finish();
  }

  static byte[] write(TagValues values) {
    PartialSink sink = begin(PartialForm.TAG_VALUES, values.truncation(), values.stats());
    sink.coverage(values.coverage());
    sink.bytes().putVarint(values.values().size());
    for (TagValue value : values.values()) {
      sink.bytes().putByte(value.type().ordinal());
      sink.text(value.text());
    }
    return sink.finish();
  }

  private static PartialSink begin(PartialForm form, Truncation truncation, QueryStats stats) {
    PartialSink sink = new PartialSink(form);
    sink.bytes().putByte(truncation.ordinal());
    sink.stats(stats);
    return sink;
  }

  static TagNames readNames(byte[] bytes) throws CorruptBlockException {
    PartialSource source = new PartialSource(bytes, PartialForm.TAG_NAMES);
    Truncation truncation = source.constant(Truncation.values(), "reason");
    QueryStats stats = source.stats();
    Coverage coverage = source.coverage();
    int count = source.count(2, "scopes");
    List<TagNames.ScopedNames> scopes = new ArrayList<>();
    @Nullable TagScope last = null;
    for (int i = 0; i < count; i++) {
      TagScope scope = source.constant(TagScope.values(), "scope");
      if (last != null && scope.compareTo(last) <= 0) {
        throw source.bytes().corrupt("a scope behind " + last, "" + scope);
      }
      last = scope;
      scopes.add(new TagNames.ScopedNames(scope, names(source)));
    }
    source.expectEnd();
    return new TagNames(scopes, truncation, stats, coverage);
  }

  private static List<String> names(PartialSource source) throws CorruptBlockException {
    int count = source.count(1, "names");
    List<String> names = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      String name = source.text("a name");
      if (i > 0 && name.compareTo(names.getLast()) <= 0) {
        throw source.bytes().corrupt("ascending names", "another order");
      }
      names.add(name);
    }
    return names;
  }

  static TagValues readValues(byte[] bytes) throws CorruptBlockException {
    PartialSource source = new PartialSource(bytes, PartialForm.TAG_VALUES);
    Truncation truncation = source.constant(Truncation.values(), "reason");
    QueryStats stats = source.stats();
    Coverage coverage = source.coverage();
    int count = source.count(2, "values");
    List<TagValue> values = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      TagValue value =
          new TagValue(source.constant(TagValue.Type.values(), "type"), source.text("a value"));
      if (!value.isWellFormed()) {
        throw source.bytes().corrupt("a value of type " + value.type(), "another text");
      }
      if (i > 0 && TagValue.ORDER.compare(value, values.getLast()) <= 0) {
        throw source.bytes().corrupt("ascending values", "another order");
      }
      values.add(value);
    }
    source.expectEnd();
    return new TagValues(values, truncation, stats, coverage);
  }
}
