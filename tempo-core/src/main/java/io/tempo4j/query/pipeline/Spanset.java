package io.tempo4j.query.pipeline;

import io.tempo4j.model.Attribute;
import io.tempo4j.model.AttributeValue;
import java.util.ArrayList;
import java.util.List;

/**
 * Spans of one trace that a pipeline keeps together, with the values that stages attached to them.
 *
 * <p>Never empty. Immutable.
 */
public final class Spanset {

  private final RowSet rows;
  private final List<Attribute> attributes;

  Spanset(RowSet rows, List<Attribute> attributes) {
    this.rows = rows;
    this.attributes = attributes;
  }

  /** Number of spans. */
  public int size() {
    return rows.size();
  }

  /** The span row at {@code index}; rows ascend. */
  public int row(int index) {
    return rows.row(index);
  }

  /** The attached values in the order of the query. */
  public List<Attribute> attributes() {
    return attributes;
  }

  RowSet rows() {
    return rows;
  }

  Spanset withRows(RowSet others) {
    return others == rows ? this : new Spanset(others, attributes);
  }

  /** With one more value, in place of one of the same name. */
  Spanset with(String key, AttributeValue value) {
    List<Attribute> more = new ArrayList<>(attributes.size() + 1);
    for (Attribute attribute : attributes) {
      if (!attribute.key().equals(key)) {
        more.add(attribute);
      }
    }
    more.add(new Attribute(key, value));
    return new Spanset(rows, List.copyOf(more));
  }

  /** The spans of all of them, with the values that all of them have. */
  static Spanset joined(List<Spanset> spansets) {
    List<Attribute> common = new ArrayList<>(spansets.get(0).attributes);
    for (Spanset other : spansets.subList(1, spansets.size())) {
      common.retainAll(other.attributes);
    }
    return new Spanset(rowsOf(spansets), List.copyOf(common));
  }

  /** The spans of all of them. */
  static RowSet rowsOf(List<Spanset> spansets) {
    return RowSet.unionOf(spansets.stream().map(Spanset::rows).toList());
  }
}
