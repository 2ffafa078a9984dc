/** JMH benchmarks of the libraries. */
@NullMarked
package io.tempo4j.benchmarks;

import org.jspecify.annotations.NullMarked;
