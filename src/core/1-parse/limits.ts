const MIB = 2 ** 20;

/**
 * A browser tab has one to two gigabytes, and a file is in it several times while it is read: its bytes, its
 * text, the parser's own tree. Beyond these sizes a tab is more likely to be killed than to finish.
 */
export const LIMITS = {
  fileBytes: 256 * MIB,
  /** Formats that become one long string or a tree of elements. */
  textFileBytes: 64 * MIB,
  /**
   * XML that a Word file may unpack to. mammoth took 240 MB of memory for 5 MiB of it and 730 MB for 20 MiB;
   * a book of a thousand pages has about 10.
   */
  unzippedBytes: 24 * MIB,
  /** XML that a file of streamed parts may unpack to, all parts together. It is read piece by piece, at some 20 MB a second. */
  xmlBytes: 128 * MIB,
  /** Cells with something in them, all sheets of a workbook together; each costs about 100 bytes while it is read. */
  cells: 2_000_000,
  /** Text of a file of parts: a string stored once can be shown a million times. A thousand pages have 3 million. */
  officeCharacters: 32 * MIB,
  /** Elements within elements; each closing tag costs time in proportion. Nested groups and tables reach 60. */
  xmlDepth: 512,
  /** Entries of a zip; each costs an object, and thirty thousand of them fit in 4 MB. */
  zipEntries: 10_000,
  /** What the files of an archive may unpack to in all, archives in it included. */
  archiveBytes: 512 * MIB,
  /** Archives inside of archives: a backup of a download of a mail attachment. */
  archiveDepth: 3,
} as const;
