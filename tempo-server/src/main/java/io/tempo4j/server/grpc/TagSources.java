package io.tempo4j.server.grpc;

import com.google.protobuf.CodedOutputStream;
import io.tempo4j.engine.TraceQuerier;
import io.tempo4j.model.TenantId;
import io.tempo4j.query.QueryContext;
import io.tempo4j.query.tags.TagNames;
import io.tempo4j.query.tags.TagNamesRequest;
import io.tempo4j.query.tags.TagValue;
import io.tempo4j.query.tags.TagValues;
import io.tempo4j.query.tags.TagValuesRequest;
import io.tempo4j.server.messages.TagMessages;
import io.tempo4j.server.tempopb.SearchTagValuesResponse;
import io.tempo4j.server.tempopb.SearchTagValuesV2Response;
import io.tempo4j.server.tempopb.SearchTagsResponse;
import io.tempo4j.server.tempopb.SearchTagsV2Response;
import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.ToIntFunction;
import java.util.stream.Stream;

/** The answers with tags and their values. */
final class TagSources {

  /** A field's key, and the type of a value or the header of its message. */
  private static final int MAX_FIELD_BYTES = 24;

  private final TraceQuerier querier;
  private final TenantId tenant;
  private final QueryContext context;
  private final int maxMessageBytes;

  TagSources(TraceQuerier querier, TenantId tenant, QueryContext context, int maxMessageBytes) {
    this.querier = querier;
    this.tenant = tenant;
    this.context = context;
    this.maxMessageBytes = maxMessageBytes;
  }

  AnswerSource<SearchTagsResponse> names1(TagNamesRequest request) {
    Set<String> told = new HashSet<>();
    return names(
        request,
        names -> TagMessages.names(names).map(TagMessages.Name::name).filter(told::add),
        TagSources::bytes,
        TagMessages::names1);
  }

  AnswerSource<SearchTagsV2Response> names2(TagNamesRequest request) {
    return names(request, TagMessages::names, name -> bytes(name.name()), TagMessages::names2);
  }

  /**
   * The values that a name without a type means.
   *
   * @param meanings in the order in which they are looked for: the first that has values counts
   */
  AnswerSource<SearchTagValuesResponse> values1(List<TagValuesRequest> meanings) {
    Set<String> told = new HashSet<>();
    return values(
        meanings,
        values -> values.values().stream().map(TagValue::text).filter(told::add),
        TagSources::bytes,
        TagMessages::values1);
  }

  AnswerSource<SearchTagValuesV2Response> values2(TagValuesRequest request) {
    return values(
        List.of(request),
        values -> values.values().stream(),
        value -> bytes(value.text()),
        TagMessages::values2);
  }

  private <E, M> AnswerSource<M> names(
      TagNamesRequest request,
      Function<TagNames, Stream<E>> items,
      ToIntFunction<E> bytes,
      PieceSource.Form<E, M> form) {
    return new PieceSource<>(
        pieces -> {
          TagNames all =
              querier.tagNames(
                  tenant,
                  request,
                  context,
                  piece -> pieces.add(items.apply(piece).toList(), TagMessages.metrics(piece)));
          return new PieceSource.Outcome(TagMessages.metrics(all), all.coverage());
        },
        bytes,
        form,
        maxMessageBytes);
  }

  private <E, M> AnswerSource<M> values(
      List<TagValuesRequest> meanings,
      Function<TagValues, Stream<E>> items,
      ToIntFunction<E> bytes,
      PieceSource.Form<E, M> form) {
    return new PieceSource<>(
        pieces ->
            values(
                meanings,
                piece -> pieces.add(items.apply(piece).toList(), TagMessages.metrics(piece))),
        bytes,
        form,
        maxMessageBytes);
  }

  private PieceSource.Outcome values(List<TagValuesRequest> meanings, Consumer<TagValues> pieces)
      throws IOException {
    TagValues found = querier.tagValues(tenant, meanings.getFirst(), context, pieces);
    for (int i = 1; i < meanings.size() && found.values().isEmpty(); i++) {
      found = querier.tagValues(tenant, meanings.get(i), context, pieces);
    }
    return new PieceSource.Outcome(TagMessages.metrics(found), found.coverage());
  }

  private static int bytes(String text) {
    return MAX_FIELD_BYTES + CodedOutputStream.computeStringSizeNoTag(text);
  }
}
