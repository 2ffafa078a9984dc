package io.tempo4j.query.tags;

import io.tempo4j.traceql.Intrinsic;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/** The names of fields that an editor offers: those of Tempo 3.0, bare and scoped. */
final class IntrinsicNames {

  /** Ascending. */
  static final List<String> ALL =
      Arrays.stream(Intrinsic.values())
          .filter(IntrinsicNames::isOffered)
          .flatMap(intrinsic -> Stream.of(intrinsic.bareText(), intrinsic.scopedText()))
          .filter(Objects::nonNull)
          .map(String::valueOf)
          .sorted()
          .toList();

  private IntrinsicNames() {}

  private static boolean isOffered(Intrinsic intrinsic) {
    return switch (intrinsic) {
      case SPAN_CHILD_COUNT, NESTED_SET_LEFT, NESTED_SET_RIGHT, NESTED_SET_PARENT -> false;
      case TRACE_DURATION,
          TRACE_ROOT_NAME,
          TRACE_ROOT_SERVICE,
          TRACE_ID,
          SPAN_DURATION,
          SPAN_NAME,
          SPAN_KIND,
          SPAN_STATUS,
          SPAN_STATUS_MESSAGE,
          SPAN_ID,
          SPAN_PARENT_ID,
          EVENT_NAME,
          EVENT_TIME_SINCE_START,
          LINK_TRACE_ID,
          LINK_SPAN_ID,
          INSTRUMENTATION_NAME,
          INSTRUMENTATION_VERSION ->
          true;
    };
  }
}
