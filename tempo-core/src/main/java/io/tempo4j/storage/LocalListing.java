package io.tempo4j.storage;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * One page of the objects in a folder: a walk in the order of keys that enters only folders which
 * the page may need. Files that are not the store's (links, names that no key maps to) are left
 * out.
 */
final class LocalListing {

  private final PageBuilder page;

  private LocalListing(PageBuilder page) {
    this.page = page;
  }

  /** A folder or file, with its key; that of a folder ends with a slash. */
  private record Entry(String key, Path path, BasicFileAttributes attributes) {}

  static ListPage page(Path root, ListRequest request) throws IOException {
    PageBuilder page = new PageBuilder(request);
    new LocalListing(page).walk(root, "");
    return page.build();
  }

  /** False if the page is full. */
  private boolean walk(Path folder, String folderKey) throws IOException {
    for (Entry entry : entries(folder, folderKey)) {
      if (!(entry.attributes().isDirectory() ? walkFolder(entry) : addFile(entry))) {
        return false;
      }
    }
    return true;
  }

  private boolean walkFolder(Entry entry) throws IOException {
    String key = entry.key();
    if (!page.wantsBelow(key)) {
      return true;
    }
    Optional<String> commonPrefix = page.commonPrefix(key);
    if (commonPrefix.isEmpty()) {
      return walk(entry.path(), key);
    }
    // A put that was interrupted by a crash may have left a folder without an object.
    return !page.wants(key) || !holdsObject(entry) || page.addCommonPrefix(key);
  }

  private boolean addFile(Entry entry) {
    BasicFileAttributes attributes = entry.attributes();
    return !page.wants(entry.key())
        || page.add(
            new ObjectSummary(
                entry.key(), attributes.size(), attributes.lastModifiedTime().toInstant()));
  }

  private static boolean holdsObject(Entry entry) throws IOException {
    if (!entry.attributes().isDirectory()) {
      return true;
    }
    for (Entry child : entries(entry.path(), entry.key())) {
      if (holdsObject(child)) {
        return true;
      }
    }
    return false;
  }

  private static List<Entry> entries(Path folder, String folderKey) throws IOException {
    List<Entry> entries = new ArrayList<>();
    try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
      for (Path path : files) {
        Optional<BasicFileAttributes> attributes = KeyPaths.attributes(path);
        Optional<String> segment = KeyPaths.decode(path.getFileName().toString());
        if (attributes.isEmpty() || segment.isEmpty()) {
          continue;
        }
        String key = folderKey + segment.get();
        boolean isFolder = attributes.get().isDirectory();
        if ((isFolder || attributes.get().isRegularFile()) && isValid(key)) {
          entries.add(new Entry(isFolder ? key + "/" : key, path, attributes.get()));
        }
      }
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    } catch (NoSuchFileException | NotDirectoryException e) {
      // Deleted since its parent was read.
      return List.of();
    }
    entries.sort((a, b) -> ObjectKey.ORDER.compare(a.key(), b.key()));
    return entries;
  }

  private static boolean isValid(String key) {
    try {
      ObjectKey.requireValid(key);
      return true;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }
}
