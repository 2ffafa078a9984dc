package io.tempo4j.server.http;

import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;

/**
 * Parameters that nobody should send, to every route of a real server over a real store: each is
 * answered, or refused with a reason. A failure prints the seed that makes the same request again.
 */
class HttpParameterFuzzTest {

  private static final List<String> NAMES =
      List.of(
          "q",
          "query",
          "tags",
          "start",
          "end",
          "limit",
          "spss",
          "scope",
          "maxStaleValues",
          "step",
          "since",
          "exemplars",
          "minDuration",
          "maxDuration",
          "keep_hierarchy",
          "match_depth",
          "ancestor_depth",
          "mode",
          "tenant",
          "unknown",
          "q[]",
          "",
          "q q",
          "\u00fc");

  private static final List<String> TEXTS =
      List.of(
          "",
          "0",
          "1",
          "-1",
          "00",
          "+5",
          " 7",
          "1.5",
          "NaN",
          "-0",
          "1e999",
          "0x10",
          "2147483648",
          "9223372036854775807",
          "9223372036854775808",
          "99999999999999999999999",
          "1700000000",
          "1700000300",
          "1700000000000000000",
          "2023-11-14T22:13:20Z",
          "2023-99-99T99:99:99Z",
          "+999999999-12-31T23:59:59Z",
          "5s",
          "1ns",
          "-3h",
          "9999999999h",
          "1h-3m",
          "1d2w",
          "true",
          "false",
          "none",
          "span",
          "intrinsic",
          "X",
          "a=b",
          "a=b a=c",
          "a=\"b",
          "=",
          "http.status_code=x",
          "status.code=maybe",
          "null",
          "undefined",
          "\u0000",
          "\r\n",
          "\u2028\ufeff\ud83d\ude00",
          "../../etc/passwd",
          "%2e%2e%2f",
          "{{7*7}}",
          "' OR 1=1 --");

  private static final List<String> QUERIES =
      List.of(
          "{ }",
          "{",
          "}",
          "{ status = error }",
          "{ .a =",
          "{ span. }",
          "{ name > 3 }",
          "{ .a = 1 && .b =~ \"(a+)+$\" }",
          "{ .a =~ \"((((a{1,9}){1,9}){1,9}){1,9}){1,9}\" }",
          "{ .a = \"\ud83d\ude00\" }",
          "{ .a / 0 > 1 }",
          "{ .a / .b > 1 }",
          "{ true } >> { true }",
          "{ } | count() > 1",
          "{ } | by(.a) | select(name, .b)",
          "{ } | rate()",
          "{ } | rate() by (name, .a, resource.b)",
          "{ } | quantile_over_time(duration, .5, 2, -1)",
          "{ } | histogram_over_time(duration)",
          "{ } | count_over_time() | topk(0)",
          "{ } | count_over_time() | topk(5)",
          "{ } | compare({ status = error }, 0)",
          "{ } | compare({ status = error })",
          "{ } | rate() with (sample=0.0000001)",
          "({ } | rate()) / ({ } | rate())",
          "{ .a = 1 } // comment",
          "{ .a = 1 } /* comment");

  private static final List<String> IDS =
      List.of(
          "0",
          "1",
          "abc",
          "f".repeat(32),
          "0".repeat(33),
          "g",
          "-1",
          "%20",
          "%2F",
          "..",
          "%00",
          ".",
          "%F0%9F%98%80",
          "1;x=2");

  private static final List<String> TAGS =
      List.of(
          ".a",
          "name",
          "status",
          "duration",
          "span.a",
          "resource.service.name",
          "span:id",
          "trace:id",
          "parent.a",
          "service.name",
          "span.",
          ".",
          "%22",
          "a%2Fb",
          "a/b/c",
          "%2F%2F",
          "%00",
          "%zz",
          "%E2%28%A1",
          "..%2f..",
          "{}",
          "%7B%7D",
          "%F0%9F%98%80",
          "values",
          "x/values/y",
          "a;b=c",
          "a+b",
          "a%2Bb");

  private static final List<String> HEADERS =
      List.of(
          "",
          "Accept: application/protobuf\r\n",
          "Accept: application/vnd.grafana.llm\r\n",
          "Accept: \r\n",
          "Accept: */*;q=x, ,;\r\n",
          "Accept-Encoding: gzip\r\n",
          "Accept-Encoding: gzip;q=0, br, ;\r\n",
          "X-Scope-OrgID: a|b\r\n",
          "X-Scope-OrgID: ../..\r\n",
          "Range: bytes=5-1\r\n");

