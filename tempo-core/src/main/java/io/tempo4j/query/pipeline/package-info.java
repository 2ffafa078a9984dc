/**
 * The spanset language above filters: structural operators, spanset logic, grouping, aggregates.
 *
 * <p>Filters run over the columns of whole row groups (package {@code scan}); what stands above
 * them runs trace by trace, for those traces alone in which a filter found something.
 */
@NullMarked
package io.tempo4j.query.pipeline;

import org.jspecify.annotations.NullMarked;
