package io.tempo4j.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.StringLength;

final class ObjectKeyTest {

  @Property
  void ordersLikeUtf8(
      @ForAll @StringLength(max = 4) String a, @ForAll @StringLength(max = 4) String b) {
    String left = wellFormed(a);
    String right = wellFormed(b);
    int expected =
        Arrays.compareUnsigned(
            left.getBytes(StandardCharsets.UTF_8), right.getBytes(StandardCharsets.UTF_8));
    assertThat(Integer.signum(ObjectKey.ORDER.compare(left, right)))
        .isEqualTo(Integer.signum(expected));
  }

  @Property
  void namesOnDiskStandForOneSegmentEach(@ForAll @StringLength(min = 1, max = 30) String any) {
    String segment = wellFormed(any).replace('/', '_');
    String name = KeyPaths.encode(segment);
    assertThat(name.chars()).allMatch(c -> c < 0x80);
    assertThat(KeyPaths.decode(name)).contains(segment);
  }

  @Property
  void aNameThatDecodesIsTheNameOfItsSegment(@ForAll @StringLength(max = 12) String name) {
    KeyPaths.decode(name)
        .ifPresent(segment -> assertThat(KeyPaths.encode(segment)).isEqualTo(name));
  }

  @Property
  void acceptsOrExplains(@ForAll @StringLength(max = 300) String key) {
    try {
      assertThat(ObjectKey.requireValid(key)).isSameAs(key);
      assertThat(KeyPaths.encode(key).split("/", -1))
          .allSatisfy(name -> assertThat(name).isNotIn("", ".", "..").hasSizeLessThan(256));
      assertThat(ObjectKey.requireValidPrefix(key)).isSameAs(key);
    } catch (IllegalArgumentException e) {
      assertThat(e).hasMessageStartingWith("object key ");
      assertThat(e.getMessage().chars()).noneMatch(Character::isISOControl);
    }
  }

  @Example
  void everyBeginningOfAKeyIsAPrefix() {
    String key = "tenant/8d3f/ü.x/..data";
    for (int i = 0; i <= key.length(); i++) {
      ObjectKey.requireValidPrefix(key.substring(0, i));
    }
  }

  @Example
  void messagesSayWhatIsWrongAndWhere() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ObjectKey.requireValid("ab\ncd"))
        .withMessage("object key has the control character U+000A at 2: 'ab\\u000acd'");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ObjectKey.requireValid("ab/../cd"))
        .withMessage("object key has the segment '..' at 3: 'ab/../cd'");
  }

  private static String wellFormed(String text) {
    return new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8);
  }
}
