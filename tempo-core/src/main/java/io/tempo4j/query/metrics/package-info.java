/** Metrics: time series computed from spans. */
@NullMarked
package io.tempo4j.query.metrics;

import org.jspecify.annotations.NullMarked;
