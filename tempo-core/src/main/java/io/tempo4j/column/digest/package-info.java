/** What spans contain, as numbers that can be compared wherever the spans are stored. */
@NullMarked
package io.tempo4j.column.digest;

import org.jspecify.annotations.NullMarked;
