import { DocumentBuilder } from './document-builder.ts';
import { addHtml } from './html-blocks.ts';
import { LIMITS } from './limits.ts';
import { countingLists, OdfReader, refuseEncrypted } from './odf.ts';
import type { DocumentParser } from './parser.ts';
import { ZipParts } from './zip-parts.ts';

/** OpenDocument text: headings, lists, tables, notes and comments; deleted text is left out. */
export const odtParser: DocumentParser = {
  parse({ bytes }, signal) {
    const parts = new ZipParts(bytes);
    refuseEncrypted(parts);
    const reader = new OdfReader(countingLists(parts));
    parts.requireXml('content.xml', reader);
    signal.throwIfAborted();
    const builder = new DocumentBuilder(LIMITS.officeCharacters);
    addHtml(reader.take(), builder);
    return Promise.resolve(builder.build({ format: 'odt' }));
  },
};
