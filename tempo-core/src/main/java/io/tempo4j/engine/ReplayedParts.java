package io.tempo4j.engine;

import io.tempo4j.model.TenantId;
import io.tempo4j.storage.LocalObjectStore;
import io.tempo4j.storage.ObjectBody;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Predicate;

/**
 * Which frames of a head a replay has put into blocks of their own, because the whole head did not
 * fit into memory. Kept in files, so that a replay after a crash knows which frames to pass over.
 *
 * <p>Of a head the first frames, in the order of the log, are in parts; a note says how many up to
 * and with its part. It is written before the part, as {@code intended}, and again behind it, as
 * {@code written}: an intended part exists if its block is among the sealed ones, since none leaves
 * them before the note says {@code written}.
 *
 * <p>Used by the replaying thread alone. The files are described in {@code
 * docs/format/replayed-v1.md}.
 */
final class ReplayedParts implements AutoCloseable {

  private static final Logger LOG = System.getLogger(ReplayedParts.class.getName());
  private static final String INTENDED = "intended";
  private static final String WRITTEN = "written";

  private record Note(UUID part, long frames, boolean isWritten) {}

  private final LocalObjectStore files;
  private final Map<HeadId, List<Note>> notes = new HashMap<>();

  private ReplayedParts(LocalObjectStore files) {
    this.files = files;
  }

  /** Reads the notes of a log. */
  static ReplayedParts open(Path logFolder) throws IOException {
    ReplayedParts parts = new ReplayedParts(LocalObjectStore.open(logFolder.resolve("replayed")));
    for (String key : Catalog.keys(parts.files)) {
      parts.read(key);
    }
    return parts;
  }

  private void read(String key) throws IOException {
    String text = new String(files.get(key), StandardCharsets.US_ASCII);
    String[] names = key.split("/", -1);
    String[] words = text.strip().split(" ", -1);
    try {
      HeadId head = new HeadId(new TenantId(names[0]), UUID.fromString(names[1]));
      boolean isWritten = words[1].equals(WRITTEN);
      if (names.length != 3 || words.length != 2 || !(isWritten || words[1].equals(INTENDED))) {
        throw new IllegalArgumentException("not a note");
      }
      add(head, new Note(UUID.fromString(names[2]), Long.parseLong(words[0]), isWritten));
    } catch (IllegalArgumentException | ArrayIndexOutOfBoundsException e) {
      // Objects are whole or absent, so this is no note of ours, or damage to the disk.
      LOG.log(Level.ERROR, "Passing over {0} in {1}: {2}", key, files, text);
    }
  }

  private void add(HeadId head, Note note) {
    notes.computeIfAbsent(head, unused -> new ArrayList<>()).add(note);
  }

  /** How many frames of a head, from its first on, are in parts. */
  long framesOf(HeadId head, Predicate<HeadId> isSealed) {
    long frames = 0;
    for (Note note : notes.getOrDefault(head, List.of())) {
      if (note.isWritten || isSealed.test(new HeadId(head.tenant(), note.part))) {
        frames = Math.max(frames, note.frames);
      }
    }
    return frames;
  }

  /** Notes that a part is about to be written. */
  void intend(HeadId head, UUID part, long frames) throws IOException {
    put(head, part, frames, INTENDED);
  }

  /** Notes that it is. */
  void written(HeadId head, UUID part, long frames) throws IOException {
    put(head, part, frames, WRITTEN);
    add(head, new Note(part, frames, true));
  }

  private void put(HeadId head, UUID part, long frames, String state) throws IOException {
    byte[] text = (frames + " " + state + "\n").getBytes(StandardCharsets.US_ASCII);
    files.put(key(head, part), ObjectBody.of(text));
  }

  private static String key(HeadId head, UUID part) {
    return head.tenant().value() + "/" + head.blockId() + "/" + part;
  }

  /** Forgets heads of which the log has nothing any more. */
  void keepOnly(Predicate<HeadId> isInLog) throws IOException {
    for (HeadId head : List.copyOf(notes.keySet())) {
      if (!isInLog.test(head)) {
        for (Note note : notes.getOrDefault(head, List.of())) {
          files.delete(key(head, note.part));
        }
        notes.remove(head);
      }
    }
  }

  @Override
  public void close() throws IOException {
    files.close();
  }
}
