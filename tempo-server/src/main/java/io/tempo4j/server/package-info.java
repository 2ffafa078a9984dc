/** The server: configuration, transport and wiring of the libraries. */
@NullMarked
package io.tempo4j.server;

import org.jspecify.annotations.NullMarked;
