/** Tempo's HTTP API: parameters in, JSON or protobuf out. */
@NullMarked
package io.tempo4j.server.http;

import org.jspecify.annotations.NullMarked;
