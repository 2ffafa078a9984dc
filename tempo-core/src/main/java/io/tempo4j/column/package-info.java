/**
 * The columnar representation of spans that head, blocks and queries share: tables, column keys,
 * decoded columns, dictionaries, chunk encodings and filters.
 */
@NullMarked
package io.tempo4j.column;

import org.jspecify.annotations.NullMarked;
