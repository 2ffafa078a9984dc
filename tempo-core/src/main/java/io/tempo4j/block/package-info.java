/**
 * Block formats v1 and v2: immutable blocks of spans in an object store. {@code docs/format} is the
 * normative description.
 */
@NullMarked
package io.tempo4j.block;

import org.jspecify.annotations.NullMarked;
