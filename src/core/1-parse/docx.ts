import { zipSync } from 'fflate';
import mammoth from 'mammoth';
import { SatchelError } from '../errors.ts';
import { DocumentBuilder } from './document-builder.ts';
import { headingStyles } from './docx-styles.ts';
import { headOf, indexOfBytes } from './file-signatures.ts';
import { addHtml } from './html-blocks.ts';
import { LIMITS } from './limits.ts';
import type { DocumentParser } from './parser.ts';
import { listEntries, readEntry } from './zip.ts';

/** Parts that hold text or lead to it; pictures, themes, fonts and settings stay packed. */
const WANTED = /^(?:\[Content_Types\]\.xml|(?:[\w-]+\/)*_rels\/[^/]*\.rels|(?:[\w-]+\/)+[\w-]+\.xml)$/;
const UNWANTED =
  /(?:^|\/)(?:__proto__|theme|customXml|docProps|glossary|fontTable\.xml|settings\.xml|webSettings\.xml)(?:\/|$)/;
/** What mammoth puts after each note and comment. */
const BACK_LINK = /<a href="#(?:footnote|endnote|comment)-ref-[^"]*">↑<\/a>/g;
/** mammoth maps `Heading 1` to 6 by itself, and leaves comments out unless they are asked for. */
const STYLE_MAP = ["p[style-name='Title'] => h1:fresh", 'comment-reference => sup'];

/** Word never writes a document type; entities that expand a thousandfold need one. */
const hasDocumentType = (xml: Uint8Array): boolean => indexOfBytes(xml, '<!D') >= 0;

/**
 * Without what stands after the end of the root. mammoth's reader of XML fails at each element there and goes on,
 * in time that grows with their square: 5,000 took it more than a minute.
 */
function untilRootEnds(xml: Uint8Array): Uint8Array {
  const root = /^(?:[^<]|<[?!][^>]*>)*<([\w:.-]+)/.exec(headOf(xml))?.[1];
  if (root === undefined) return xml;
  const endTag = `</${root}>`;
  const at = indexOfBytes(xml, endTag);
  return at < 0 ? xml : xml.subarray(0, at + endTag.length);
}

interface SafeCopy {
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** For mammoth's style map. */
  readonly styles: readonly string[];
}

/**
 * The same document as a small zip of its text parts, unpacked and counted once: mammoth unpacks whatever it
 * is given, in full and without a limit.
 */
function safeCopy(bytes: Uint8Array): SafeCopy {
  const parts: Record<string, Uint8Array> = {};
  let left: number = LIMITS.unzippedBytes;
  for (const entry of listEntries(bytes, LIMITS.zipEntries)) {
    if (!WANTED.test(entry.name) || UNWANTED.test(entry.name)) continue;
    const part = readEntry(bytes, entry, left);
    if (hasDocumentType(part))
      throw new SatchelError('corrupt', { reason: 'document-type', entry: entry.name });
    left -= part.length;
    parts[entry.name] = untilRootEnds(part);
  }
  return { bytes: zipSync(parts, { level: 0 }), styles: headingStyles(parts['word/styles.xml']) };
}

async function toHtml({ bytes, styles }: SafeCopy): Promise<string> {
  // mammoth's build for Node reads `buffer`, its build for browsers `arrayBuffer`.
  const input = { arrayBuffer: bytes.buffer, buffer: bytes };
  try {
    const { value } = await mammoth.convertToHtml(input, {
      styleMap: [...STYLE_MAP, ...styles],
      // The default reads every picture into a data URL; here pictures were left out of the copy.
      convertImage: mammoth.images.imgElement(() => Promise.resolve({ src: '' })),
      externalFileAccess: false,
    });
    return value.replace(BACK_LINK, '');
  } catch (error) {
    throw new SatchelError(
      'corrupt',
      { reason: error instanceof Error ? error.message : String(error) },
      error,
    );
  }
}

export const docxParser: DocumentParser = {
  async parse({ bytes }, signal) {
    const copy = safeCopy(bytes);
    signal.throwIfAborted();
    const builder = new DocumentBuilder();
    addHtml(await toHtml(copy), builder);
    return builder.build({ format: 'docx' });
  },
};
