import { decodeBytes } from './decode-bytes.ts';
import { decodeText, type DecodedText } from './decode-text.ts';

const HEADER_END = /\r?\n\r?\n/;
const CHARSET = /^content-type:[^\n]*(?:\n[ \t][^\n]*){0,20}?charset\s*=\s*["']?([\w.:-]+)/gim;
/** Says nothing where there are letters of other languages. */
const ASCII = /(charset\s*=\s*["']?)us-ascii/gi;

function decode(bytes: Uint8Array): DecodedText | undefined {
  try {
    return decodeText(bytes);
  } catch {
    // `binary`: parts that are no text, as they are.
    return undefined;
  }
}

/**
 * A message in UTF-8, which is what its reader takes it for where no charset is named. Old programs write letters as
 * they are, in the encoding of their system: in headers, and in messages that name none.
 */
export function withKnownEncoding(message: Uint8Array): Uint8Array {
  if (!message.some((byte) => byte >= 0x80)) return message;
  const decoded = decode(message);
  if (!decoded || decoded.encoding === 'utf-8') return message;
  const { text } = decoded;
  const named = [...text.matchAll(CHARSET)].some(([, label]) => label?.toLowerCase() !== 'us-ascii');
  const encoder = new TextEncoder();
  if (!named) return encoder.encode(text.replace(ASCII, '$1utf-8'));
  // Parts are decoded by what they name; the headers of the message are not.
  const raw = new TextDecoder('windows-1252').decode(message);
  const end = HEADER_END.exec(raw)?.index ?? 0;
  const header = encoder.encode(decodeBytes(decoded.encoding, message.subarray(0, end)));
  const whole = new Uint8Array(header.length + message.length - end);
  whole.set(header);
  whole.set(message.subarray(end), header.length);
  return whole;
}
