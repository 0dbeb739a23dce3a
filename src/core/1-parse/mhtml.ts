import { SatchelError } from '../errors.ts';
import { htmlParser } from './html.ts';
import { parseMime } from './mail-message.ts';
import type { DocumentParser } from './parser.ts';

/** A web page saved with its pictures in one file, which is built like a message. */
export const mhtmlParser: DocumentParser = {
  async parse({ bytes, name }, signal) {
    const { html = '', text = '' } = await parseMime(bytes);
    const page = html === '' ? `<pre>${text.replaceAll('&', '&amp;').replaceAll('<', '&lt;')}</pre>` : html;
    if (page.trim() === '') throw new SatchelError('no-text');
    const document = await htmlParser.parse({ bytes: new TextEncoder().encode(page), name }, signal);
    return { ...document, format: 'mhtml' };
  },
};
