package io.tempo4j.server.messages;

import io.tempo4j.query.QueryStats;
import io.tempo4j.query.tags.TagNames;
import io.tempo4j.query.tags.TagScope;
import io.tempo4j.query.tags.TagValue;
import io.tempo4j.query.tags.TagValues;
import io.tempo4j.query.tags.Truncation;
import io.tempo4j.server.tempopb.MetadataMetrics;
import io.tempo4j.server.tempopb.SearchTagValuesResponse;
import io.tempo4j.server.tempopb.SearchTagValuesV2Response;
import io.tempo4j.server.tempopb.SearchTagsResponse;
import io.tempo4j.server.tempopb.SearchTagsV2Response;
import io.tempo4j.server.tempopb.SearchTagsV2Scope;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Tags and their values as messages. */
public final class TagMessages {

  /**
   * A name with its scope.
   *
   * @param scope the scope
   * @param name the name, without the scope
   */
  public record Name(TagScope scope, String name) {}

  private TagMessages() {}

  /** The whole answer, names of all scopes in one list, each once. */
  public static SearchTagsResponse names1(TagNames names) {
    return names1(names(names).map(Name::name).distinct().sorted().toList(), metrics(names));
  }

  /** The whole answer, names by scope. */
  public static SearchTagsV2Response names2(TagNames names) {
    return names2(names(names).toList(), metrics(names));
  }

  /** The whole answer, each text once, whatever its types. */
  public static SearchTagValuesResponse values1(TagValues values) {
    return values1(
        values.values().stream().map(TagValue::text).distinct().toList(), metrics(values));
  }

  /** The whole answer, values with their types. */
  public static SearchTagValuesV2Response values2(TagValues values) {
    return values2(values.values(), metrics(values));
  }

  /** All names, scope by scope. */
  public static Stream<Name> names(TagNames names) {
    return names.scopes().stream()
        .flatMap(scope -> scope.names().stream().map(name -> new Name(scope.scope(), name)));
  }

  /** Names of all scopes in one list. */
  public static SearchTagsResponse names1(List<String> names, MetadataMetrics metrics) {
    return SearchTagsResponse.newBuilder().addAllTagNames(names).setMetrics(metrics).build();
  }

  /** Names by scope. */
  public static SearchTagsV2Response names2(List<Name> names, MetadataMetrics metrics) {
    Map<TagScope, SearchTagsV2Scope.Builder> scopes = new EnumMap<>(TagScope.class);
    for (Name name : names) {
      scopes
          .computeIfAbsent(
              name.scope(), scope -> SearchTagsV2Scope.newBuilder().setName(scope.word()))
          .addTags(name.name());
    }
    SearchTagsV2Response.Builder message = SearchTagsV2Response.newBuilder().setMetrics(metrics);
    scopes.values().forEach(message::addScopes);
    return message.build();
  }

  /** Values without their types. */
  public static SearchTagValuesResponse values1(List<String> values, MetadataMetrics metrics) {
    return SearchTagValuesResponse.newBuilder().addAllTagValues(values).setMetrics(metrics).build();
  }

  /** Values with their types. */
  public static SearchTagValuesV2Response values2(List<TagValue> values, MetadataMetrics metrics) {
    SearchTagValuesV2Response.Builder message =
        SearchTagValuesV2Response.newBuilder().setMetrics(metrics);
    for (TagValue value : values) {
      message.addTagValues(
          io.tempo4j.server.tempopb.TagValue.newBuilder()
              .setType(value.type().word())
              .setValue(value.text()));
    }
    return message.build();
  }

  /** What was read for names. */
  public static MetadataMetrics metrics(TagNames names) {
    return metrics(names.stats(), names.truncation());
  }

  /** What was read for values. */
  public static MetadataMetrics metrics(TagValues values) {
    return metrics(values.stats(), values.truncation());
  }

  private static MetadataMetrics metrics(QueryStats stats, Truncation truncation) {
    return MetadataMetrics.newBuilder()
        .setInspectedBytes(stats.inspectedBytes())
        .setTotalBlocks(stats.sources())
        .setTotalJobs(stats.sources())
        .setCompletedJobs(completedJobs(stats, truncation))
        .build();
  }

  /** A job is a source; those that were not looked into since enough was found are not complete. */
  public static int completedJobs(QueryStats stats, Truncation truncation) {
    return truncation == Truncation.NONE
        ? stats.sources()
        : stats.sources() - stats.sourcesPruned();
  }
}
