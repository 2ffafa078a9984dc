/** What threads see of each other in this package. */
@NullMarked
package io.tempo4j.head;

import org.jspecify.annotations.NullMarked;
