package io.tempo4j.block;

import static org.assertj.core.api.Assertions.assertThat;

import io.tempo4j.column.ColumnKey;
import io.tempo4j.column.Table;
import io.tempo4j.column.ValueType;
import org.junit.jupiter.api.Test;

class SharedKeysTest {

  private static ColumnKey key(String name) {
    return ColumnKey.attribute(Table.SPAN, name, ValueType.STRING);
  }

  @Test
  void equalKeysBecomeOne() {
    SharedKeys keys = new SharedKeys();
    ColumnKey first = keys.shared(key("a"));
    assertThat(keys.shared(key("a"))).isSameAs(first);
    assertThat(keys.shared(key("b"))).isEqualTo(key("b"));
  }

  @Test
  void keysBeyondTheLimitStayAsTheyAre() {
    SharedKeys keys = new SharedKeys();
    ColumnKey first = keys.shared(key("0"));
    for (int i = 1; i < 70_000; i++) {
      keys.shared(key(Integer.toString(i)));
    }
    ColumnKey late = key("69999");
    assertThat(keys.shared(late)).isSameAs(late);
    assertThat(keys.shared(key("0"))).isSameAs(first);
  }
}
