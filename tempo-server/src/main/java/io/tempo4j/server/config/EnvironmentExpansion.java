package io.tempo4j.server.config;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Replaces {@code ${NAME}}, {@code ${NAME:-default}} and {@code ${NAME:default}} in a text by
 * values of the environment, before the text is parsed. A doubled dollar sign before a brace stands
 * for a literal one. A name that is not set and has no default becomes nothing. Defaults may hold
 * further references.
 */
final class EnvironmentExpansion {

  private static final int MAX_DEPTH = 16;

  private final Function<String, @Nullable String> environment;
  private final List<String> unset = new ArrayList<>();

  EnvironmentExpansion(Function<String, @Nullable String> environment) {
    this.environment = environment;
  }

  /** Names that were neither set nor had a default, in the order of their appearance. */
  List<String> unsetNames() {
    return List.copyOf(unset);
  }

  /**
   * Expands the text.
   *
   * @throws IllegalArgumentException if a reference is not closed or has no proper name; the
   *     message names the line
   */
  String expand(String text) {
    return expand(text, 1, 0);
  }

  private String expand(String text, int firstLine, int depth) {
    if (depth > MAX_DEPTH) {
      throw new IllegalArgumentException(
          "line " + firstLine + ": references are nested deeper than " + MAX_DEPTH);
    }
    StringBuilder out = new StringBuilder(text.length());
    int line = firstLine;
    int i = 0;
    while (i < text.length()) {
      if (text.startsWith("$${", i)) {
        out.append("${");
        i += 3;
      } else if (text.startsWith("${", i)) {
        int end = closingBrace(text, i + 2, line);
        out.append(value(text.substring(i + 2, end), line, depth));
        i = end + 1;
      } else {
        char c = text.charAt(i++);
        if (c == '\n') {
          line++;
        }
        out.append(c);
      }
    }
    return out.toString();
  }

  private static int closingBrace(String text, int from, int line) {
    int open = 1;
    for (int i = from; i < text.length() && text.charAt(i) != '\n'; i++) {
      if (text.startsWith("${", i)) {
        open++;
      } else if (text.charAt(i) == '}' && --open == 0) {
        return i;
      }
    }
    throw new IllegalArgumentException("line " + line + ": '${' is not closed by '}'");
  }

  private String value(String reference, int line, int depth) {
    int colon = reference.indexOf(':');
    String name = colon < 0 ? reference : reference.substring(0, colon);
    if (!name.matches("[A-Za-z_][A-Za-z0-9_]*")) {
      throw new IllegalArgumentException(
          "line "
              + line
              + ": expected ${NAME}, ${NAME:-default} or ${NAME:default}, got '${"
              + reference
              + "}'");
    }
    String set = environment.apply(name);
    if (set != null && (!set.isEmpty() || colon < 0)) {
      return set;
    }
    if (colon < 0) {
      unset.add(name);
      return "";
    }
    int start = reference.startsWith("-", colon + 1) ? colon + 2 : colon + 1;
    return expand(reference.substring(start), line, depth + 1);
  }
}
