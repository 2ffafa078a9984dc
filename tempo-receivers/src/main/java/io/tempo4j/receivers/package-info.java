/**
 * Receivers of trace data over the network: what every receiver shares, and the interface by which
 * one is attached to a server.
 *
 * <p>A {@link io.tempo4j.receivers.SpanReceiver} adds its ports and routes to an Armeria server.
 * All receivers of a process deliver through one {@link io.tempo4j.receivers.SpanIntake}, which
 * bounds what is in flight, names the tenant and counts.
 */
@NullMarked
package io.tempo4j.receivers;

import org.jspecify.annotations.NullMarked;
