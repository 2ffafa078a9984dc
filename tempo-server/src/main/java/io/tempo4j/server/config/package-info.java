/** Reading, checking and printing the configuration, with the keys that Tempo users know. */
@NullMarked
package io.tempo4j.server.config;

import org.jspecify.annotations.NullMarked;
