package io.tempo4j.wal;

import io.tempo4j.engine.HeadId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/*
 * Which heads keep which segments. A segment may go when all heads with frames in it are released;
 * but a segment that records the release of a head stays as long as an older segment still holds
 * frames of that head, since without the record a replay would deliver them again. Guarded by the
 * log's lock.
 */
final class SegmentLedger {

  private static final class HeadState {
    int segments;
    boolean released;
  }

  private final Map<HeadId, HeadState> heads = new HashMap<>();

  /** In ascending order. */
  private final List<Segment> segments = new ArrayList<>();

  void add(Segment segment) {
    segments.add(segment);
  }

  /** Notes a frame that is needed until its head is released. */
  void appended(Segment segment, HeadId head) {
    state(segment, head).released = false;
  }

  /** Notes a frame of an earlier life whose head was released in that life. */
  void suppressed(Segment segment, HeadId head) {
    if (!heads.containsKey(head)) {
      state(segment, head).released = true;
    } else {
      state(segment, head);
    }
  }

  /** Notes that the segment records the release of a head. */
  void recorded(Segment segment, HeadId head) {
    segment.releases.add(head);
  }

  /** Releases a head; says whether it had frames. */
  boolean release(HeadId head) {
    HeadState state = heads.get(head);
    if (state == null || state.released) {
      return false;
    }
    state.released = true;
    return true;
  }

  /** Whether any segment holds frames of the head, released or not. */
  boolean holdsFrames(HeadId head) {
    return heads.containsKey(head);
  }

  /** Takes out the segments that may go, in the order in which their files should vanish. */
  List<Segment> takeDroppable() {
    List<Segment> droppable = new ArrayList<>();
    boolean changed = true;
    while (changed) {
      changed = false;
      for (Segment segment : List.copyOf(segments)) {
        if (segment.sealed && !isNeeded(segment)) {
          remove(segment);
          droppable.add(segment);
          changed = true;
        }
      }
    }
    return droppable;
  }

  /** Whether a segment has to stay, were it sealed. */
  boolean isNeeded(Segment segment) {
    for (HeadId head : segment.heads) {
      HeadState state = heads.get(head);
      if (state != null && !state.released) {
        return true;
      }
    }
    for (HeadId head : segment.releases) {
      if (heads.containsKey(head) && olderSegmentHolds(segment, head)) {
        return true;
      }
    }
    return false;
  }

  private boolean olderSegmentHolds(Segment segment, HeadId head) {
    for (Segment older : segments) {
      if (older == segment) {
        return false;
      }
      if (older.heads.contains(head)) {
        return true;
      }
    }
    return false;
  }

  /** All segments, in ascending order. */
  List<Segment> segments() {
    return List.copyOf(segments);
  }

  long bytes() {
    long bytes = 0;
    for (Segment segment : segments) {
      bytes += segment.length;
    }
    return bytes;
  }

  private HeadState state(Segment segment, HeadId head) {
    HeadState state = heads.computeIfAbsent(head, unused -> new HeadState());
    if (segment.heads.add(head)) {
      state.segments++;
    }
    return state;
  }

  private void remove(Segment segment) {
    segments.remove(segment);
    segment.dropped = true;
    for (HeadId head : segment.heads) {
      HeadState state = heads.get(head);
      if (state != null && --state.segments == 0) {
        heads.remove(head);
      }
    }
  }
}
