package io.tempo4j.server.http;

import com.fasterxml.jackson.core.SerializableString;
import io.tempo4j.query.QueryStats;
import io.tempo4j.query.tags.TagNames;
import io.tempo4j.query.tags.TagValue;
import io.tempo4j.query.tags.TagValues;
import io.tempo4j.query.tags.Truncation;
import io.tempo4j.server.messages.TagMessages;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/**
 * The answers with tags and their values. Strict clients know Tempo's fields alone, so there are no
 * others.
 */
final class TagJson {

  private static final SerializableString TAG_NAMES = JsonBody.name("tagNames");
  private static final SerializableString TAG_VALUES = JsonBody.name("tagValues");
  private static final SerializableString SCOPES = JsonBody.name("scopes");
  private static final SerializableString NAME = JsonBody.name("name");
  private static final SerializableString TAGS = JsonBody.name("tags");
  private static final SerializableString TYPE = JsonBody.name("type");
  private static final SerializableString VALUE = JsonBody.name("value");
  private static final SerializableString METRICS = JsonBody.name("metrics");
  private static final SerializableString INSPECTED_BYTES = JsonBody.name("inspectedBytes");
  private static final SerializableString TOTAL_JOBS = JsonBody.name("totalJobs");
  private static final SerializableString COMPLETED_JOBS = JsonBody.name("completedJobs");
  private static final SerializableString TOTAL_BLOCKS = JsonBody.name("totalBlocks");

  private TagJson() {}

  /** {@code {"tagNames":[…]}}: the names of all scopes in one list. */
  static Body names1(TagNames names) {
    return JsonBody.of(json -> {
      json.startObject();
      json.startArray(TAG_NAMES);
      TreeSet<String> distinct = new TreeSet<>();
      names.scopes().forEach(scope -> distinct.addAll(scope.names()));
      distinct.forEach(json::text);
      json.endArray();
      metrics(json, names.stats(), names.truncation());
      json.endObject();
    });
  }

  /** {@code {"scopes":[{"name":"span","tags":[…]}]}}. */
  static Body names2(TagNames names) {
    return JsonBody.of(json -> {
      json.startObject();
      json.startArray(SCOPES);
      for (TagNames.ScopedNames scope : names.scopes()) {
        json.startObject();
        json.string(NAME, scope.scope().word());
        json.startArray(TAGS);
        scope.names().forEach(json::text);
        json.endArray();
        json.endObject();
      }
      json.endArray();
      metrics(json, names.stats(), names.truncation());
      json.endObject();
    });
  }

  /** {@code {"tagValues":["a"]}}: each text once, whatever its types. */
  static Body values1(TagValues values) {
    return JsonBody.of(json -> {
      json.startObject();
      json.startArray(TAG_VALUES);
      values.values().stream().map(TagValue::text).distinct().forEach(json::text);
      json.endArray();
      metrics(json, values.stats(), values.truncation());
      json.endObject();
    });
  }

  /** {@code {"tagValues":[{"type":"string","value":"a"}]}}: all values are texts. */
  static Body values2(TagValues values) {
    return JsonBody.of(json -> {
      json.startObject();
      json.startArray(TAG_VALUES);
      for (TagValue value : values.values()) {
        json.startObject();
        json.string(TYPE, value.type().word());
        json.string(VALUE, value.text());
        json.endObject();
      }
      json.endArray();
      metrics(json, values.stats(), values.truncation());
      json.endObject();
    });
  }

  /** {@code {"tagValues":{"string":["a"]}}}: short, for readers that pay by the word. */
  static Body valuesForModels(TagValues values) {
    Map<String, List<String>> byType = new LinkedHashMap<>();
    for (TagValue value : values.values()) {
      byType.computeIfAbsent(value.type().word(), type -> new ArrayList<>()).add(value.text());
    }
    return JsonBody.of(json -> {
      json.startObject();
      json.startObject(TAG_VALUES);
      byType.forEach((type, texts) -> {
        json.key(type);
        json.startArray();
        texts.forEach(json::text);
        json.endArray();
      });
      json.endObject();
      json.startObject(METRICS);
      json.number(INSPECTED_BYTES, values.stats().inspectedBytes());
      json.endObject();
      json.endObject();
    });
  }

  private static void metrics(JsonBody json, QueryStats stats, Truncation truncation) {
    json.startObject(METRICS);
    json.unsignedUnlessZero(INSPECTED_BYTES, stats.inspectedBytes());
    json.numberUnlessZero(TOTAL_JOBS, stats.sources());
    json.numberUnlessZero(COMPLETED_JOBS, TagMessages.completedJobs(stats, truncation));
    json.numberUnlessZero(TOTAL_BLOCKS, stats.sources());
    json.endObject();
  }
}
