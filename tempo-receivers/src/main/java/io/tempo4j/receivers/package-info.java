/** Receivers of trace data over the network. */
@NullMarked
package io.tempo4j.receivers;

import org.jspecify.annotations.NullMarked;
