package io.tempo4j.server.http;

import com.fasterxml.jackson.core.SerializableString;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Objects;
import java.util.Properties;

/**
 * What was built when. The version begins with the version of Tempo whose API is spoken, since
 * clients choose their requests by it.
 *
 * @param version version of this program
 * @param revision commit, or empty if it is not known
 * @param buildDate moment of the build
 */
public record BuildInfo(String version, String revision, String buildDate) {

  private static final String API_VERSION = "3.0.0";

  /** Reads what the build left in the class path. */
  public static BuildInfo load() {
    Properties build = new Properties();
    try (InputStream in =
        Objects.requireNonNull(BuildInfo.class.getResourceAsStream("build.properties"))) {
      build.load(in);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read build.properties", e);
    }
    return new BuildInfo(
        build.getProperty("version", ""),
        build.getProperty("revision", ""),
        build.getProperty("date", ""));
  }

  /** The version that clients are told: that of the API, then ours. */
  public String apiVersion() {
    return API_VERSION + "-tempo4j." + version;
  }

  byte[] toJson() {
    return JsonBody.of(
            json -> {
              json.startObject();
              json.string(name("version"), apiVersion());
              json.string(name("revision"), revision);
              json.string(name("branch"), "");
              json.string(name("buildDate"), buildDate);
              json.string(name("buildUser"), "");
              json.string(name("goVersion"), "java" + Runtime.version());
              json.endObject();
            })
        .toByteArray();
  }

  private static SerializableString name(String name) {
    return JsonBody.name(name);
  }
}
