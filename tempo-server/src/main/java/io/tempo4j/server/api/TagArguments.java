package io.tempo4j.server.api;

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

/**
 * What a client asks for tags and their values with.
 *
 * @param filter TraceQL that spans must match, maybe unfinished; version 1 does not look at it
 * @param range when
 * @param limit most names of a scope, or values; 0 for no bound
 * @param staleSources so many sources without anything new end the gathering; 0 for all sources
 */
public record TagArguments(String filter, TimeRange range, int limit, int staleSources) {

  private static final Set<TagScope> ATTRIBUTES =
      EnumSet.complementOf(EnumSet.of(TagScope.INTRINSIC));

  /** What Tempo writes where nothing was chosen. */
  private static final String NO_SCOPE = "none";

  /**
   * The names that version 1 gives: without fields of the data model, unless they are asked for,
   * and without a filter.
   *
   * @param scope its name; empty for all
   * @param maxBytes most bytes of names of a scope; 0 for no bound
   * @throws BadRequestException if there is no such scope
   */
  public TagNamesRequest names1(String scope, long maxBytes) throws BadRequestException {
    return names(scopes(scope, ATTRIBUTES), "", maxBytes);
  }

  /**
   * The names that version 2 gives.
   *
   * @param scope its name; empty for all
   * @param maxBytes most bytes of names of a scope; 0 for no bound
   * @throws BadRequestException if there is no such scope
   */
  public TagNamesRequest names2(String scope, long maxBytes) throws BadRequestException {
    return names(scopes(scope, EnumSet.allOf(TagScope.class)), filter, maxBytes);
  }

  private TagNamesRequest names(Set<TagScope> scopes, String matching, long maxBytes) {
    return new TagNamesRequest(
        scopes, matching, range.startNanos(), range.endNanos(), limits(maxBytes));
  }

  private static Set<TagScope> scopes(String word, Set<TagScope> unlessChosen)
      throws BadRequestException {
    if (word.isEmpty() || word.equals(NO_SCOPE)) {
      return unlessChosen;
    }
    return Set.of(
        TagScope.ofWord(word).orElseThrow(() -> new BadRequestException("invalid scope: " + word)));
  }

  /**
   * The values that version 1 gives, in the order in which they are to be looked for: the first
   * that are there count. A name means an attribute that is called so, whatever else is ({@code
   * duration}) and whatever it begins with ({@code span.kind}), and only then what it means in
   * TraceQL.
   *
   * @param name the tag
   * @param maxBytes most bytes of values; 0 for no bound
   * @throws BadRequestException if the name is empty
   */
  public List<TagValuesRequest> values1(String name, long maxBytes) throws BadRequestException {
    return meanings(name).stream().map(tag -> values(tag, "", maxBytes)).toList();
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
   * @param name the tag as TraceQL writes it
   * @param maxBytes most bytes of values; 0 for no bound
   * @throws BadRequestException if TraceQL knows no such name
   */
  public TagValuesRequest values2(String name, long maxBytes) throws BadRequestException {
    try {
      return values(reference(name), filter, maxBytes);
    } catch (TraceQlException e) {
      throw new BadRequestException("please provide a valid tagName: " + e.getMessage());
    }
  }

  private TagValuesRequest values(FieldExpression.Reference tag, String matching, long maxBytes) {
    return new TagValuesRequest(
        tag, matching, range.startNanos(), range.endNanos(), limits(maxBytes));
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

  private TagLimits limits(long maxBytes) {
    return new TagLimits(limit, staleSources, maxBytes);
  }
}
