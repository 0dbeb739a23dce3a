import { zipOf } from './office-sample-files.ts';

/** Books made by code. */
export interface SampleChapter {
  readonly title: string;
  /** XHTML inside `body`. */
  readonly body: string;
}

const fileOf = (i: number): string => `text/chapter ${i + 1}.xhtml`;
const urlOf = (i: number): string => encodeURI(fileOf(i));

/** An EPUB 3 book whose files are listed from the last to the first, and read from the first to the last. */
export function makeEpub(
  chapters: readonly SampleChapter[],
  more: Readonly<Record<string, string>> = {},
): Uint8Array<ArrayBuffer> {
  const items = chapters.map(
    (_, i) => `<item id="c${i}" href="${urlOf(i)}" media-type="application/xhtml+xml"/>`,
  );
  const spine = chapters.map((_, i) => `<itemref idref="c${i}"/>`);
  const contents = chapters.map(({ title }, i) => `<li><a href="${urlOf(i)}">${title}</a></li>`);
  const texts = chapters.map(({ body }, i): [string, string] => [
    `OPS/${fileOf(i)}`,
    `<html xmlns="http://www.w3.org/1999/xhtml" xmlns:epub="http://www.idpf.org/2007/ops"><head><title/><script src="a.js"/></head><body>${body}</body></html>`,
  ]);
  return zipOf({
    mimetype: 'application/epub+zip',
    'META-INF/container.xml':
      '<container><rootfiles><rootfile full-path="OPS/book.opf"/></rootfiles></container>',
    'OPS/book.opf': `<package><manifest><item id="nav" href="nav.xhtml" properties="nav"/>${items.toReversed().join('')}</manifest><spine><itemref idref="nav"/>${spine.join('')}</spine></package>`,
    'OPS/nav.xhtml': `<html><body><nav epub:type="toc"><h1>Contents</h1><ol>${contents.join('')}</ol></nav></body></html>`,
    ...Object.fromEntries(texts),
    ...more,
  });
}
