package io.tempo4j.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.tempo4j.head.Head;
import io.tempo4j.memory.ByteBudget;
import io.tempo4j.memory.ByteLease;
import io.tempo4j.model.TenantId;
import io.tempo4j.model.TraceId;
import io.tempo4j.testkit.Spans;
import java.util.UUID;
import org.junit.jupiter.api.Test;

final class LiveHeadTest {

  private final ByteBudget heads = ByteBudget.of("heads", 1 << 20);
  private final ByteBudget queries = ByteBudget.of("queries", 1 << 20);
  private final ByteLease room = heads.lease();
  private final LiveHead head =
      new LiveHead(
          new HeadId(new TenantId("tenant"), new UUID(1, 2)),
          new Head("head", 100, room),
          0,
          room,
          queries);

  private long filled() throws Exception {
    byte[] request = Spans.request(Spans.span(new TraceId(1, 2), 3, 0)).toByteArray();
    head.head().append(request, 0, request.length);
    return heads.heldBytes();
  }

  @Test
  void whatQueriesStillReadCountsAsTheirsUntilTheLastHasEnded() throws Exception {
    long held = filled();
    assertThat(head.claim()).isTrue();
    assertThat(head.claim()).isTrue();
    assertThat(head.letGo()).isTrue();
    assertThat(heads.heldBytes()).isZero();
    assertThat(queries.heldBytes()).isEqualTo(held).isPositive();
    head.release();
    assertThat(queries.heldBytes()).isEqualTo(held);
    head.release();
    assertThat(queries.heldBytes()).isZero();
  }

  @Test
  void aHeadThatNobodyReadsGivesItsRoomBackAtOnceAndOnce() throws Exception {
    filled();
    assertThat(head.letGo()).isTrue();
    assertThat(head.letGo()).isFalse();
    assertThat(heads.heldBytes()).isZero();
    assertThat(queries.heldBytes()).isZero();
    assertThat(head.claim()).isFalse();
  }
}
