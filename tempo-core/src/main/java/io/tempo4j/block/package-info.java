/**
 * Block format v1: immutable blocks of spans in an object store. {@code docs/format/block-v1.md} is
 * the normative description.
 */
@NullMarked
package io.tempo4j.block;

import org.jspecify.annotations.NullMarked;
