package io.tempo4j.traceql;

/**
 * A request to the evaluation, from {@code with(name=value, …)}; unknown ones are to be ignored.
 *
 * @param name letters, digits and underscores
 * @param value a literal; a bare word that is no other literal is a string
 */
public record Hint(String name, LiteralValue value, Position position) {}
