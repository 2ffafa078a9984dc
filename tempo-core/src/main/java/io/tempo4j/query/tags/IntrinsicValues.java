package io.tempo4j.query.tags;

import io.tempo4j.column.Fields;
import io.tempo4j.column.Table;
import io.tempo4j.query.scan.FieldScopes;
import io.tempo4j.query.scan.GroupView;
import io.tempo4j.query.scan.Selection;
import io.tempo4j.query.scan.TableView;
import io.tempo4j.traceql.Intrinsic;
import io.tempo4j.traceql.SpanKind;
import io.tempo4j.traceql.SpanStatus;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The values of fields of the data model. */
final class IntrinsicValues {

  private IntrinsicValues() {}

  /** The words that a field may have whatever is stored; none if that is not fixed. */
  static List<TagValue> keywords(Intrinsic intrinsic) {
    Stream<String> words =
        switch (intrinsic) {
          case SPAN_STATUS -> Arrays.stream(SpanStatus.values()).map(SpanStatus::word);
          case SPAN_KIND -> Arrays.stream(SpanKind.values()).map(SpanKind::word);
          default -> Stream.empty();
        };
    return words.sorted().map(word -> new TagValue(TagValue.Type.KEYWORD, word)).toList();
  }

  /**
   * True if no list of values would help anybody, since every span has its own, or if the values
   * are {@link #keywords}.
   */
  static boolean needsNoData(Intrinsic intrinsic) {
    return switch (intrinsic) {
      case SPAN_STATUS,
          SPAN_KIND,
          SPAN_DURATION,
          TRACE_DURATION,
          EVENT_TIME_SINCE_START,
          NESTED_SET_LEFT,
          NESTED_SET_RIGHT,
          NESTED_SET_PARENT ->
          true;
      case TRACE_ROOT_NAME,
          TRACE_ROOT_SERVICE,
          TRACE_ID,
          SPAN_NAME,
          SPAN_STATUS_MESSAGE,
          SPAN_ID,
          SPAN_PARENT_ID,
          SPAN_CHILD_COUNT,
          EVENT_NAME,
          LINK_TRACE_ID,
          LINK_SPAN_ID,
          INSTRUMENTATION_NAME,
          INSTRUMENTATION_VERSION ->
          false;
    };
  }

  /** Gathers the values in one row group; those of instrumentation scopes by {@link #ofScopes}. */
  static void ofGroup(Intrinsic intrinsic, GroupRows rows, DistinctValues into) throws IOException {
    GroupView group = rows.group();
    TableView spans = group.spans();
    switch (intrinsic) {
      case SPAN_NAME -> ColumnValues.field(spans, Fields.SPAN_NAME, rows.of(Table.SPAN), into);
      case SPAN_STATUS_MESSAGE ->
          ColumnValues.field(spans, Fields.SPAN_STATUS_MESSAGE, rows.of(Table.SPAN), into);
      case EVENT_NAME ->
          ColumnValues.field(
              group.table(Table.EVENT), Fields.EVENT_NAME, rows.of(Table.EVENT), into);
      case TRACE_ROOT_NAME -> ColumnValues.field(spans, Fields.SPAN_NAME, rows.roots(), into);
      case TRACE_ROOT_SERVICE -> rootServices(rows, into);
      case TRACE_ID ->
          ids(
              group.traces().longs(Fields.TRACE_ID_HIGH),
              group.traces().longs(Fields.TRACE_ID_LOW),
              rows.of(Table.TRACE),
              into);
      case SPAN_ID -> ids(null, spans.longs(Fields.SPAN_ID), rows.of(Table.SPAN), into);
      case SPAN_PARENT_ID -> ids(null, group.parentIds(), rows.of(Table.SPAN), into);
      case SPAN_CHILD_COUNT -> childCounts(group.childCounts(), rows.of(Table.SPAN), into);
      case LINK_TRACE_ID -> {
        TableView links = group.table(Table.LINK);
        ids(
            links.longs(Fields.LINK_TRACE_ID_HIGH),
            links.longs(Fields.LINK_TRACE_ID_LOW),
            rows.of(Table.LINK),
            into);
      }
      case LINK_SPAN_ID ->
          ids(null, group.table(Table.LINK).longs(Fields.LINK_SPAN_ID), rows.of(Table.LINK), into);
      case INSTRUMENTATION_NAME,
          INSTRUMENTATION_VERSION,
          SPAN_STATUS,
          SPAN_KIND,
          SPAN_DURATION,
          TRACE_DURATION,
          EVENT_TIME_SINCE_START,
          NESTED_SET_LEFT,
          NESTED_SET_RIGHT,
          NESTED_SET_PARENT -> {}
    }
  }

  /** Gathers the values of fields of instrumentation scopes. */
  static void ofScopes(
      Intrinsic intrinsic, TableView scopes, @Nullable Selection rows, DistinctValues into)
      throws IOException {
    if (intrinsic == Intrinsic.INSTRUMENTATION_NAME) {
      ColumnValues.field(scopes, Fields.SCOPE_NAME, rows, into);
    } else if (intrinsic == Intrinsic.INSTRUMENTATION_VERSION) {
      ColumnValues.field(scopes, Fields.SCOPE_VERSION, rows, into);
    }
  }

  private static void rootServices(GroupRows rows, DistinctValues into) throws IOException {
    GroupView group = rows.group();
    int[] resourceOf = group.spans().ints(FieldScopes.ownerField(Table.RESOURCE));
    Selection roots = rows.roots();
    Selection resources = Selection.none(group.table(Table.RESOURCE).rowCount());
    for (int row = roots.next(0); row >= 0; row = roots.next(row + 1)) {
      resources.add(resourceOf[row]);
    }
    for (int row = resources.next(0); row >= 0; row = resources.next(row + 1)) {
      byte[] name = group.source().serviceName(row).getBytes(StandardCharsets.UTF_8);
      if (name.length > 0) {
        into.text(name, 0, name.length);
      }
    }
  }

  private static void childCounts(int[] counts, @Nullable Selection rows, DistinctValues into) {
    Selection distinct = Selection.none(counts.length);
    for (int row = 0; row < counts.length; row++) {
      if (rows == null || rows.contains(row)) {
        distinct.add(counts[row]); // fewer than there are spans
      }
    }
    for (int count = distinct.next(0); count >= 0; count = distinct.next(count + 1)) {
      into.integer(count);
    }
  }

  /** Ids of one or two numbers, in hexadecimal; zero is none. */
  private static void ids(
      long @Nullable [] high, long[] low, @Nullable Selection rows, DistinctValues into) {
    byte[] digits = new byte[high == null ? 16 : 32];
    int count = rows == null ? low.length : rows.size();
    for (int row = 0; row < count && !into.isFull(); row++) {
      boolean isWanted = rows == null || rows.contains(row);
      if (isWanted && (low[row] != 0 || (high != null && high[row] != 0))) {
        if (high != null) {
          hex(high[row], digits, 0);
        }
        hex(low[row], digits, digits.length - 16);
        into.text(digits, 0, digits.length);
      }
    }
  }

  private static void hex(long id, byte[] into, int offset) {
    for (int i = 0; i < 16; i++) {
      into[offset + i] = (byte) Character.forDigit((int) (id >>> (60 - 4 * i)) & 0xf, 16);
    }
  }
}
