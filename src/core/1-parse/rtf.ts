import { turnsFor } from '../next-turn.ts';
import { DocumentBuilder } from './document-builder.ts';
import type { DocumentParser } from './parser.ts';
import { RtfReader } from './rtf-reader.ts';

const STEPS = 65_536;

/** Rich Text Format, as WordPad, TextEdit and older offices write it. */
export const rtfParser: DocumentParser = {
  async parse({ bytes }, signal) {
    const builder = new DocumentBuilder();
    const reader = new RtfReader(bytes, builder);
    const turn = turnsFor(signal);
    while (reader.read(STEPS)) await turn();
    return builder.build({ format: 'rtf' });
  },
};
