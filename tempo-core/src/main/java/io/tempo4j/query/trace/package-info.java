/** Whole traces, put together from everything that is stored of them. */
@NullMarked
package io.tempo4j.query.trace;

import org.jspecify.annotations.NullMarked;
