/** How partial answers go from one process to another. */
@NullMarked
package io.tempo4j.query.wire;

import org.jspecify.annotations.NullMarked;
