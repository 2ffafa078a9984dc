package io.tempo4j.server.http;

import com.linecorp.armeria.common.QueryParams;
import io.tempo4j.query.tags.TagLimits;
import io.tempo4j.query.tags.TagNamesRequest;
import io.tempo4j.query.tags.TagScope;
import io.tempo4j.query.tags.TagValuesRequest;
import io.tempo4j.traceql.AttributeScope;
import io.tempo4j.traceql.FieldExpression;
import io.tempo4j.traceql.FieldExpression.Attribute;
import io.tempo4j.traceql.Intrinsic;
import io.tempo4j.traceql.Position;
import io.tempo4j.traceql.TraceQl;
import io.tempo4j.traceql.TraceQlException;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** Reads the parameters of the requests for tags and their values. */
public final class TagParameters {

  private static final Set<TagScope> ATTRIBUTES =
      EnumSet.complementOf(EnumSet.of(TagScope.INTRINSIC));

  /** What Tempo writes where nothing was chosen. */
  private static final String NO_SCOPE = "none";

  private final long maxBytes;

  /** A time range in Unix nanoseconds. */
  private record Range(long start, long end) {}

  /**
   * Reads parameters.
   *
   * @param maxBytes most bytes of names or values in an answer; 0 for no bound
   */
  public TagParameters(long maxBytes) {
    this.maxBytes = maxBytes;
  }

  /**
   * The names that version 1 gives: without fields of the data model, unless they are asked for,
   * and without a filter.
   *
   * @throws BadRequestException if the parameters cannot be used
   */
  public TagNamesRequest names1(QueryParams params) throws BadRequestException {
    Range range = range(params);
    return new TagNamesRequest(
        scopes(params, ATTRIBUTES), "", range.start, range.end, limits(params));
  }

  /**
   * The names that version 2 gives.
   *
   * @throws BadRequestException if the parameters cannot be used
   */
  public TagNamesRequest names2(QueryParams params) throws BadRequestException {
    Range range = range(params);
    return new TagNamesRequest(
        scopes(params, EnumSet.allOf(TagScope.class)),
        params.get("q", ""),
        range.start,
        range.end,
        limits(params));
  }

  /**
   * The values that version 1 gives, in the order in which they are to be looked for: the first
   * that are there count. A name means an attribute that is called so, whatever else is ({@code
   * duration}) and whatever it begins with ({@code span.kind}), and only then what it means in
   * TraceQL.
   *
   * @param name the tag, decoded
   * @throws BadRequestException if the parameters cannot be used
   */
  public List<TagValuesRequest> values1(String name, QueryParams params)
      throws BadRequestException {
    Range range = range(params);
    TagLimits limits = limits(params);
    return meanings(name).stream()
        .map(tag -> new TagValuesRequest(tag, "", range.start, range.end, limits))
        .toList();
  }

  private static List<FieldExpression.Reference> meanings(String name) throws BadRequestException {
    if (name.isEmpty()) {
      throw new BadRequestException("please provide a tagName");
    }
    FieldExpression.Reference attribute =
        new Attribute(AttributeScope.UNSCOPED, name, Position.NONE);
    String field =
        switch (name) {
          case "status.code" -> Intrinsic.SPAN_STATUS.text();
          case "root.service.name" -> Intrinsic.TRACE_ROOT_SERVICE.text();
          case "root.name" -> Intrinsic.TRACE_ROOT_NAME.text();
          default -> name;
        };
    try {
      return List.of(attribute, TraceQl.parseReference(field));
    } catch (TraceQlException e) {
      return List.of(attribute);
    }
  }

  /**
   * The values that version 2 gives.
   *
   * @param name the tag as TraceQL writes it, decoded
   * @throws BadRequestException if the parameters cannot be used
   */
  public TagValuesRequest values2(String name, QueryParams params) throws BadRequestException {
    FieldExpression.Reference tag;
    try {
      tag = reference(name);
    } catch (TraceQlException e) {
      throw new BadRequestException("please provide a valid tagName: " + e.getMessage());
    }
    Range range = range(params);
    return new TagValuesRequest(tag, params.get("q", ""), range.start, range.end, limits(params));
  }

  /** A name with a scope may have spaces and other signs without the quotes that a query needs. */
  private static FieldExpression.Reference reference(String name) {
    try {
      return TraceQl.parseReference(name);
    } catch (TraceQlException e) {
      for (AttributeScope scope : AttributeScope.values()) {
        String prefix = scope.word() + ".";
        if (name.startsWith(prefix) && name.length() > prefix.length()) {
          return new Attribute(scope, name.substring(prefix.length()), Position.NONE);
        }
      }
      throw e;
    }
  }

  private static Set<TagScope> scopes(QueryParams params, Set<TagScope> unlessChosen)
      throws BadRequestException {
    String word = params.get("scope", "");
    if (word.isEmpty() || word.equals(NO_SCOPE)) {
      return unlessChosen;
    }
    return Set.of(
        TagScope.ofWord(word).orElseThrow(() -> new BadRequestException("invalid scope: " + word)));
  }

  private TagLimits limits(QueryParams params) throws BadRequestException {
    return new TagLimits(count(params, "limit"), count(params, "maxStaleValues"), maxBytes);
  }

  /** A number that bounds something: a larger one than fits bounds nothing. */
  private static int count(QueryParams params, String name) throws BadRequestException {
    String text = params.get(name, "");
    if (text.isEmpty()) {
      return 0;
    }
    if (!text.matches("[0-9]+")) {
      throw BadRequestException.invalid(name, "a whole number of at least 0", text);
    }
    return text.length() > 18
        ? Integer.MAX_VALUE
        : Math.clamp(Long.parseLong(text), 0, Integer.MAX_VALUE);
  }

  /** Either end may be left open. */
  private static Range range(QueryParams params) throws BadRequestException {
    TimeParameters.checkOrder(params);
    long end = TimeParameters.moment(params, "end");
    return new Range(TimeParameters.moment(params, "start"), end == 0 ? Long.MAX_VALUE : end);
  }
}
