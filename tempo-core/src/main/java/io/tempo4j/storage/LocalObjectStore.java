package io.tempo4j.storage;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * An object store in a folder: each object is a file, its key the path below the root.
 *
 * <p>{@code %} and bytes outside ASCII are percent-encoded in the names of files. Symbolic links
 * below the root are not followed: an object behind one is an error. Files that are not the store's
 * are not listed. The folder {@code ~uploads} holds what is being written.
 *
 * <p>When a put or delete returns, it survives a power failure, as far as the disk keeps what it
 * was told to. Several stores, also of several processes, may use one folder at the same time.
 *
 * <p>Reading needs no right to write; a store on a read-only folder fails only when written to.
 */
public final class LocalObjectStore implements ObjectStore {

  /*
   * put: the body goes to a file in ~uploads, is forced to disk, and is renamed to its place, which
   * POSIX does atomically; then the folders above are forced, which makes the name durable too.
   * putIfAbsent links instead of renaming: a link fails if the name exists, also atomically.
   *
   * delete removes folders that became empty, without a lock against puts. So a put never makes an
   * empty folder in place: it makes the missing ones in ~uploads, with the object in them, and
   * renames the topmost. However fast others delete, it needs no more attempts than there are
   * folders above the object.
   *
   * putAll of a folder that is not there makes it in ~uploads with all objects, forces them and
   * their names, and renames it to its place: a block costs 6 calls to force and not 12. deleteAll
   * renames it back, so that all objects vanish in one step and one force keeps it so.
   *
   * Each read opens the file. That costs about 10 us more than a kept channel (which reads 4 KiB in
   * 2 us; at 1 MiB there is no difference), but no channel has to be bounded or checked for being
   * outdated, and an interrupt, which closes the channel that a thread is using, cannot hit another
   * thread's read.
   */

  private static final int MAX_ATTEMPTS = 1000;

  /** Failures to rename a folder to a place where nothing is, in a row, that are no coincidence. */
  private static final int MAX_MOVES = 100;

  /** Writes a body into a file that does not exist yet and forces it to disk. */
  @FunctionalInterface
  interface BodyFileWriter {
    void write(ObjectBody body, Path file) throws IOException;
  }

  private final KeyPaths paths;
  private final UploadFolder uploads;
  private final BodyFileWriter writer;
  private volatile boolean closed;

  private LocalObjectStore(Path root, BodyFileWriter writer) {
    this.paths = new KeyPaths(root);
    this.uploads = new UploadFolder(root);
    this.writer = writer;
  }

  /**
   * Opens the store in a folder, which is made if missing, and removes what writers left there that
   * were killed.
   *
   * @throws IOException if the folder can neither be found nor made
   */
  public static LocalObjectStore open(Path root) throws IOException {
    return open(root, LocalObjectStore::writeForced);
  }

  static LocalObjectStore open(Path root, BodyFileWriter writer) throws IOException {
    try {
      Files.createDirectories(root);
      LocalObjectStore store = new LocalObjectStore(root.toRealPath(), writer);
      store.uploads.sweepLeftovers();
      return store;
    } catch (IOException e) {
      throw new IOException(
          "cannot open the object store in folder " + root + ": " + IoReasons.of(e), e);
    }
  }

  /** The folder, without symbolic links. */
  public Path root() {
    return paths.root();
  }

  /**
   * An object as a body for another store, which reads the file when it sends it.
   *
   * @throws NoSuchObjectException if the key has no object
   */
  public ObjectBody bodyOf(String key) throws IOException {
    requireUsable(key);
    Path file = paths.file(key);
    if (paths.find(file).isEmpty()) {
      throw new NoSuchObjectException(key, toString());
    }
    return ObjectBody.of(file);
  }

  @Override
  public void put(String key, ObjectBody body) throws IOException {
    store(
        key,
        body,
        (written, target) ->
            Files.move(
                written,
                target,
                StandardCopyOption.ATOMIC_MOVE,
                StandardCopyOption.REPLACE_EXISTING));
  }

  @Override
  public void putAll(List<NewObject> objects) throws IOException {
    for (NewObject object : objects) {
      requireUsable(object.key());
    }
    if (!putFolder(objects)) {
      ObjectStore.super.putAll(objects);
    }
  }

  @Override
  public void putIfAbsent(String key, ObjectBody body) throws IOException {
    store(
        key,
        body,
        (written, target) -> {
          try {
            Files.createLink(target, written);
          } catch (FileAlreadyExistsException e) {
            throw new PreconditionFailedException(key, toString());
          }
        });
  }

  @Override
  public boolean supportsConditionalPut() {
    return true;
  }

