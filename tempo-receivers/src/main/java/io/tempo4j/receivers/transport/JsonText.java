package io.tempo4j.receivers.transport;

import com.fasterxml.jackson.core.io.JsonStringEncoder;

/** Strings in JSON. */
public final class JsonText {

  private JsonText() {}

  /** Appends the text in quotes, escaped. */
  public static void appendQuoted(StringBuilder json, String text) {
    json.append('"');
    JsonStringEncoder.getInstance().quoteAsString(text, json);
    json.append('"');
  }
}
