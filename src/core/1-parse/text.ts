import { cleanText } from './clean-text.ts';
import { decodeText } from './decode-text.ts';
import { DocumentBuilder } from './document-builder.ts';
import type { DocumentParser } from './parser.ts';

/** Plain text, logs, source code and data: kept line by line as it is, blank lines between paragraphs included. */
export const textParser: DocumentParser = {
  parse({ bytes }) {
    const { text, warnings } = decodeText(bytes);
    const builder = new DocumentBuilder();
    builder.block(cleanText(text));
    return Promise.resolve(builder.build({ format: 'text', warnings }));
  },
};
