package io.tempo4j.traceql;

import io.tempo4j.traceql.FieldExpression.Attribute;
import io.tempo4j.traceql.FieldExpression.IntrinsicField;
import io.tempo4j.traceql.FieldExpression.Literal;
import io.tempo4j.traceql.FieldExpression.ParentAttribute;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Cuts a query into tokens, one at a time.
 *
 * <p>An attribute is one token with its scope: its name ends only at white space and at {@code
 * {}()=~!<>&|^,}, so that {@code .a+b} is one attribute and {@code .a + b} a sum.
 */
final class Lexer {

  private static final String NAME_ENDS = "{}()=~!<>&|^,";

  /** Longest first, so that the first that fits is the longest that fits. */
  private static final List<TokenType> SYMBOLS =
      Arrays.stream(TokenType.values())
          .filter(type -> !type.symbol().isEmpty())
          .sorted(Comparator.comparingInt((TokenType type) -> -type.symbol().length()))
          .toList();

  private final SourceText source;

  Lexer(String text) {
    this.source = new SourceText(text);
  }

  /** The next token; at the end of the text {@link TokenType#END}, again and again. */
  Token next() {
    skipSpaceAndComments();
    Position position = source.position();
    int c = source.peek();
    if (c == SourceText.END) {
      return new Token(TokenType.END, "", null, position);
    }
    if (c == '"' || c == '`') {
      return string(position);
    }
    if (isDigit(c) || (c == '.' && isDigit(source.peek(1)))) {
      return number(position);
    }
    if (c == '.') {
      source.take();
      return attribute(AttributeScope.UNSCOPED, position);
    }
    if (isLetter(c)) {
      return wordOrReference(position);
    }
    for (TokenType symbol : SYMBOLS) {
      if (source.takeIf(symbol.symbol())) {
        return new Token(symbol, symbol.symbol(), null, position);
      }
    }
    source.take();
    String hint = c == '\'' ? " (strings are written in double quotes or backquotes)" : "";
    return new Token(TokenType.UNKNOWN, describe(c) + hint, null, position);
  }

  /** The UTF-16 offset behind the last token, or behind what could not be read as one. */
  int offset() {
    return source.offset();
  }

  /** Leaves out one code point, so that reading can go on behind what is no token. */
  void skip() {
    source.skip();
  }

  private void skipSpaceAndComments() {
    while (true) {
      int c = source.peek();
      if (isSpace(c)) {
        source.take();
      } else if (source.startsWith("//")) {
        while (source.peek() != SourceText.END && source.peek() != '\n') {
          source.take();
        }
      } else if (source.startsWith("/*")) {
        skipBlockComment();
      } else {
        return;
      }
    }
  }

  private void skipBlockComment() {
    Position start = source.position();
    source.takeIf("/*");
    while (!source.takeIf("*/")) {
      if (source.take() == SourceText.END) {
        throw TraceQlException.syntax(start, "expected '*/' at the end of the comment");
      }
    }
  }

  private Token string(Position position) {
    int start = source.offset();
    String value = StringLiterals.read(source);
    Literal literal = new Literal(new LiteralValue.StringValue(value), position);
    return new Token(TokenType.STRING, source.since(start), literal, position);
  }

  private Token number(Position position) {
    int start = source.offset();
    Literal literal = new Literal(NumberLiterals.read(source), position);
    return new Token(TokenType.NUMBER, source.since(start), literal, position);
  }

  private Token wordOrReference(Position position) {
    String word = word();
    if (source.peek() == ':') {
      source.take();
      String text = word + ":" + word();
      Intrinsic intrinsic = Intrinsic.ofText(text);
      if (intrinsic == null) {
        throw TraceQlException.syntax(
            position,
            "unknown intrinsic '" + Token.shortened(text) + "': expected " + intrinsics(word));
      }
      return new Token(
          TokenType.REFERENCE, text, new IntrinsicField(intrinsic, position), position);
    }
    if (source.peek() != '.') {
      return new Token(TokenType.WORD, word, null, position);
    }
    source.take();
    if (word.equals("parent")) {
      return parentAttribute(position);
    }
    AttributeScope scope = AttributeScope.ofWord(word);
    if (scope == null) {
      throw TraceQlException.syntax(
          position,
          "unknown scope '"
              + Token.shortened(word)
              + "': expected span, resource, event, link, instrumentation or parent");
    }
    return attribute(scope, position);
  }

  /** The intrinsics of {@code scope} or, if it has none, the scopes that have. */
  private static String intrinsics(String scope) {
    String known =
        Arrays.stream(Intrinsic.values())
            .map(Intrinsic::scopedText)
            .filter(text -> text != null && text.startsWith(scope + ":"))
            .collect(Collectors.joining(", "));
    return known.isEmpty() ? "trace, span, event, link or instrumentation before ':'" : known;
  }

  private Token parentAttribute(Position position) {
    AttributeScope scope = AttributeScope.UNSCOPED;
    for (AttributeScope candidate : List.of(AttributeScope.SPAN, AttributeScope.RESOURCE)) {
      if (source.takeIf(candidate.word() + ".")) {
        scope = candidate;
        break;
      }
    }
    String name = attributeName();
    return new Token(
        TokenType.REFERENCE,
        "parent." + name,
        new ParentAttribute(scope, name, position),
        position);
  }

  private Token attribute(AttributeScope scope, Position position) {
    String name = attributeName();
    return new Token(
        TokenType.REFERENCE,
        scope.word() + "." + name,
        new Attribute(scope, name, position),
        position);
  }

  private String attributeName() {
    Position start = source.position();
    StringBuilder name = new StringBuilder();
    boolean isQuoted = false;
    for (int c = source.peek(); c != SourceText.END && !endsName(c); c = source.peek()) {
      if (c == '"') {
        isQuoted = true;
        quotedPart(name);
      } else {
        name.appendCodePoint(source.take());
      }
    }
    if (name.isEmpty() && !isQuoted) {
      throw TraceQlException.syntax(start, "expected the name of an attribute after the dot");
    }
    return name.toString();
  }

  private void quotedPart(StringBuilder name) {
    Position start = source.position();
    source.take();
    for (int c = source.take(); c != '"'; c = source.take()) {
      if (c == '\\') {
        Position escape = source.position();
        c = source.take();
        if (c != '"' && c != '\\') {
          throw TraceQlException.syntax(
              escape, "expected '\"' or '\\' after '\\' in a quoted attribute name");
        }
      }
      if (c == SourceText.END) {
        throw TraceQlException.syntax(start, "expected '\"' at the end of the attribute name");
      }
      name.appendCodePoint(c);
    }
  }

  private String word() {
    int start = source.offset();
    while (isLetter(source.peek()) || isDigit(source.peek())) {
      source.take();
    }
    return source.since(start);
  }

  /** True if {@code c} cannot be part of an attribute's name outside quotes. */
  static boolean endsName(int c) {
    return isSpace(c) || NAME_ENDS.indexOf(c) >= 0;
  }

  static boolean isDigit(int c) {
    return c >= '0' && c <= '9';
  }

  static boolean isLetter(int c) {
    return c == '_' || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
  }

  private static boolean isSpace(int c) {
    return c == ' ' || (c >= '\t' && c <= '\r') || c == 0x85 || Character.isSpaceChar(c);
  }

  static String describe(int c) {
    return c >= ' ' && c != 0x7f ? "'" + Character.toString(c) + "'" : "U+%04X".formatted(c);
  }
}
