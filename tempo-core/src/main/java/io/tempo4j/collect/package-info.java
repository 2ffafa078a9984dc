/** Collections and algorithms over primitive arrays, shared by whatever keeps rows. */
@NullMarked
package io.tempo4j.collect;

import org.jspecify.annotations.NullMarked;