  @Override
  public byte[] get(String key) throws IOException {
    requireUsable(key);
    try (FileChannel channel = openForRead(key)) {
      long size = channel.size();
      if (size > Integer.MAX_VALUE - 8) {
        throw new IOException(size + " bytes do not fit into one array");
      }
      byte[] bytes = new byte[(int) size];
      readFully(channel, key, 0, bytes, 0, bytes.length);
      return bytes;
    } catch (NoSuchObjectException | EOFException e) {
      throw e;
    } catch (IOException e) {
      throw failed("read", key, e);
    }
  }

  @Override
  public void read(String key, long offset, byte[] target, int targetOffset, int length)
      throws IOException {
    requireUsable(key);
    ReadRange.check(offset, target, targetOffset, length);
    if (length == 0) {
      return;
    }
    try (FileChannel channel = openForRead(key)) {
      readFully(channel, key, offset, target, targetOffset, length);
    } catch (NoSuchObjectException | EOFException e) {
      throw e;
    } catch (IOException e) {
      throw failed("read", key, e);
    }
  }

  @Override
  public long size(String key) throws IOException {
    requireUsable(key);
    try {
      Optional<BasicFileAttributes> attributes = paths.find(paths.file(key));
      return attributes.orElseThrow(() -> new NoSuchObjectException(key, toString())).size();
    } catch (NoSuchObjectException e) {
      throw e;
    } catch (IOException e) {
      throw failed("read", key, e);
    }
  }

  @Override
  public ListPage list(ListRequest request) throws IOException {
    requireOpen();
    try {
      return LocalListing.page(paths.root(), request);
    } catch (IOException e) {
      throw new IOException(
          "cannot list '" + request.prefix() + "' in " + this + ": " + IoReasons.of(e), e);
    }
  }

  @Override
  public void delete(String key) throws IOException {
    requireUsable(key);
    Path file = paths.file(key);
    try {
      if (paths.find(file).isEmpty() || !Files.deleteIfExists(file)) {
        return;
      }
      List<Path> folders = paths.foldersAbove(file).reversed();
      force(folders.isEmpty() ? paths.root() : folders.getFirst());
      for (Path folder : folders) {
        Files.deleteIfExists(folder);
      }
    } catch (DirectoryNotEmptyException e) {
      // Other objects are in there, or a put was faster.
    } catch (IOException e) {
      throw failed("delete", key, e);
    }
  }

  /**
   * Removes all objects below a folder, in one step: a power failure leaves all of them or none.
   *
   * @param folder a key without the last segments; one that has no objects is fine
   */
  public void deleteAll(String folder) throws IOException {
    requireUsable(folder);
    Path path = paths.file(folder);
    try {
      var unused = paths.find(path); // refuses links
      List<Path> above = paths.foldersAbove(path).reversed();
      Path removed = uploads.newFile();
      try {
        Files.move(path, removed, StandardCopyOption.ATOMIC_MOVE);
      } catch (NoSuchFileException e) {
        return;
      }
      force(above.isEmpty() ? paths.root() : above.getFirst());
      UploadFolder.removeTree(removed);
      for (Path empty : above) {
        Files.deleteIfExists(empty);
      }
    } catch (DirectoryNotEmptyException e) {
      // Other objects are in there, or a put was faster.
    } catch (IOException e) {
      throw failed("delete", folder, e);
    }
  }

  @Override
  public void close() throws IOException {
    closed = true;
    uploads.close();
  }

  @Override
  public String toString() {
    return "folder " + paths.root();
  }

  private interface Publication {
    void publish(Path written, Path target) throws IOException;
  }

  private void store(String key, ObjectBody body, Publication publication) throws IOException {
    requireUsable(key);
    Path target = paths.file(key);
    try {
      Path written = uploads.newFile();
      try {
        writer.write(body, written);
        publish(written, target, publication);
      } finally {
        Files.deleteIfExists(written);
      }
    } catch (PreconditionFailedException e) {
      throw e;
    } catch (IOException e) {
      throw failed("store", key, e);
    }
  }

  /** Puts the objects of a folder in one step; false if they are of several, or it is there. */
  private boolean putFolder(List<NewObject> objects) throws IOException {
    Path folder = Objects.requireNonNull(paths.file(objects.getFirst().key()).getParent());
    if (folder.equals(paths.root())) {
      return false;
    }
    for (NewObject object : objects) {
      if (!folder.equals(paths.file(object.key()).getParent())) {
        return false;
      }
    }
    try {
      Optional<Path> missing = missingFolderAbove(paths.file(objects.getFirst().key()));
      return missing.isPresent() && putFolder(objects, folder, missing.get());
    } catch (IOException e) {
      throw failed("store", objects.getLast().key(), e);
    }
  }

  private boolean putFolder(List<NewObject> objects, Path folder, Path missing) throws IOException {
    Path staged = uploads.newFile();
    try {
      Path stagedFolder = staged.resolve(missing.relativize(folder));
      Files.createDirectories(stagedFolder);
      for (NewObject object : objects) {
        Path file = paths.file(object.key());
        writer.write(object.body(), stagedFolder.resolve(file.getFileName()));
      }
      force(stagedFolder);
      if (!moveFolder(staged, missing)) {
        return false;
      }
    } finally {
      UploadFolder.removeTree(staged);
    }
    forceAbove(folder);
    return true;
  }

