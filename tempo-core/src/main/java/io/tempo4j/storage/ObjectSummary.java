package io.tempo4j.storage;

import java.time.Instant;

/**
 * What a list says of an object.
 *
 * @param key the key
 * @param sizeBytes the size
 * @param lastModified when the object was stored, by the store's clock, to the second at least
 */
public record ObjectSummary(String key, long sizeBytes, Instant lastModified) {}
