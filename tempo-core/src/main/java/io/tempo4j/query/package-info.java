/** Planning and vectorised evaluation of queries over any span source, and their results. */
@NullMarked
package io.tempo4j.query;

import org.jspecify.annotations.NullMarked;
