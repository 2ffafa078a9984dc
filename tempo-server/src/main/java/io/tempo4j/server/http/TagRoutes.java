package io.tempo4j.server.http;

import com.google.protobuf.MessageLite;
import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.QueryParams;
import com.linecorp.armeria.common.RequestHeaders;
import com.linecorp.armeria.server.ServiceRequestContext;
import io.tempo4j.model.TenantId;
import io.tempo4j.query.tags.TagNames;
import io.tempo4j.query.tags.TagNamesRequest;
import io.tempo4j.query.tags.TagValues;
import io.tempo4j.query.tags.TagValuesRequest;
import io.tempo4j.query.tags.Truncation;
import io.tempo4j.server.api.BadRequestException;
import io.tempo4j.server.config.TempoConfig.Queries;
import io.tempo4j.server.messages.TagMessages;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Tags and their values. */
final class TagRoutes {

  /** What stands for the tag in a path: anything, slashes included. */
  static final String TAG = "{tagName}";

  private static final String BEFORE_TAG = "/search/tag/";
  private static final String BEHIND_TAG = "/values";

  /** Says why an answer does not have everything. */
  private static final String TRUNCATED = "x-tempo4j-truncated";

  /** Makes a request of parameters. */
  private interface Parsing<T> {
    T parse(QueryParams params) throws BadRequestException;
  }

  /** Makes a body of a result. */
  private interface Form<T> {
    Body of(T result);
  }

  /**
   * The forms of an answer.
   *
   * @param forModels for language models; null if they get JSON like all others
   */
  private record Forms<T>(
      Form<T> json, @Nullable Form<T> forModels, Function<T, MessageLite> message) {

    HttpResponse reply(Delivery delivery, RequestHeaders request, T result) {
      if (Replies.takesProtobuf(request)) {
        return delivery.protobuf(request, ProtobufBody.of(() -> Stream.of(message.apply(result))));
      }
      return forModels != null && Replies.takesLlm(request)
          ? delivery.llm(request, forModels.of(result))
          : delivery.json(request, json.of(result));
    }
  }

  private final QueryAnswers answers;
  private final TagParameters parameters;
  private final Duration timeout;

  TagRoutes(QueryAnswers answers, Queries bounds) {
    this.answers = answers;
    this.parameters = new TagParameters(bounds.maxTagBytes());
    this.timeout = bounds.searchTimeout();
  }

  HttpResponse names1(ServiceRequestContext context, HttpRequest request) {
    return names(
        context,
        request,
        parameters::names1,
        new Forms<>(TagJson::names1, null, TagMessages::names1));
  }

  HttpResponse names2(ServiceRequestContext context, HttpRequest request) {
    return names(
        context,
        request,
        parameters::names2,
        new Forms<>(TagJson::names2, null, TagMessages::names2));
  }

  HttpResponse values1(ServiceRequestContext context, HttpRequest request) {
    return values(
        context,
        request,
        params -> parameters.values1(tag(context), params),
        new Forms<>(TagJson::values1, null, TagMessages::values1));
  }

  HttpResponse values2(ServiceRequestContext context, HttpRequest request) {
    return values(
        context,
        request,
        params -> List.of(parameters.values2(tag(context), params)),
        new Forms<>(TagJson::values2, TagJson::valuesForModels, TagMessages::values2));
  }

  /** The tag as it was sent: no part of a path may be read into it or taken away. */
  private static String tag(ServiceRequestContext context) throws BadRequestException {
    String path = context.rawPath();
    int from = path.indexOf(BEFORE_TAG) + BEFORE_TAG.length();
    int to = path.lastIndexOf(BEHIND_TAG);
    if (from < BEFORE_TAG.length() || to < from) {
      throw new BadRequestException("please provide a tagName");
    }
    try {
      // A plus is one: it stands for a space in queries, not in paths.
      return URLDecoder.decode(
          path.substring(from, to).replace("+", "%2B"), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      throw new BadRequestException("please provide a valid tagName: " + e.getMessage());
    }
  }

  private HttpResponse names(
      ServiceRequestContext context,
      HttpRequest request,
      Parsing<TagNamesRequest> parsing,
      Forms<TagNames> forms) {
    return answers.answer(
        context,
        timeout,
        () -> {
          TenantId tenant = answers.tenantOf(request.headers());
          TagNamesRequest names = parsing.parse(QueryParams.fromQueryString(context.query()));
          return answers.counted(
              "tags",
              tenant,
              (backend, query) -> {
                TagNames found = backend.querier().tagNames(tenant, names, query, piece -> {});
                noteTruncation(context, found.truncation());
                CoverageHeader.note(context, found.coverage());
                return forms.reply(answers.delivery(), request.headers(), found);
              });
        });
  }

  private HttpResponse values(
      ServiceRequestContext context,
      HttpRequest request,
      Parsing<List<TagValuesRequest>> parsing,
      Forms<TagValues> forms) {
    return answers.answer(
        context,
        timeout,
        () -> {
          TenantId tenant = answers.tenantOf(request.headers());
          List<TagValuesRequest> meanings =
              parsing.parse(QueryParams.fromQueryString(context.query()));
          return answers.counted(
              "tag_values",
              tenant,
              (backend, query) -> {
                TagValues found =
                    backend.querier().tagValues(tenant, meanings.getFirst(), query, piece -> {});
                for (int i = 1; i < meanings.size() && found.values().isEmpty(); i++) {
                  found = backend.querier().tagValues(tenant, meanings.get(i), query, piece -> {});
                }
                noteTruncation(context, found.truncation());
                CoverageHeader.note(context, found.coverage());
                return forms.reply(answers.delivery(), request.headers(), found);
              });
        });
  }

  private static void noteTruncation(ServiceRequestContext context, Truncation truncation) {
    if (truncation != Truncation.NONE) {
      context.setAdditionalResponseHeader(TRUNCATED, truncation.word());
    }
  }
}
