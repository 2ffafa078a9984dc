/** Identifiers and attribute values that every other package speaks of. */
@NullMarked
package io.tempo4j.model;

import org.jspecify.annotations.NullMarked;
