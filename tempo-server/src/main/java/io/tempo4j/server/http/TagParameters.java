package io.tempo4j.server.http;

import com.linecorp.armeria.common.QueryParams;
import io.tempo4j.query.tags.TagNamesRequest;
import io.tempo4j.query.tags.TagValuesRequest;
import io.tempo4j.server.api.BadRequestException;
import io.tempo4j.server.api.TagArguments;
import java.util.List;

/** Reads the parameters of the requests for tags and their values. */
final class TagParameters {

  private final long maxBytes;

  /**
   * Reads parameters.
   *
   * @param maxBytes most bytes of names or values in an answer; 0 for no bound
   */
  TagParameters(long maxBytes) {
    this.maxBytes = maxBytes;
  }

  /**
   * The names that version 1 gives.
   *
   * @throws BadRequestException if the parameters cannot be used
   */
  TagNamesRequest names1(QueryParams params) throws BadRequestException {
    return arguments(params).names1(params.get("scope", ""), maxBytes);
  }

  /**
   * The names that version 2 gives.
   *
   * @throws BadRequestException if the parameters cannot be used
   */
  TagNamesRequest names2(QueryParams params) throws BadRequestException {
    return arguments(params).names2(params.get("scope", ""), maxBytes);
  }

  /**
   * The values that version 1 gives, in the order in which they are to be looked for.
   *
   * @param name the tag, decoded
   * @throws BadRequestException if the parameters cannot be used
   */
  List<TagValuesRequest> values1(String name, QueryParams params) throws BadRequestException {
    return arguments(params).values1(name, maxBytes);
  }

  /**
   * The values that version 2 gives.
   *
   * @param name the tag as TraceQL writes it, decoded
   * @throws BadRequestException if the parameters cannot be used
   */
  TagValuesRequest values2(String name, QueryParams params) throws BadRequestException {
    return arguments(params).values2(name, maxBytes);
  }

  private static TagArguments arguments(QueryParams params) throws BadRequestException {
    return new TagArguments(
        params.get("q", ""),
        TimeParameters.range(params),
        count(params, "limit"),
        count(params, "maxStaleValues"));
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
}
