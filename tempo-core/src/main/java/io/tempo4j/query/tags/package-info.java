/** Which attributes and fields spans have, and which values: what an editor of queries offers. */
@NullMarked
package io.tempo4j.query.tags;

import org.jspecify.annotations.NullMarked;
