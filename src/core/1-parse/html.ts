import { SatchelError } from '../errors.ts';
import type { ParsedDocument, ParseWarning } from '../types.ts';
import { decodeText } from './decode-text.ts';
import { DocumentBuilder } from './document-builder.ts';
import { addHtml } from './html-blocks.ts';
import { flattenHtml, measureHtml } from './html-shape.ts';
import type { DocumentParser } from './parser.ts';
import { readableArticle } from './readable-article.ts';

/** Blocks of this weight read as content; menus, captions and buttons are shorter. */
const CONTENT_WEIGHT = 60;
/** The article is taken when it has this part of the page's content; otherwise Readability missed the point. */
const MIN_SHARE = 0.7;

/** A Chinese character says about as much as two and a half letters. */
const weigh = (block: string): number => block.length + 1.5 * (block.match(/[\u3400-\u9fff]/g)?.length ?? 0);

const contentWeight = ({ text }: ParsedDocument): number =>
  text
    .split('\n\n')
    .map(weigh)
    .filter((weight) => weight >= CONTENT_WEIGHT)
    .reduce((sum, weight) => sum + weight, 0);

const hasMainHeading = (html: string): boolean => /<h1[\s>]/i.test(html);

function readPage(html: string, warnings: readonly ParseWarning[]): ParsedDocument | undefined {
  const titleIsHeading = !hasMainHeading(html);
  // A title alone is no text: it is the shell of a page that scripts would fill.
  const titleBlocks = titleIsHeading && /<title[^>]*>\s*[^<\s]/i.test(html) ? 1 : 0;
  for (const skipsNavigation of [true, false]) {
    const builder = new DocumentBuilder();
    addHtml(html, builder, { skipsNavigation, titleIsHeading });
    if (builder.blocks > titleBlocks) return builder.build({ format: 'html', warnings });
  }
  return undefined;
}

/**
 * Real pages stay far below: the longest Wikipedia articles have some 40,000 elements, thirty levels deep.
 */
const ARTICLE_LIMITS = { depth: 256, elements: 60_000 };
/** htmlparser2 takes time in proportion to the depth for each tag: 5 s for 50,000 levels of `div`. */
const READABLE_DEPTH = 2000;

function readArticle(html: string, warnings: readonly ParseWarning[]): ParsedDocument | undefined {
  const article = readableArticle(html);
  if (!article) return undefined;
  const builder = new DocumentBuilder();
  if (!hasMainHeading(article.html)) builder.heading(1, article.title);
  addHtml(article.html, builder);
  return builder.blocks > 0 ? builder.build({ format: 'html', warnings }) : undefined;
}

export const htmlParser: DocumentParser = {
  async parse({ bytes }, signal) {
    const { text, warnings } = decodeText(bytes, 'html');
    const { depth, elements } = measureHtml(text, { depth: READABLE_DEPTH, elements: Infinity });
    const page = readPage(depth > READABLE_DEPTH ? flattenHtml(text) : text, warnings);
    if (!page) throw new SatchelError('no-text');
    if (depth > ARTICLE_LIMITS.depth || elements > ARTICLE_LIMITS.elements) return page;
    signal.throwIfAborted();
    const article = readArticle(text, warnings);
    return article && contentWeight(article) >= MIN_SHARE * contentWeight(page) ? article : page;
  },
};
