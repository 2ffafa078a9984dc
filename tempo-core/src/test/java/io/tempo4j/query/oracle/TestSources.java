package io.tempo4j.query.oracle;

import io.tempo4j.block.BlockCache;
import io.tempo4j.block.BlockReader;
import io.tempo4j.block.BlockWriter;
import io.tempo4j.column.SpanSource;
import io.tempo4j.head.Head;
import io.tempo4j.model.TenantId;
import io.tempo4j.storage.InMemoryObjectStore;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;

/**
 * Spans dealt out to sources of every kind and layout.
 *
 * @param shares the spans of each source, as they are kept
 * @param sources the sources
 */
public record TestSources(List<List<PlainSpan>> shares, List<SpanSource> sources) {

  /** What keeps the spans. */
  public enum Kind {
    LIST,
    HEAD,
    BLOCK
  }

  public static TestSources of(List<PlainSpan> spans, Random random) throws IOException {
    int count = 1 + random.nextInt(3);
    List<List<PlainSpan>> shares = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      shares.add(new ArrayList<>());
    }
    spans.forEach(span -> shares.get(random.nextInt(count)).add(span));
    List<SpanSource> sources = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      Kind kind = Kind.values()[random.nextInt(Kind.values().length)];
      sources.add(source("source-" + i, kind, shares.get(i), random));
    }
    return new TestSources(
        shares.stream().map(share -> share.stream().map(PlainSpan::stored).toList()).toList(),
        sources);
  }

  public List<String> kinds() {
    return sources.stream().map(s -> s.getClass().getSimpleName() + " " + s.name()).toList();
  }

  public static SpanSource source(String name, Kind kind, List<PlainSpan> spans, Random random)
      throws IOException {
    if (kind == Kind.LIST || spans.isEmpty()) {
      TestColumns.Strings[] strings = TestColumns.Strings.values();
      ListSource.Layout layout =
          new ListSource.Layout(
              1 + random.nextInt(4),
              random.nextBoolean() ? 1000 : random.nextInt(10),
              strings[random.nextInt(strings.length)]);
      return new ListSource(
          name, PlainSpan.distinct(spans.stream().map(PlainSpan::stored).toList()), layout);
    }
    Head head = new Head(name, 1 + random.nextInt(20));
    for (int from = 0; from < spans.size(); ) {
      int to = from + 1 + random.nextInt(spans.size() - from);
      byte[] request = PlainSpan.message(spans.subList(from, to)).toByteArray();
      Head.Appended appended = head.append(request, 0, request.length);
      if (!appended.rejectedSpans().isEmpty()) {
        throw new AssertionError("the head refused spans: " + appended);
      }
      from = to;
    }
    if (kind == Kind.HEAD) {
      return head.view();
    }
    InMemoryObjectStore store = new InMemoryObjectStore();
    UUID id = new UUID(random.nextLong(), random.nextLong());
    return BlockReader.open(
        store,
        BlockWriter.write(store, new TenantId("tenant"), id, head.viewForWriting(), Instant.EPOCH),
        new BlockCache(1 << 20));
  }
}
