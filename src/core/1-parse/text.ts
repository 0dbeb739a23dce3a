import type { ParsedDocument } from '../types.ts';
import { cleanText } from './clean-text.ts';
import { decodeText } from './decode-text.ts';
import { DocumentBuilder } from './document-builder.ts';
import type { DocumentParser } from './parser.ts';

/** A text as it is. @throws SatchelError `no-text` */
export function plainDocument(text: string, facts: Parameters<DocumentBuilder['build']>[0]): ParsedDocument {
  const builder = new DocumentBuilder();
  builder.block(cleanText(text));
  return builder.build(facts);
}

/** Plain text, logs, source code and data: kept line by line as it is, blank lines between paragraphs included. */
export const textParser: DocumentParser = {
  parse({ bytes }) {
    const { text, warnings } = decodeText(bytes);
    return Promise.resolve(plainDocument(text, { format: 'text', warnings }));
  },
};
