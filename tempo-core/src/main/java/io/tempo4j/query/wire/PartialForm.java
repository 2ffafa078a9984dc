package io.tempo4j.query.wire;

/** The kinds of partial answers that have a form in bytes. */
public enum PartialForm {
  /** The spans of one trace. */
  TRACE("T4QT"),
  /** Names of tags. */
  TAG_NAMES("T4QN"),
  /** Values of a tag. */
  TAG_VALUES("T4QV"),
  /** Traces that a search may find. */
  CANDIDATES("T4QC"),
  /** When traces begin and end. */
  EXTENTS("T4QE");

  static final int VERSION = 1;

  private final String name;

  PartialForm(String name) {
    this.name = name;
  }

  /** The four bytes of the name, as a little-endian number. */
  int magic() {
    int magic = 0;
    for (int i = 3; i >= 0; i--) {
      magic = magic << 8 | name.charAt(i);
    }
    return magic;
  }

  /** How errors name it. */
  String described() {
    return "partial answer " + name;
  }
}
