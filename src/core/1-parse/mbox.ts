import { unless } from '../errors.ts';
import { turnsFor } from '../next-turn.ts';
import { DocumentBuilder } from './document-builder.ts';
import { startsWith } from './file-signatures.ts';
import { MailReader } from './mail-message.ts';
import type { DocumentParser } from './parser.ts';

const NEW_LINE = 0x0a;
const QUOTE = 0x3e;
/** A longer message is most of it an attachment; it is passed over. */
const MAX_MESSAGE_BYTES = 32 * 2 ** 20;

const lineAfter = (bytes: Uint8Array, at: number): number => {
  const end = bytes.indexOf(NEW_LINE, at);
  return end < 0 ? bytes.length : end + 1;
};

/** Each message without the "From " line before it, as a view of the file. */
function* messagesOf(bytes: Uint8Array): Generator<Uint8Array> {
  let start = startsWith(bytes, 'From ') ? lineAfter(bytes, 0) : 0;
  let isAfterBlank = false;
  for (let at = start; at < bytes.length;) {
    const next = lineAfter(bytes, at);
    // The word begins many sentences: a message begins after a blank line alone.
    if (isAfterBlank && startsWith(bytes, 'From ', at)) {
      yield bytes.subarray(start, at);
      start = next;
    }
    isAfterBlank = next - at === 1 || (next - at === 2 && bytes[at] === 0x0d);
    at = next;
  }
  if (start < bytes.length) yield bytes.subarray(start);
}

/** `>From ` in a text stands for a line that begins with "From "; each quoting added one more sign. */
function unquote(bytes: Uint8Array): Uint8Array {
  const parts: Uint8Array[] = [];
  let copied = 0;
  for (let at = 0; at < bytes.length; at = lineAfter(bytes, at)) {
    let end = at;
    while (bytes[end] === QUOTE) end += 1;
    if (end === at || !startsWith(bytes, 'From ', end)) continue;
    parts.push(bytes.subarray(copied, at));
    copied = at + 1;
  }
  if (copied === 0) return bytes;
  parts.push(bytes.subarray(copied));
  const plain = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    plain.set(part, offset);
    offset += part.length;
  }
  return plain;
}

/** A mailbox in one file: a section for each message, which are read one at a time. */
export const mboxParser: DocumentParser = {
  async parse({ bytes }, signal) {
    const builder = new DocumentBuilder();
    const reader = new MailReader(builder, signal);
    const turn = turnsFor(signal);
    let skipped = 0;
    for (const message of messagesOf(bytes)) {
      await turn();
      const isRead =
        message.length <= MAX_MESSAGE_BYTES &&
        (await reader.add(unquote(message)).then(() => true, unless('corrupt')));
      if (!isRead) skipped += 1;
    }
    const warnings = skipped > 0 ? [{ code: 'skipped-parts' as const, details: { count: skipped } }] : [];
    return builder.build({ format: 'mbox', warnings });
  },
};
