package io.tempo4j.block;

/**
 * Bytes of an object within an array that others use, too.
 *
 * @param array holds them; not to be changed
 * @param at index of the first
 */
@SuppressWarnings("ArrayRecordComponent") // shared on purpose
record Slice(byte[] array, int at) {}
