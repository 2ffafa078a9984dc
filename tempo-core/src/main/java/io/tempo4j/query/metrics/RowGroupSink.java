package io.tempo4j.query.metrics;

import io.tempo4j.query.scan.GroupView;
import io.tempo4j.query.scan.Selection;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Counts the spans of row groups, one after the other. */
interface RowGroupSink {

  /**
   * Takes the selected spans of a row group, or all if {@code selection} is null.
   *
   * @return how many of them start within the axis
   */
  int take(GroupView group, @Nullable Selection selection) throws IOException;
}
