/** The facade that embedders use and the ports it is assembled from. */
@NullMarked
package io.tempo4j.engine;

import org.jspecify.annotations.NullMarked;
