/** OTLP on the wire: the decoder that feeds columns, the writer for results, AnyValue. */
@NullMarked
package io.tempo4j.otlp;

import org.jspecify.annotations.NullMarked;
