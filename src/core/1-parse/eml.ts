import { DocumentBuilder } from './document-builder.ts';
import { MailReader } from './mail-message.ts';
import type { DocumentParser } from './parser.ts';

/** A message: who wrote it to whom, its text, the messages and documents attached. */
export const emlParser: DocumentParser = {
  async parse({ bytes }, signal) {
    const builder = new DocumentBuilder();
    await new MailReader(builder, signal).add(bytes);
    return builder.build({ format: 'eml' });
  },
};
