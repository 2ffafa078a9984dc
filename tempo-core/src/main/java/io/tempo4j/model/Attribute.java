package io.tempo4j.model;

/**
 * A key with its value.
 *
 * @param key the attribute's name, without a scope
 * @param value the value
 */
public record Attribute(String key, AttributeValue value) {}
