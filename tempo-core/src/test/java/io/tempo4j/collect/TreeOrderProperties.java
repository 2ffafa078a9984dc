package io.tempo4j.collect;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

class TreeOrderProperties {

  private record Node(long id, int kind, long start, long parentId) {}

  private record Placed(Node node, int depth) {}

  /** Few ids, kinds and starts, so that parents, ties, halves and cycles occur. */
  private static List<Node> nodes(int count, Random random) {
    Map<List<Number>, Node> nodes = new HashMap<>();
    for (int i = 0; i < count; i++) {
      Node node =
          new Node(
              (1 + random.nextInt(count)) * (random.nextBoolean() ? 1 : -1L),
              random.nextInt(4),
              random.nextInt(5) - 2, // unsigned: the largest and the smallest
              random.nextInt(3) == 0 ? 0 : 1 + random.nextInt(count));
      nodes.putIfAbsent(List.of(node.id, node.kind), node);
    }
    return new ArrayList<>(nodes.values());
  }

  private static List<Placed> placed(TreeOrder order, List<Node> nodes) {
    order.clear();
    nodes.forEach(node -> order.add(node.id, node.kind, node.start, node.parentId));
    List<Placed> placed = new ArrayList<>();
    for (int i = order.order(), at = 0; at < i; at++) {
      placed.add(new Placed(nodes.get(order.position(at)), order.depth(at)));
    }
    return placed;
  }

  @Property(tries = 300)
  void isTheSameInWhateverOrderSpansCame(
      @ForAll long seed, @ForAll @IntRange(min = 1, max = 60) int count) {
    Random random = new Random(seed);
    List<Node> nodes = nodes(count, random);
    TreeOrder order = new TreeOrder();

    List<Placed> first = placed(order, nodes);
    Collections.shuffle(nodes, random);

    assertThat(first).hasSameSizeAs(nodes);
    assertThat(placed(order, nodes)).isEqualTo(first);
  }

  @Property(tries = 300)
  void spansAreBelowTheirParentsBesideOlderSiblings(
      @ForAll long seed, @ForAll @IntRange(min = 1, max = 60) int count) {
    List<Placed> placed = placed(new TreeOrder(), nodes(count, new Random(seed)));

    List<Placed> open = new ArrayList<>();
    for (Placed span : placed) {
      assertThat(span.depth).isLessThanOrEqualTo(open.size());
      if (span.depth < open.size()) {
        Placed sibling = open.get(span.depth);
        if (span.depth > 0) {
          assertThat(Long.compareUnsigned(sibling.node.start, span.node.start)).isNotPositive();
        }
        open.subList(span.depth, open.size()).clear();
      }
      if (span.depth > 0) {
        assertThat(span.node.parentId).isEqualTo(open.getLast().node.id);
      }
      open.add(span);
    }
  }
}
