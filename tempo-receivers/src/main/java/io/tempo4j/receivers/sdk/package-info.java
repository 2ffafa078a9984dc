/**
 * Spans of an OpenTelemetry SDK in the same process.
 *
 * <p>Needs {@code io.opentelemetry:opentelemetry-sdk-trace}, which whoever has such spans has.
 */
@NullMarked
package io.tempo4j.receivers.sdk;

import org.jspecify.annotations.NullMarked;
