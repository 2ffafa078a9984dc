/** The trace store as one library: what an embedder opens, writes to and queries. */
@NullMarked
package io.tempo4j.engine;

import org.jspecify.annotations.NullMarked;
