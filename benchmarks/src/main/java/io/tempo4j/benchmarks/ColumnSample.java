package io.tempo4j.benchmarks;

import io.tempo4j.column.ByteSink;
import io.tempo4j.column.ByteSource;
import io.tempo4j.column.ChunkPicker;
import io.tempo4j.column.ChunkReader;
import io.tempo4j.column.ChunkWriter;
import io.tempo4j.column.Column;
import io.tempo4j.column.Dictionary;
import io.tempo4j.column.ValuePicks;
import io.tempo4j.model.CorruptBlockException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.UUID;

/** Columns as spans have them, made up from a seed. */
public enum ColumnSample {
  SPAN_ID,
  START,
  DURATION,
  STATUS,
  THREAD_ID,
  SERVER_PORT,
  HTTP_ROUTE,
  URL_PATH,
  CLIENT_ADDRESS,
  DB_STATEMENT,
  SESSION_ID,
  CART_TOTAL,
  CACHE_HIT;

  private static final long SEED = 7;
  private static final String[] TABLES = {"orders", "users", "carts", "stock", "reviews"};
  private static final String[] ROUTES = {
    "/api/products/", "/api/cart", "/api/orders/", "/api/users/", "/api/search", "/api/login"
  };
  private static final int[] PORTS = {8080, 8080, 9090, 5432, 6379};

  /** The values of one chunk. */
  Values values(int count) {
    Random random = new Random(SEED);
    return switch (this) {
      case SPAN_ID -> Values.of(random.longs(count).toArray());
      case START -> {
        long[] starts = new long[count];
        long trace = 0;
        for (int i = 0; i < count; i++) {
          // Some twelve spans a trace, each a little later than the one above it.
          trace = random.nextInt(12) == 0 || i == 0 ? random.nextLong(110_000_000_000L) : trace;
          trace += random.nextLong(3_000_000);
          starts[i] = 1_760_000_000_000_000_000L + trace;
        }
        yield Values.of(starts);
      }
      case DURATION -> {
        long[] durations = new long[count];
        for (int i = 0; i < count; i++) {
          durations[i] = (long) (5e6 * Math.exp(random.nextGaussian() * 1.1));
        }
        yield Values.of(durations);
      }
      case STATUS -> {
        int[] status = new int[count];
        for (int i = 0; i < count; i++) {
          status[i] = random.nextInt(100) == 0 ? 2 : random.nextInt(20) == 0 ? 1 : 0;
        }
        yield Values.of(status);
      }
      case THREAD_ID -> Values.of(random.longs(count, 0, 200).toArray());
      case SERVER_PORT ->
          Values.of(random.ints(count, 0, PORTS.length).mapToLong(i -> PORTS[i]).toArray());
      case CART_TOTAL ->
          Values.of(random.ints(count, 0, 5_000_000).mapToDouble(i -> i / 100.0).toArray());
      case CACHE_HIT -> {
        boolean[] hits = new boolean[count];
        for (int i = 0; i < count; i++) {
          hits[i] = random.nextInt(3) > 0;
        }
        yield Values.of(hits);
      }
      default -> strings(random, count);
    };
  }

  private Values strings(Random random, int count) {
    Map<String, Integer> seen = new HashMap<>();
    ByteSink bytes = new ByteSink(1 << 20);
    int[] offsets = new int[count + 1];
    int[] codes = new int[count];
    String session = "";
    for (int i = 0; i < count; i++) {
      session =
          i == 0 || random.nextInt(3) == 0
              ? new UUID(random.nextLong(), random.nextLong()).toString()
              : session;
      String text = this == SESSION_ID ? session : text(random);
      Integer code = seen.get(text);
      if (code == null) {
        code = seen.size();
        seen.put(text, code);
        bytes.putBytes(text.getBytes(StandardCharsets.UTF_8));
        offsets[code + 1] = bytes.size();
      }
      codes[i] = code;
    }
    Dictionary dictionary =
        new Dictionary(bytes.toByteArray(), offsets, seen.size(), Dictionary.Order.DISTINCT);
    return Values.of(codes, dictionary);
  }

  private String text(Random random) {
    String route = ROUTES[random.nextInt(ROUTES.length)];
    return switch (this) {
      case HTTP_ROUTE -> route.endsWith("/") ? route + "{id}" : route;
      case URL_PATH -> route.endsWith("/") ? route + random.nextInt(50_000) : route;
      case CLIENT_ADDRESS ->
          "10." + random.nextInt(4) + "." + random.nextInt(255) + "." + random.nextInt(255);
      case DB_STATEMENT ->
          "SELECT * FROM "
              + TABLES[random.nextInt(TABLES.length)]
              + " WHERE id = "
              + random.nextInt(1_000_000)
              + " AND tenant = '"
              + Integer.toHexString(0x10000 + random.nextInt(0x10000)).substring(1)
              + "' LIMIT "
              + (1 + random.nextInt(50));
      default -> throw new IllegalStateException(this + " is not a column of strings");
    };
  }

  /** Encodes the values of a chunk. */
  interface Encoder {
    void write(ChunkWriter writer, ByteSink out);
  }

  /** Decodes a chunk of such values. */
  interface Decoder {
    Column read(byte[] bytes, int length, int count) throws CorruptBlockException;
  }

  /** Decodes some values of such a chunk. */
  interface Picker {
    Column read(byte[] bytes, int length, int count, ValuePicks picks) throws CorruptBlockException;
  }

  /** The values of a chunk, as what can be done with them. */
  record Values(Encoder encoder, Decoder decoder, Picker picker) {

    private static ByteSource source(byte[] bytes, int length) {
      return new ByteSource(bytes, 0, length, "chunk", 0);
    }

    static Values of(long[] values) {
      return new Values(
          (writer, out) -> writer.longs(values, values.length, out),
          (bytes, length, count) -> ChunkReader.longs(source(bytes, length), count, null),
          (bytes, length, count, picks) -> ChunkPicker.longs(source(bytes, length), count, picks));
    }

    static Values of(int[] values) {
      return new Values(
          (writer, out) -> writer.ints(values, values.length, out),
          (bytes, length, count) -> ChunkReader.ints(source(bytes, length), count, null),
          // Fields of small numbers are always read whole.
          (bytes, length, count, picks) -> ChunkReader.ints(source(bytes, length), count, null));
    }

    static Values of(double[] values) {
      return new Values(
          (writer, out) -> writer.doubles(values, values.length, out),
          (bytes, length, count) -> ChunkReader.doubles(source(bytes, length), count, null),
          (bytes, length, count, picks) ->
              ChunkPicker.doubles(source(bytes, length), count, picks));
    }

    static Values of(boolean[] values) {
      return new Values(
          (writer, out) -> writer.booleans(values, values.length, out),
          (bytes, length, count) -> ChunkReader.booleans(source(bytes, length), count, null),
          (bytes, length, count, picks) ->
              ChunkPicker.booleans(source(bytes, length), count, picks));
    }

    static Values of(int[] codes, Dictionary dictionary) {
      return new Values(
          (writer, out) -> writer.strings(codes, codes.length, dictionary, out),
          (bytes, length, count) -> ChunkReader.strings(source(bytes, length), count, null),
          (bytes, length, count, picks) ->
              ChunkPicker.strings(source(bytes, length), count, picks));
    }
  }
}
