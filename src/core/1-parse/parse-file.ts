import { SatchelError, toSatchelError } from '../errors.ts';
import type { ParsedDocument } from '../types.ts';
import { detectType } from './detect.ts';
import { LIMITS } from './limits.ts';

/** Formats that are read piece by piece; the others become one string, and a tree, many times their size. */
const PIECEWISE: readonly string[] = [
  'pdf',
  'docx',
  'pptx',
  'xlsx',
  'odt',
  'odp',
  'ods',
  'epub',
  'rtf',
  'mbox',
];

function checkSize(sizeBytes: number, limitBytes: number, name: string): void {
  if (sizeBytes > limitBytes) throw new SatchelError('too-large', { name, sizeBytes, limitBytes });
}

/** A parser that counts wrongly would highlight wrong places for as long as the document is kept. */
function checkDocument({ text, sections, blocks = [] }: ParsedDocument): void {
  for (const [reason, ranges] of [
    ['sections-out-of-order', sections],
    ['blocks-out-of-order', blocks],
  ] as const) {
    let end = 0;
    for (const range of ranges) {
      if (range.start < end || range.end <= range.start || range.end > text.length) {
        throw new SatchelError('parse-failed', { reason });
      }
      end = range.end;
    }
  }
  if (text.trim() === '' || sections.length === 0) throw new SatchelError('no-text');
}

async function parse(file: Blob, name: string, signal: AbortSignal): Promise<ParsedDocument> {
  if (file.size === 0) throw new SatchelError('empty-file', { name });
  checkSize(file.size, LIMITS.fileBytes, name);
  const bytes = new Uint8Array(await file.arrayBuffer());
  signal.throwIfAborted();

  const { line, warnings } = detectType(bytes, name, file.type);
  if (!PIECEWISE.includes(line.id)) checkSize(file.size, LIMITS.textFileBytes, name);
  const parser = await line.load();
  signal.throwIfAborted();
  const document = await parser.parse({ bytes, name }, signal);
  checkDocument(document);
  return { ...document, warnings: [...warnings, ...document.warnings] };
}

/** Text formats whose files hold nothing but white space are empty; a page or document without text is not. */
const isBlankText = async (file: Blob): Promise<boolean> =>
  file.size < LIMITS.textFileBytes && (await file.text()).trim() === '';

/**
 * Reads a file of any listed type. It needs no page: a worker or Node will do.
 * @throws SatchelError `empty-file`, `no-text`, `encrypted`, `corrupt`, `wrong-type`, `unsupported-type`,
 * `binary`, `too-large`, `parse-failed` or `aborted`; the details name the file, and the limit or type.
 */
export async function parseFile(file: Blob, name: string, signal: AbortSignal): Promise<ParsedDocument> {
  try {
    return await parse(file, name, signal);
  } catch (error) {
    if (signal.aborted) throw new SatchelError('aborted', { name }, error);
    const { code, details, cause } = toSatchelError(error, 'parse-failed');
    const isEmpty = code === 'no-text' && (await isBlankText(file));
    throw new SatchelError(isEmpty ? 'empty-file' : code, { name, ...details }, cause);
  }
}
