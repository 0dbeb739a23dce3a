import { Readability } from '@mozilla/readability';
import { Parser } from 'htmlparser2';
import { parseHTML } from 'linkedom';

/**
 * linkedom and Readability walk a tree by recursion and more than once. Real pages stay far below these: the
 * longest Wikipedia articles have some 40,000 elements, thirty levels deep.
 */
const MAX_DEPTH = 256;
const MAX_ELEMENTS = 60_000;
const SLICE = 32_768;

function isTractable(html: string): boolean {
  let depth = 0;
  let deepest = 0;
  let elements = 0;
  const parser = new Parser({
    onopentag() {
      elements += 1;
      deepest = Math.max(deepest, ++depth);
    },
    onclosetag() {
      depth -= 1;
    },
  });
  // In slices, to stop early: what is far too deep also takes far too long to count.
  for (let at = 0; at < html.length; at += SLICE) {
    parser.write(html.slice(at, at + SLICE));
    if (deepest > MAX_DEPTH || elements > MAX_ELEMENTS) return false;
  }
  return true;
}

export interface Article {
  readonly html: string;
  readonly title: string;
}

/** The main text of a page without menus, adverts and comments; undefined where none stands out. */
export function readableArticle(html: string): Article | undefined {
  if (!isTractable(html)) return undefined;
  try {
    const { document } = parseHTML(html);
    const article = new Readability<string>(document, { keepClasses: false }).parse();
    return article?.content ? { html: article.content, title: article.title ?? '' } : undefined;
  } catch {
    // Readability expects a browser's document and stumbles over some pages; the whole page is read instead.
    return undefined;
  }
}
