/** Row groups as queries see them: conditions bound to columns, evaluated into selections. */
@NullMarked
package io.tempo4j.query.scan;

import org.jspecify.annotations.NullMarked;
