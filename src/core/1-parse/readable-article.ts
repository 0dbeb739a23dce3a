import { Readability } from '@mozilla/readability';
import { parseHTML } from 'linkedom';

export interface Article {
  readonly html: string;
  readonly title: string;
}

/**
 * The main text of a page without menus, adverts and comments; undefined where none stands out. Both
 * libraries walk the page as a tree, by recursion and more than once: not for pages of any depth.
 */
export function readableArticle(html: string): Article | undefined {
  try {
    // linkedom adds no tags that a page leaves out, and Readability looks for a body.
    const { document } = parseHTML(/<body[\s>]/i.test(html) ? html : `<html><body>${html}</body></html>`);
    const article = new Readability(document).parse();
    return article?.content ? { html: article.content, title: article.title ?? '' } : undefined;
  } catch {
    // Readability expects a browser's document and stumbles over some pages; the whole page is read instead.
    return undefined;
  }
}
