/** Parts of one trace, chosen by TraceQL. */
@NullMarked
package io.tempo4j.query.filter;

import org.jspecify.annotations.NullMarked;
