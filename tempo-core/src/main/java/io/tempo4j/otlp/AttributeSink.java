package io.tempo4j.otlp;

/**
 * Receives the attributes of one row at a time, straight from the wire.
 *
 * <p>Keys, strings and {@code any} values are ranges of {@code buffer}, valid during the call.
 */
public interface AttributeSink {

  /** An attribute with a string value. */
  void string(byte[] buffer, int key, int keyLength, int value, int valueLength);

  /** An attribute with an integer value. */
  void integer(byte[] buffer, int key, int keyLength, long value);

  /** An attribute with a floating-point value, as its raw bits. */
  void floating(byte[] buffer, int key, int keyLength, long rawBits);

  /** An attribute with a truth value, 0 or 1. */
  void bool(byte[] buffer, int key, int keyLength, long value);

  /** An attribute with any other value: the range holds one well-formed AnyValue message. */
  void any(byte[] buffer, int key, int keyLength, int value, int valueLength);
}
