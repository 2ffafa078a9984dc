/** What differs between two traces: span by span, and summed up. */
@NullMarked
package io.tempo4j.query.diff;

import org.jspecify.annotations.NullMarked;
