/** What threads see of each other in this package. */
@NullMarked
package io.tempo4j.memory;

import org.jspecify.annotations.NullMarked;