  private void publish(Path written, Path target, Publication publication) throws IOException {
    for (int attempt = 1; ; attempt++) {
      Optional<Path> missing = missingFolderAbove(target);
      if (Files.isDirectory(target, LinkOption.NOFOLLOW_LINKS)) {
        throw new IOException(target + " is a folder of objects and cannot be an object too");
      }
      boolean isPublished =
          missing.isPresent()
              ? publishWithFolder(written, missing.get(), target)
              : publishInFolder(written, target, publication);
      if (isPublished) {
        break;
      }
      if (attempt == MAX_ATTEMPTS) {
        throw new IOException("others kept changing the folders above " + target);
      }
    }
    forceAbove(target);
  }

  /** Makes a name durable, and those of the folders above it, which others may have just made. */
  private void forceAbove(Path named) throws IOException {
    for (Path folder : paths.foldersAbove(named).reversed()) {
      force(folder);
    }
    force(paths.root());
  }

  /** The topmost folder above a file that does not exist. */
  private Optional<Path> missingFolderAbove(Path target) throws IOException {
    for (Path folder : paths.foldersAbove(target)) {
      Optional<BasicFileAttributes> attributes = KeyPaths.attributes(folder);
      if (attributes.isEmpty()) {
        return Optional.of(folder);
      }
      if (!KeyPaths.isFolder(folder, attributes.get())) {
        throw new IOException(folder + " is an object and cannot be a folder of objects too");
      }
    }
    return Optional.empty();
  }

  /** False if the folder was empty and a delete removed it. */
  private static boolean publishInFolder(Path written, Path target, Publication publication)
      throws IOException {
    try {
      publication.publish(written, target);
      return true;
    } catch (NoSuchFileException e) {
      if (!Files.exists(written)) {
        throw e;
      }
      return false;
    }
  }

  /**
   * Makes the missing folder elsewhere, with the object in it, and renames it to its place. False
   * if another put made the folder meanwhile, or a delete removed the one above.
   */
  private boolean publishWithFolder(Path written, Path missing, Path target) throws IOException {
    Path staged = uploads.newFile();
    try {
      Path stagedTarget = staged.resolve(missing.relativize(target));
      Files.createDirectories(stagedTarget.getParent());
      Files.createLink(stagedTarget, written);
      return moveFolder(staged, missing);
    } finally {
      UploadFolder.removeTree(staged);
    }
  }

  private static boolean moveFolder(Path staged, Path missing) throws IOException {
    for (int attempt = 1; ; attempt++) {
      try {
        Files.move(staged, missing, StandardCopyOption.ATOMIC_MOVE);
        return true;
      } catch (FileSystemException e) {
        if (Files.exists(missing, LinkOption.NOFOLLOW_LINKS)
            || !Files.exists(missing.getParent())) {
          return false;
        }
        // What was in the way may be gone again: where nothing is, the next try succeeds.
        if (attempt == MAX_MOVES) {
          throw e;
        }
      }
    }
  }

  private static void writeForced(ObjectBody body, Path file) throws IOException {
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      body.writeTo(channel);
      channel.force(true);
    }
  }

  /** Makes the names in a folder durable. */
  private static void force(Path folder) throws IOException {
    try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
      channel.force(true);
    } catch (NoSuchFileException e) {
      // A delete removed the object and its folder meanwhile: there is no name to keep.
    }
  }

  private FileChannel openForRead(String key) throws IOException {
    Path file = paths.file(key);
    if (paths.find(file).isEmpty()) {
      throw new NoSuchObjectException(key, toString());
    }
    try {
      return FileChannel.open(file, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS);
    } catch (NoSuchFileException e) {
      throw new NoSuchObjectException(key, toString());
    }
  }

  private void readFully(
      FileChannel channel, String key, long offset, byte[] target, int targetOffset, int length)
      throws IOException {
    int done = 0;
    while (done < length) {
      int step = Math.min(length - done, BufferBody.TRANSFER_BYTES);
      ByteBuffer slice = ByteBuffer.wrap(target, targetOffset + done, step);
      int got = channel.read(slice, offset + done);
      if (got < 0) {
        throw ReadRange.beyondEnd(key, toString(), channel.size(), offset, length);
      }
      done += got;
    }
  }

  private IOException failed(String verb, String key, IOException cause) {
    return new IOException(
        "cannot " + verb + " object '" + key + "' in " + this + ": " + IoReasons.of(cause), cause);
  }

  private void requireUsable(String key) {
    requireOpen();
    ObjectKey.requireValid(key);
  }

  private void requireOpen() {
    if (closed) {
      throw new IllegalStateException("the object store in " + this + " is closed");
    }
  }
}
