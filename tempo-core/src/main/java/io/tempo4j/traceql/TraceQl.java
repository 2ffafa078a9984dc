package io.tempo4j.traceql;

import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * The entry to the language: text to trees and back.
 *
 * <p>Stateless; safe for use by many threads.
 */
public final class TraceQl {

  /** The longest query that is accepted, in bytes of UTF-8. */
  public static final int MAX_QUERY_BYTES = 131_072;

  private TraceQl() {}

  /**
   * Parses and checks a query.
   *
   * <p>What is returned is well-formed and well-typed: every regular expression in it compiles, no
   * operator stands between values that it can never apply to.
   *
   * @throws TraceQlException if the text is no query, with the place of the error; the message can
   *     be shown to whoever wrote it
   */
  public static TraceQlQuery parse(String text) {
    requireLength(text);
    try {
      TraceQlQuery query = new QueryParser(text).query();
      Checker.check(query);
      return query;
    } catch (StackOverflowError e) {
      // The limits of nesting fit into the stack that threads have by default; a host may give
      // less.
      throw TraceQlException.syntax(
          Position.NONE, "the query is nested too deeply for the stack of the thread");
    }
  }

  /**
   * The condition of a query's first spanset filter, as far as it is written: what somebody who is
   * still typing has said of spans.
   *
   * <p>Conditions that are not complete ({@code .a =}, a bare {@code .a}, anything that does not
   * parse) count as true, whatever they are joined with. Stages and hints behind the filter are
   * left out.
   *
   * @return the condition; empty if the text does not begin with a filter, if other spansets follow
   *     it (whoever types may mean the spans of those), or if the text is too long
   */
  public static Optional<FieldExpression> parseUnfinishedFilter(String text) {
    return isTooLong(text) ? Optional.empty() : UnfinishedFilter.condition(text);
  }

  /**
   * Parses the name of a field, for example {@code resource.service.name}, {@code .a}, {@code
   * span:name} or {@code status}.
   *
   * @throws TraceQlException if the text is anything else
   */
  public static FieldExpression.Reference parseReference(String text) {
    requireLength(text);
    return new QueryParser(text).onlyReference();
  }

  /**
   * The canonical text of {@code query}; parsing it gives an equal query, unless it has become
   * longer than {@link #MAX_QUERY_BYTES}.
   */
  public static String print(TraceQlQuery query) {
    return new Printer().query(query).toString();
  }

  /** The canonical text of {@code expression}, as it would stand between braces. */
  public static String print(FieldExpression expression) {
    return new Printer().field(expression).toString();
  }

  private static boolean isTooLong(String text) {
    // A UTF-16 unit is at least one byte of UTF-8: long texts need not be encoded to be refused.
    return text.length() > MAX_QUERY_BYTES
        || text.getBytes(StandardCharsets.UTF_8).length > MAX_QUERY_BYTES;
  }

  private static void requireLength(String text) {
    if (isTooLong(text)) {
      throw TraceQlException.syntax(
          Position.NONE, "the query is longer than " + MAX_QUERY_BYTES + " bytes");
    }
  }
}
