import { SatchelError, unless } from '../errors.ts';
import { turnsFor } from '../next-turn.ts';
import { decodeText } from './decode-text.ts';
import { DocumentBuilder } from './document-builder.ts';
import { readEpubPackage, type ContentsEntry } from './epub-package.ts';
import { addHtml } from './html-blocks.ts';
import { withinDepth } from './html-shape.ts';
import { LIMITS } from './limits.ts';
import type { DocumentParser } from './parser.ts';
import { ZipParts } from './zip-parts.ts';

/** One of a damaged book's chapters is no reason to lose the others. */
function readChapter(parts: ZipParts, part: string): Uint8Array | undefined {
  try {
    return parts.read(part);
  } catch (error) {
    return unless('corrupt')(error);
  }
}

interface ChapterTitles {
  readonly atStart: readonly string[] | undefined;
  readonly byId: ReadonlyMap<string, readonly string[]>;
}

/** Where a chapter is a file, its title counts from the start, wherever in the file its entry points. */
function titlesOf(entries: readonly ContentsEntry[]): ChapterTitles {
  const [only] = entries;
  if (only && entries.length === 1) return { atStart: only.titles, byId: new Map() };
  return {
    atStart: entries.findLast(({ fragment }) => fragment === '')?.titles,
    byId: new Map(entries.map(({ fragment, titles }) => [fragment, titles])),
  };
}

/** EPUB 2 and 3: chapters in reading order, under the titles of the table of contents. */
export const epubParser: DocumentParser = {
  async parse({ bytes }, signal) {
    const parts = new ZipParts(bytes, LIMITS.textFileBytes);
    const { spine, contents } = readEpubPackage(parts);
    const builder = new DocumentBuilder();
    const turn = turnsFor(signal);
    let skipped = 0;
    for (const part of spine) {
      await turn();
      const { atStart, byId } = titlesOf(contents.filter((entry) => entry.part === part));
      // A chapter may be split over several files; the first alone is in the contents.
      if (atStart) builder.chapter(atStart);
      const chapter = readChapter(parts, part);
      if (!chapter) {
        skipped += 1;
        continue;
      }
      const html = withinDepth(decodeText(chapter, 'html').text);
      addHtml(html, builder, { isXml: true, chapters: byId });
    }
    if (skipped > 0 && skipped === spine.length) throw new SatchelError('corrupt', { reason: 'no-chapters' });
    return builder.build({
      format: 'epub',
      warnings: skipped > 0 ? [{ code: 'skipped-parts', details: { count: skipped } }] : [],
    });
  },
};
