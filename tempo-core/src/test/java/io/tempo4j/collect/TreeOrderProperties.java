package io.tempo4j.collect;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class TreeOrderProperties {

  private record Node(long id, int kind, long start, long parentId) {}

  private record Placed(Node node, int depth) {}

  /** Few ids, kinds and starts, so that parents, ties, halves, attempts and cycles occur. */
  private static List<Node> nodes(int count, Random random) {
    List<Node> nodes = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      nodes.add(
          new Node(
              (1 + random.nextInt(count)) * (random.nextBoolean() ? 1 : -1L),
              random.nextInt(4),
              random.nextInt(5) - 2, // unsigned: the largest and the smallest
              random.nextInt(3) == 0 ? 0 : 1 + random.nextInt(count)));
    }
    nodes.sort(Comparator.comparing(Node::start, Long::compareUnsigned));
    return nodes;
  }

  private static List<Placed> placed(TreeOrder order, List<Node> nodes) {
    order.clear();
    nodes.forEach(node -> order.add(node.id, node.kind, node.parentId));
    order.order();
    List<Placed> placed = new ArrayList<>();
    for (int at = 0; at < nodes.size(); at++) {
      placed.add(new Placed(nodes.get(order.position(at)), order.depth(at)));
    }
    return placed;
  }

  @Property(tries = 300)
  void everySpanIsPlacedOnceWhateverTheSeed(
      @ForAll long seed, @ForAll @IntRange(min = 1, max = 60) int count) {
    Random random = new Random(seed);
    List<Node> nodes = nodes(count, random);

    List<Placed> placed = placed(new TreeOrder(HashSeed.of(seed)), nodes);

    assertThat(placed.stream().map(Placed::node))
        .usingElementComparator((a, b) -> a == b ? 0 : 1)
        .containsExactlyInAnyOrderElementsOf(nodes);
    assertThat(placed(new TreeOrder(HashSeed.of(seed + 1)), nodes)).isEqualTo(placed);
  }

  /** Few and many spans are linked in two ways, which must agree. */
  @Property(tries = 300)
  void aTraceIsTheSameTreeBesideStrangers(
      @ForAll long seed, @ForAll @IntRange(min = 1, max = 16) int count) {
    List<Node> nodes = nodes(count, new Random(seed));
    List<Placed> alone = placed(new TreeOrder(), nodes);
    List<Node> more = new ArrayList<>(nodes);
    for (int i = 0; i < 17; i++) {
      more.add(new Node(1000 + i, 0, 3, 999)); // orphans, behind all orphans
    }

    List<Placed> beside = new ArrayList<>(placed(new TreeOrder(), more));
    beside.removeIf(span -> span.node.id >= 1000);

    assertThat(beside).isEqualTo(alone);
  }

  @Test
  void childrenBelongToTheFirstServerElseToTheFirst() {
    Node first = new Node(7, 3, 1, 0);
    Node server = new Node(7, 2, 2, 0);
    Node later = new Node(7, 2, 3, 0);
    Node child = new Node(8, 1, 4, 7);
    Node own = new Node(7, 1, 5, 7);
    List<Node> nodes = new ArrayList<>(List.of(first, server, later, child, own));

    assertThat(placed(new TreeOrder(), nodes))
        .containsExactly(
            new Placed(first, 0),
            new Placed(server, 0),
            new Placed(child, 1),
            new Placed(own, 1),
            new Placed(later, 0));
  }

  @Test
  void allSpansMayHaveOneId() {
    List<Node> nodes = new ArrayList<>();
    for (int i = 0; i < 200_000; i++) {
      nodes.add(new Node(7, i, i, 7));
    }

    List<Placed> placed = placed(new TreeOrder(), nodes);

    // the server is the parent of all, and hangs on the first itself: a circle
    assertThat(placed.subList(0, 3))
        .containsExactly(
            new Placed(nodes.get(0), 0), new Placed(nodes.get(2), 1), new Placed(nodes.get(1), 2));
    assertThat(placed).hasSize(nodes.size());
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
