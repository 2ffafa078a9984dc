package io.tempo4j.traceql;

/** The tokens of a query with one token of look-ahead, and how deeply the parser has gone. */
final class TokenStream {

  /**
   * Most levels of the tree. It bounds the stack of whoever walks the tree, and is far beyond what
   * people and programs write.
   */
  static final int MAX_HEIGHT = 200;

  /**
   * Most levels of parentheses and signs in the text. It bounds the stack of the parser; canonical
   * text of the highest tree needs fewer.
   */
  static final int MAX_NESTING = 2 * MAX_HEIGHT;

  private final Lexer lexer;
  private Token next;
  private int nesting;

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
    if (++nesting > MAX_NESTING) {
      throw tooDeep(next.position(), MAX_NESTING);
    }
  }

  void leave() {
    nesting--;
  }

  /** The height of a node above children of height {@code left} and {@code right}. */
  static int above(int left, int right, Position position) {
    int height = Math.max(left, right) + 1;
    if (height > MAX_HEIGHT) {
      throw tooDeep(position, MAX_HEIGHT);
    }
    return height;
  }

  private static TraceQlException tooDeep(Position position, int limit) {
    return TraceQlException.syntax(
        position, "the query is nested more than " + limit + " levels deep");
  }
}
