/** Segmented write-ahead log: frames with checksums, group commit and replay. */
@NullMarked
package io.tempo4j.wal;

import org.jspecify.annotations.NullMarked;
