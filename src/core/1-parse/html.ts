import { SatchelError } from '../errors.ts';
import type { ParsedDocument, ParseWarning } from '../types.ts';
import { decodeText } from './decode-text.ts';
import { DocumentBuilder } from './document-builder.ts';
import { addHtml } from './html-blocks.ts';
import { measureHtml, withinDepth } from './html-shape.ts';
import type { DocumentParser } from './parser.ts';
import { readableArticle } from './readable-article.ts';

/** Blocks of this weight read as content; menus, captions and buttons are shorter. */
const CONTENT_WEIGHT = 60;
/** A page with less content than this is no article; it is read whole. */
const MIN_WEIGHT = 800;
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

interface Page {
  readonly document: ParsedDocument;
  readonly title: string;
}

function readPage(html: string, warnings: readonly ParseWarning[]): Page | undefined {
  const titleIsHeading = !hasMainHeading(html);
  for (const skipsNavigation of [true, false]) {
    const builder = new DocumentBuilder();
    const title = addHtml(html, builder, { skipsNavigation, titleIsHeading });
    // A title alone is no text: it is the shell of a page that scripts would fill.
    const titleBlocks = titleIsHeading && title !== '' ? 1 : 0;
    if (builder.blocks > titleBlocks) return { document: builder.build({ format: 'html', warnings }), title };
  }
  return undefined;
}

/** Both libraries walk a tree, by recursion and many times: 30,000 elements took them 6 s on two busy cores. */
const ARTICLE_LIMITS = { depth: 256, elements: 25_000 };

function readArticle(
  html: string,
  title: string,
  warnings: readonly ParseWarning[],
): ParsedDocument | undefined {
  const article = readableArticle(html);
  if (!article) return undefined;
  const builder = new DocumentBuilder();
  if (!hasMainHeading(article.html)) builder.heading(1, article.title || title);
  addHtml(article.html, builder);
  return builder.blocks > 0 ? builder.build({ format: 'html', warnings }) : undefined;
}

export const htmlParser: DocumentParser = {
  async parse({ bytes }, signal) {
    const { text, warnings } = decodeText(bytes, 'html');
    const page = readPage(withinDepth(text), warnings);
    if (!page) throw new SatchelError('no-text');
    const { depth, elements } = measureHtml(text, ARTICLE_LIMITS);
    const isTractable = depth <= ARTICLE_LIMITS.depth && elements <= ARTICLE_LIMITS.elements;
    const weight = contentWeight(page.document);
    if (!isTractable || weight < MIN_WEIGHT) return page.document;
    signal.throwIfAborted();
    const article = readArticle(text, page.title, warnings);
    return article && contentWeight(article) >= MIN_SHARE * weight ? article : page.document;
  },
};
