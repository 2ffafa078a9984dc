package io.tempo4j.head;

import io.tempo4j.collect.Utf8;
import io.tempo4j.otlp.AttributeSink;
import java.io.ByteArrayOutputStream;

/**
 * Collects the attributes of one row that get no column, as the wire bytes of a KeyValueList.
 *
 * <p>Source: opentelemetry/proto/common/v1/common.proto.
 */
final class OverflowBuffer implements AttributeSink {

  private final ByteArrayOutputStream list = new ByteArrayOutputStream(0);

  // asked once a row, so not the stream, which would lock
  private boolean empty = true;

  boolean isEmpty() {
    return empty;
  }

  void clear() {
    list.reset();
    empty = true;
  }

  byte[] take() {
    byte[] bytes = list.toByteArray();
    clear();
    return bytes;
  }

  @Override
  public void string(byte[] buffer, int key, int keyLength, int value, int valueLength) {
    if (!Utf8.isValid(buffer, value, valueLength)) {
      byte[] repaired = Utf8.repair(buffer, value, valueLength);
      byte[] any = new Message().tag(1, 2).bytes(repaired, 0, repaired.length).take();
      entry(buffer, key, keyLength, any, 0, any.length);
    } else {
      byte[] any = new Message().tag(1, 2).bytes(buffer, value, valueLength).take();
      entry(buffer, key, keyLength, any, 0, any.length);
    }
  }

  @Override
  public void integer(byte[] buffer, int key, int keyLength, long value) {
    byte[] any = new Message().tag(3, 0).varint(value).take();
    entry(buffer, key, keyLength, any, 0, any.length);
  }

  @Override
  public void floating(byte[] buffer, int key, int keyLength, long rawBits) {
    byte[] any = new Message().tag(4, 1).fixed64(rawBits).take();
    entry(buffer, key, keyLength, any, 0, any.length);
  }

  @Override
  public void bool(byte[] buffer, int key, int keyLength, long value) {
    byte[] any = new Message().tag(2, 0).varint(value).take();
    entry(buffer, key, keyLength, any, 0, any.length);
  }

  @Override
  public void any(byte[] buffer, int key, int keyLength, int value, int valueLength) {
    entry(buffer, key, keyLength, buffer, value, valueLength);
  }

  private void entry(
      byte[] buffer, int key, int keyLength, byte[] any, int anyOffset, int anyLength) {
    Message keyValue = new Message();
    if (Utf8.isValid(buffer, key, keyLength)) {
      keyValue.tag(1, 2).bytes(buffer, key, keyLength);
    } else {
      byte[] repaired = Utf8.repair(buffer, key, keyLength);
      keyValue.tag(1, 2).bytes(repaired, 0, repaired.length);
    }
    keyValue.tag(2, 2).bytes(any, anyOffset, anyLength);
    byte[] entry = keyValue.take();
    byte[] framed = new Message().tag(1, 2).bytes(entry, 0, entry.length).take();
    list.write(framed, 0, framed.length);
    empty = false;
  }

  /** Protobuf wire bytes in the making. */
  private static final class Message {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    Message tag(int field, int wireType) {
      return varint(field << 3 | wireType);
    }

    Message varint(long value) {
      long rest = value;
      while ((rest & ~0x7fL) != 0) {
        out.write((int) (rest & 0x7f | 0x80));
        rest >>>= 7;
      }
      out.write((int) rest);
      return this;
    }

    Message fixed64(long value) {
      for (int shift = 0; shift < 64; shift += 8) {
        out.write((int) (value >>> shift));
      }
      return this;
    }

    Message bytes(byte[] bytes, int offset, int length) {
      varint(length);
      out.write(bytes, offset, length);
      return this;
    }

    byte[] take() {
      return out.toByteArray();
    }
  }
}
