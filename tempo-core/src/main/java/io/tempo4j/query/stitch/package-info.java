/** Traces whose spans lie in several sources, seen as one. */
@NullMarked
package io.tempo4j.query.stitch;

import org.jspecify.annotations.NullMarked;
