/**
 * Recent spans: decoded once into mutable columns by one writer, searchable at once, sorted into
 * the shape of a block when they are looked at or written out.
 */
@NullMarked
package io.tempo4j.head;

import org.jspecify.annotations.NullMarked;
