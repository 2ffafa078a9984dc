/**
 * Bytes that may be held at once: whatever grows takes its share here before it allocates.
 *
 * <p>Depends on nothing else in Tempo4J.
 */
@NullMarked
package io.tempo4j.memory;

import org.jspecify.annotations.NullMarked;
