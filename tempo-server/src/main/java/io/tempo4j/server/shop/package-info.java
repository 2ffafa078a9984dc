/** A small web shop whose traffic stands for everybody's: its traces, and what is asked of them. */
@NullMarked
package io.tempo4j.server.shop;

import org.jspecify.annotations.NullMarked;
