package io.tempo4j.traceql;

/** The tokens of a query with one token of look-ahead, and how deeply the parser has gone. */
final class TokenStream {

  /**
   * Most levels of nesting, in the text and in the tree. It bounds the stack of the parser and of
   * whoever walks the tree, and is far beyond what people and programs write.
   */
  static final int MAX_DEPTH = 500;

  private final Lexer lexer;
  private Token next;
  private int depth;

  TokenStream(String text) {
    this.lexer = new Lexer(text);
    this.next = lexer.next();
  }

  Token peek() {
    return next;
  }

  boolean nextIs(TokenType type) {
    return next.is(type);
  }

  Token take() {
    Token taken = next;
    next = lexer.next();
    return taken;
  }

  boolean takeIf(TokenType type) {
    if (!next.is(type)) {
      return false;
    }
    take();
    return true;
  }

  Token expect(TokenType type) {
    if (!next.is(type)) {
      throw unexpected(type == TokenType.END ? "the end of the query" : "'" + type.symbol() + "'");
    }
    return take();
  }

  /** The error that the next token is not what was expected. */
  TraceQlException unexpected(String expected) {
    return TraceQlException.syntax(
        next.position(), "expected " + expected + ", found " + next.description());
  }

  /** Goes one level deeper; to be paired with {@link #leave()} unless it throws. */
  void enter() {
    if (++depth > MAX_DEPTH) {
      throw tooDeep(next.position());
    }
  }

  void leave() {
    depth--;
  }

  /** The height of a node above children of height {@code left} and {@code right}. */
  static int above(int left, int right, Position position) {
    int height = Math.max(left, right) + 1;
    if (height > MAX_DEPTH) {
      throw tooDeep(position);
    }
    return height;
  }

  private static TraceQlException tooDeep(Position position) {
    return TraceQlException.syntax(
        position, "the query is nested more than " + MAX_DEPTH + " levels deep");
  }
}
