package io.tempo4j.storage;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Maps keys to files below a root and back. A segment of a key is a name on disk, with {@code %}
 * and bytes outside ASCII percent-encoded: names then neither depend on the locale of the JVM nor
 * on how the file system normalises Unicode.
 */
record KeyPaths(Path root) {

  private static final String HEX = "0123456789ABCDEF";

  Path file(String key) {
    return root.resolve(encode(key));
  }

  /** The folders above a file, from the root's child down to the file's parent. */
  List<Path> foldersAbove(Path file) {
    List<Path> folders = new ArrayList<>();
    for (Path p = file.getParent(); p != null && !p.equals(root); p = p.getParent()) {
      folders.add(p);
    }
    return folders.reversed();
  }

  /**
   * The attributes of the object's file, empty if there is none. Links are not followed: what is
   * behind one is outside the store's control.
   */
  Optional<BasicFileAttributes> find(Path file) throws IOException {
    for (Path folder : foldersAbove(file)) {
      Optional<BasicFileAttributes> attributes = attributes(folder);
      if (attributes.isEmpty() || !isFolder(folder, attributes.get())) {
        return Optional.empty();
      }
    }
    Optional<BasicFileAttributes> attributes = attributes(file);
    if (attributes.isPresent()) {
      refuseLink(file, attributes.get());
    }
    return attributes.filter(BasicFileAttributes::isRegularFile);
  }

  /** Whether the path is a folder of the store. */
  static boolean isFolder(Path path, BasicFileAttributes attributes) throws IOException {
    refuseLink(path, attributes);
    return attributes.isDirectory();
  }

  private static void refuseLink(Path path, BasicFileAttributes attributes) throws IOException {
    if (attributes.isSymbolicLink()) {
      throw new FileSystemException(path.toString(), null, "symbolic links are not followed");
    }
  }

  /** The attributes of a path that may be missing, of a link itself if it is one. */
  static Optional<BasicFileAttributes> attributes(Path path) throws IOException {
    try {
      return Optional.of(
          Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS));
    } catch (NoSuchFileException | NotDirectoryException e) {
      return Optional.empty();
    }
  }

  static String encode(String key) {
    if (key.chars().allMatch(c -> c < 0x80 && c != '%')) {
      return key;
    }
    StringBuilder encoded = new StringBuilder();
    for (byte b : key.getBytes(StandardCharsets.UTF_8)) {
      if (b < 0 || b == '%') {
        encoded.append('%').append(HEX.charAt((b >> 4) & 0xf)).append(HEX.charAt(b & 0xf));
      } else {
        encoded.append((char) b);
      }
    }
    return encoded.toString();
  }

  /**
   * The segment that is stored under a name, empty if no segment is: the file is not the store's.
   */
  static Optional<String> decode(String name) {
    byte[] bytes = new byte[name.length()];
    int length = 0;
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      if (c == '%' && i + 2 < name.length()) {
        int high = HEX.indexOf(name.charAt(i + 1));
        int low = HEX.indexOf(name.charAt(i + 2));
        bytes[length++] = (byte) (high << 4 | low);
        i += 2;
      } else if (c < 0x80) {
        bytes[length++] = (byte) c;
      } else {
        return Optional.empty();
      }
    }
    String segment = new String(bytes, 0, length, StandardCharsets.UTF_8);
    return encode(segment).equals(name) ? Optional.of(segment) : Optional.empty();
  }
}
