import { Parser } from 'htmlparser2';

export interface HtmlShape {
  readonly depth: number;
  readonly elements: number;
}

const SLICE = 32_768;

/** Elements and levels, counted until either goes beyond `limits`: what is far too deep takes too long to count. */
export function measureHtml(html: string, limits: HtmlShape): HtmlShape {
  let level = 0;
  let depth = 0;
  let elements = 0;
  const parser = new Parser({
    onopentag() {
      elements += 1;
      depth = Math.max(depth, ++level);
    },
    onclosetag() {
      level -= 1;
    },
  });
  for (let at = 0; at < html.length && depth <= limits.depth && elements <= limits.elements; at += SLICE) {
    parser.write(html.slice(at, at + SLICE));
  }
  return { depth, elements };
}

/** Elements that swallow what follows them until their end tag, and that hold no text for a reader. */
const SWALLOWING =
  /<(script|style|template|title|textarea|noscript|svg|iframe|object|select|xmp|plaintext)\b[^>]*>[\s\S]*?(?:<\/\1\s*>|$)/gi;

export const withoutSwallowing = (html: string): string => html.replace(SWALLOWING, '');

/** The text between the tags, each tag a line break: what is left of a page nested beyond all use. */
export const flattenHtml = (html: string): string =>
  withoutSwallowing(html.replace(/<!--[\s\S]*?(?:-->|$)/g, '')).replace(/(?:\s*<[a-z/!?][^>]*>)+/gi, '<br>');

/** htmlparser2 takes time in proportion to the depth for each tag: 5 s for 50,000 levels of `div`. */
const READABLE_DEPTH = 2000;

/** HTML that can be read in reasonable time: as it is, or flat where it is nested beyond all use. */
export function withinDepth(html: string): string {
  const { depth } = measureHtml(html, { depth: READABLE_DEPTH, elements: Infinity });
  return depth > READABLE_DEPTH ? flattenHtml(html) : html;
}
