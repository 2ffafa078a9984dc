package io.tempo4j.query.wire;

import io.tempo4j.column.ByteSource;
import io.tempo4j.model.CorruptBlockException;
import io.tempo4j.query.Coverage;
import io.tempo4j.query.QueryStats;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Reads what {@link PartialSink} wrote. The bytes are not trusted: nothing is allocated that is
 * larger than what is left of them. Not thread-safe.
 */
public final class PartialSource {

  private static final int MAX_STEPS = 1 << 30;

  private final ByteSource source;

  /**
   * Checks checksum, name and version.
   *
   * @throws CorruptBlockException if they are not those of {@code form}
   */
  public PartialSource(byte[] bytes, PartialForm form) throws CorruptBlockException {
    source = new ByteSource(bytes, 0, bytes.length, form.described(), 0);
    source.verifyCrc32c();
    int magic = source.readIntLE();
    if (magic != form.magic()) {
      throw source.corrupt(form.described(), "0x" + Integer.toHexString(magic));
    }
    int version = source.readByte();
    if (version != PartialForm.VERSION) {
      throw source.corrupt("version " + PartialForm.VERSION, "version " + version);
    }
  }

  /** Where everything else is. */
  public ByteSource bytes() {
    return source;
  }

  /**
   * Reads a number of things that follow.
   *
   * @param each the fewest bytes that one takes, at least 1
   */
  public int count(int each, String what) throws CorruptBlockException {
    return source.readCount(source.remaining() / each, "number of " + what);
  }

  /** Reads bytes with their number before them. */
  public byte[] counted(String what) throws CorruptBlockException {
    int length = source.readCount(source.remaining(), "length of " + what);
    int at = source.skip(length, what);
    return Arrays.copyOfRange(source.array(), at, at + length);
  }

  /** Reads a text. */
  public String text(String what) throws CorruptBlockException {
    byte[] bytes = counted(what);
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      throw source.corrupt("UTF-8 in " + what, "other bytes");
    }
  }

  /** Reads a truth value. */
  public boolean truth(String what) throws CorruptBlockException {
    int value = source.readByte();
    if (value > 1) {
      throw source.corrupt(what + " to be 0 or 1", "" + value);
    }
    return value == 1;
  }

  /** Reads one of some constants. */
  public <E> E constant(E[] constants, String what) throws CorruptBlockException {
    int value = source.readByte();
    if (value >= constants.length) {
      throw source.corrupt(what + " below " + constants.length, "" + value);
    }
    return constants[value];
  }

  /** Reads what was pruned and read. */
  public QueryStats stats() throws CorruptBlockException {
    return new QueryStats(
        source.readCount(MAX_STEPS, "sources"),
        source.readCount(MAX_STEPS, "pruned sources"),
        source.readCount(MAX_STEPS, "row groups"),
        source.readCount(MAX_STEPS, "pruned row groups"),
        source.readVarint(),
        source.readVarint(),
        source.readVarint());
  }

  /** Reads of how much the answer was made. */
  public Coverage coverage() throws CorruptBlockException {
    return Coverage.without(texts("missing blocks")).and(Coverage.withoutTraces(texts("traces")));
  }

  private List<String> texts(String what) throws CorruptBlockException {
    int count = count(1, what);
    List<String> texts = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      texts.add(text(what));
    }
    return texts;
  }

  /** Fails unless everything was read. */
  public void expectEnd() throws CorruptBlockException {
    source.expectEnd();
  }
}