  private static FuzzedServer server;

  @BeforeContainer
  static void start() throws Exception {
    server = FuzzedServer.start();
  }

  @AfterContainer
  static void stop() throws IOException {
    server.close();
  }

  @Property(tries = 1500, shrinking = ShrinkingMode.OFF)
  void everyRequestIsAnsweredOrRefusedWithAReason(@ForAll long seed) throws IOException {
    Random random = new Random(seed);
    String method = random.nextInt(8) > 0 ? "GET" : pick(List.of("HEAD", "POST", "PUT"), random);
    String target = target(random);
    String headers = random.nextInt(3) == 0 ? pick(HEADERS, random) : "";

    server.check(method, target, headers);
  }

  /** One request in eight is wrong below its parameters, the others are well-formed. */
  private static String target(Random random) {
    boolean isBroken = random.nextInt(8) == 0;
    StringBuilder target =
        new StringBuilder(
            pick(server.routes(), random)
                .replace("{traceID}", pick(IDS, random))
                .replace(TagRoutes.TAG, pick(TAGS, random)));
    char separator = '?';
    if (random.nextInt(4) > 0) {
      target.append("?q=").append(encoded(pick(QUERIES, random)));
      separator = '&';
    }
    for (int i = random.nextInt(5); i > 0; i--) {
      String name = encoded(pick(NAMES, random));
      String text = text(random);
      target.append(separator).append(name).append('=');
      target.append(isBroken ? wronglyEncoded(text, random) : encoded(text));
      separator = '&';
    }
    if (isBroken) {
      target.append(pick(List.of("", "&", "&&==", "#x", "?y=1", "%", "&=%zz", ";"), random));
    }
    return target.toString();
  }

  private static String text(Random random) {
    return switch (random.nextInt(10)) {
      case 0, 1 -> pick(QUERIES, random);
      case 4 -> "x".repeat(random.nextInt(3000));
      case 5 -> "{ " + "(".repeat(random.nextInt(1000)) + ".a = 1";
      case 6 -> Long.toString(random.nextLong() >> random.nextInt(64));
      default -> pick(TEXTS, random);
    };
  }

  private static String wronglyEncoded(String text, Random random) {
    String encoded = encoded(text);
    return switch (random.nextInt(5)) {
      case 0 -> text.replaceAll("[\\s\\x00#]", "_"); // one request must stay one
      case 1 -> encoded + "%";
      case 2 -> encoded.replaceFirst("%..", "%zz");
      case 3 -> encoded.replace("%", "%25");
      default -> encoded.replace("+", "%20");
    };
  }

  private static <T> T pick(List<T> list, Random random) {
    return list.get(random.nextInt(list.size()));
  }

  /** The combinations that the issue names, each of which must stay cheap. */
  @Property(tries = 1)
  void extremesAreBounded() throws IOException {
    List<String> targets = new ArrayList<>();
    targets.add("/api/search?q=" + encoded("{ " + "(".repeat(10_000) + ")".repeat(10_000) + " }"));
    targets.add("/api/metrics/query_range?step=1ns&start=0&end=5000000&q=" + encoded("{}|rate()"));
    targets.add(
        "/api/metrics/query_range?step=1ms&start=1700000000&end=1700005000&q="
            + encoded("{}|rate()"));
    targets.add("/api/metrics/query?start=2&end=1&q=" + encoded("{}|rate()"));
    targets.add("/api/search?limit=2147483647&spss=2147483647&q=" + encoded("{}"));
    targets.add("/api/v2/search/tags?limit=99999999999999999999999");
    targets.add("/api/v2/search/tag/span:id/values?limit=0&maxStaleValues=99999999999999999999");
    targets.add("/api/v2/search/tag/.a/values?q=" + encoded("(".repeat(1300)));
    targets.add("/api/search?" + "tags=a%3Db&".repeat(300));
    targets.add("/api/search?" + "&".repeat(3000));
    targets.add("/api/traces/" + "%2F".repeat(1000));
    targets.add("/" + "a/".repeat(1500));
    for (String target : targets) {
      server.check("GET", target, "");
    }
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }
}
