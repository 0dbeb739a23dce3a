import { Marked } from 'marked';
import type { DocumentParser } from './parser.ts';
import { decodeText } from './decode-text.ts';
import { DocumentBuilder } from './document-builder.ts';
import { addHtml } from './html-blocks.ts';
import { withoutSwallowing } from './html-shape.ts';

const FRONT_MATTER = /^\ufeff?---[ \t]*\r?\n([\s\S]*?)\r?\n(?:---|\.\.\.)[ \t]*(?:\r?\n|$)/;
const escapeHtml = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

const marked = new Marked({
  gfm: true,
  renderer: {
    html(token) {
      // In Markdown the end tags of these are often never given, and the rest of the text would be gone.
      if (token.block) return withoutSwallowing(token.text);
      return /^<br\s*\/?>$/i.test(token.text) ? '<br>' : '';
    },
  },
});

/** Markdown and the HTML in it, read the way its rendered page is. */
export function addMarkdown(text: string, builder: DocumentBuilder): void {
  let html: string;
  try {
    html = marked.parse(text, { async: false });
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    // marked recurses into nested quotes and lists; ten thousand levels of them are read as plain text.
    html = `<pre>${escapeHtml(text)}</pre>`;
  }
  addHtml(html, builder);
}

export const markdownParser: DocumentParser = {
  parse({ bytes }) {
    const { text, warnings } = decodeText(bytes);
    const builder = new DocumentBuilder();
    const frontMatter = FRONT_MATTER.exec(text);
    builder.block(frontMatter?.[1] ?? '');
    addMarkdown(text.slice(frontMatter?.[0].length ?? 0), builder);
    return Promise.resolve(builder.build({ format: 'markdown', warnings }));
  },
};
