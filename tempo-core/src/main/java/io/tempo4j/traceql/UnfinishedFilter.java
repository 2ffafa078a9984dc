package io.tempo4j.traceql;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/*
 * The filter's text is cut at the `&&` and `||` that stand outside parentheses. Pieces that are no
 * complete condition are replaced by `true`, after what stands in their own parentheses was tried in
 * the same way; then the whole is parsed as any other query. Cutting at tokens rather than at
 * characters keeps operators in strings, quoted names and comments from being taken for operators.
 */
final class UnfinishedFilter {

  /** Parentheses that are looked into; what stands deeper counts as true. */
  private static final int MAX_DEPTH = 16;

  private static final String TRUE = "true";

  /** The pieces of a text, the operators between them, and what ended the last one. */
  private record Cut(
      List<String> pieces, List<TokenType> operators, TokenType ending, int endOffset) {}

  private UnfinishedFilter() {}

  /** See {@link TraceQl#parseUnfinishedFilter}. */
  static Optional<FieldExpression> condition(String text) {
    int open = behindBrace(text);
    if (open < 0) {
      return Optional.empty();
    }
    Cut cut = cut(text, open);
    if (cut.ending() == TokenType.RIGHT_BRACE && !mayFollow(text, cut.endOffset())) {
      return Optional.empty();
    }
    try {
      return filter(repaired(cut, 0));
    } catch (TraceQlException e) {
      return Optional.empty(); // complete conditions that are too many or too deep together
    }
  }

  private static int behindBrace(String text) {
    Lexer lexer = new Lexer(text);
    try {
      return lexer.next().is(TokenType.LEFT_BRACE) ? lexer.offset() : -1;
    } catch (TraceQlException e) {
      return -1;
    }
  }

  private static boolean mayFollow(String text, int offset) {
    try {
      Token next = new Lexer(text.substring(offset)).next();
      return next.is(TokenType.END) || next.is(TokenType.PIPE) || next.isWord("with");
    } catch (TraceQlException e) {
      return true; // nothing that could be another spanset
    }
  }

  /** Cuts {@code text} from {@code offset} to the brace or parenthesis that closes it. */
  private static Cut cut(String text, int offset) {
    String rest = text.substring(offset);
    Lexer lexer = new Lexer(rest);
    List<String> pieces = new ArrayList<>();
    List<TokenType> operators = new ArrayList<>();
    int start = 0;
    int depth = 0;
    while (true) {
      int before = lexer.offset();
      TokenType type;
      try {
        type = lexer.next().type();
      } catch (TraceQlException e) {
        if (lexer.offset() == before) {
          lexer.skip();
        }
        continue;
      }
      boolean isClosing = type == TokenType.RIGHT_BRACE || type == TokenType.RIGHT_PAREN;
      if (type == TokenType.END || type == TokenType.RIGHT_BRACE || (isClosing && depth == 0)) {
        pieces.add(rest.substring(start, before));
        return new Cut(pieces, operators, type, offset + lexer.offset());
      }
      if (type == TokenType.LEFT_PAREN) {
        depth++;
      } else if (type == TokenType.RIGHT_PAREN) {
        depth--;
      } else if (depth == 0 && (type == TokenType.AND || type == TokenType.OR)) {
        pieces.add(rest.substring(start, before));
        operators.add(type);
        start = lexer.offset();
      }
    }
  }

  /** The text of the same condition with the incomplete pieces replaced. */
  private static String repaired(Cut cut, int depth) {
    StringBuilder repaired = new StringBuilder();
    for (int i = 0; i < cut.pieces().size(); i++) {
      if (i > 0) {
        repaired.append(cut.operators().get(i - 1).symbol());
      }
      repaired.append('(').append(piece(cut.pieces().get(i), depth)).append(')');
    }
    return repaired.toString();
  }

  private static String piece(String piece, int depth) {
    try {
      Optional<FieldExpression> condition = filter(piece + "\n"); // closes a comment
      if (condition.isPresent() && isComplete(condition.get())) {
        return TraceQl.print(condition.get());
      }
    } catch (TraceQlException e) {
      // not complete: perhaps something in its parentheses is
    }
    return depth < MAX_DEPTH ? parenthesised(piece, depth) : TRUE;
  }

  private static String parenthesised(String piece, int depth) {
    Lexer lexer = new Lexer(piece);
    try {
      if (!lexer.next().is(TokenType.LEFT_PAREN)) {
        return TRUE;
      }
      Cut inner = cut(piece, lexer.offset());
      boolean isWhole =
          inner.ending() == TokenType.END
              || (inner.ending() == TokenType.RIGHT_PAREN
                  && new Lexer(piece.substring(inner.endOffset())).next().is(TokenType.END));
      return isWhole ? repaired(inner, depth + 1) : TRUE;
    } catch (TraceQlException e) {
      return TRUE;
    }
  }

  /** The condition that is {@code text}; empty if there is none in it, or more than that. */
  private static Optional<FieldExpression> filter(String text) {
    Statement statement = TraceQl.parse("{" + text + "}").statement();
    return statement instanceof Pipeline pipeline
            && pipeline.stages().size() == 1
            && pipeline.stages().getFirst() instanceof SpansetExpression.Filter filter
        ? Optional.of(filter.condition())
        : Optional.empty();
  }

  /** False if a field stands alone, to be compared with something yet. */
  private static boolean isComplete(FieldExpression condition) {
    return switch (condition) {
      case FieldExpression.Comparison comparison -> true;
      case FieldExpression.Logical logical ->
          logical.operands().stream().allMatch(UnfinishedFilter::isComplete);
      case FieldExpression.Not not -> isComplete(not.operand());
      case FieldExpression.Literal literal -> true;
      case FieldExpression.Reference field -> false;
      case FieldExpression.Negate negate -> false;
      case FieldExpression.Arithmetic arithmetic -> false;
    };
  }
}
