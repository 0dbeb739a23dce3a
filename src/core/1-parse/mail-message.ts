import PostalMime, { type Address, type Attachment, type Email } from 'postal-mime';
import { SatchelError } from '../errors.ts';
import { decodeText } from './decode-text.ts';
import { extensionOf } from './detect.ts';
import { DocumentBuilder } from './document-builder.ts';
import { addHtml } from './html-blocks.ts';
import { withinDepth } from './html-shape.ts';
import { withKnownEncoding } from './mail-encoding.ts';
import { parseFile } from './parse-file.ts';
import { parsers } from './registry.ts';

/** Messages within messages; each level reads what it holds once more. */
const MAX_LEVELS = 4;
/** What the attachments of a document may be in all to be read; others are named. */
const MAX_ATTACHMENT_BYTES = 16 * 2 ** 20;
const MAX_ATTACHMENTS = 50;
const MAIL: readonly string[] = ['eml', 'mbox', 'mhtml'];
/** A text part this much shorter than the HTML part says something like "your reader shows no HTML". */
const MIN_TEXT_SHARE = 0.5;

/**
 * Parts nested beyond a limit are refused by the library.
 * @throws SatchelError `corrupt`
 */
export async function parseMime(bytes: Uint8Array): Promise<Email> {
  try {
    return await PostalMime.parse(withKnownEncoding(bytes), {
      forceRfc822Attachments: true,
      maxNestingDepth: 64,
    });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new SatchelError('corrupt', { reason }, error);
  }
}

const nameOf = ({ name, address, group }: Address): string => {
  if (group) return `${name}: ${group.map(nameOf).join(', ')}`;
  return name === '' || name === address ? (address ?? '') : `${name} <${address ?? ''}>`;
};

const namesOf = (addresses: readonly Address[] | undefined): string =>
  (addresses ?? []).map(nameOf).filter(Boolean).join(', ');

/** The text of HTML, to be compared with the text part. */
function lengthOfHtml(html: string): number {
  const builder = new DocumentBuilder();
  addHtml(html, builder);
  return builder.blocks === 0 ? 0 : builder.build({ format: 'html' }).text.length;
}

/** Reads the messages of one document, and as many of their attachments as its limits allow. */
export class MailReader {
  readonly #builder: DocumentBuilder;
  readonly #signal: AbortSignal;
  #attachmentsLeft = MAX_ATTACHMENTS;
  #bytesLeft = MAX_ATTACHMENT_BYTES;

  constructor(builder: DocumentBuilder, signal: AbortSignal) {
    this.#builder = builder;
    this.#signal = signal;
  }

  /**
   * Adds a message: its headers as lines, its body, its attachments.
   * @param titles what the message stands under.
   * @throws SatchelError `corrupt`, `binary` or `aborted`
   */
  async add(bytes: Uint8Array, titles: readonly string[] = []): Promise<void> {
    this.#signal.throwIfAborted();
    const email = await parseMime(bytes);
    if (email.headers.length === 0) return this.#builder.block(decodeText(bytes).text);
    const { subject = '' } = email;
    const trail = [...titles, subject.trim()].filter(Boolean);
    this.#builder.chapter(trail);
    this.#addHeaders(email);
    this.#addBody(email);
    for (const attachment of email.attachments) await this.#addAttachment(attachment, trail, titles.length);
  }

  #addHeaders(email: Email): void {
    const date = email.headers.find(({ key }) => key === 'date')?.value;
    const attached = email.attachments
      .filter(({ related }) => !related)
      .map(({ filename }) => filename ?? '');
    const lines = [
      ['From', email.from ? nameOf(email.from) : ''],
      ['To', namesOf(email.to)],
      ['Cc', namesOf(email.cc)],
      // As written, with its time zone: the library gives it in UTC.
      ['Date', date ?? ''],
      ['Subject', email.subject ?? ''],
      ['Attachments', attached.filter(Boolean).join(', ')],
    ];
    this.#builder.block(
      lines
        .filter(([, value]) => value !== '')
        .map(([name, value]) => `${name}: ${value}`)
        .join('\n'),
    );
  }

  #addBody({ text = '', html }: Email): void {
    const page = html === undefined ? undefined : withinDepth(html);
    const isPoor = page !== undefined && text.trim().length < MIN_TEXT_SHARE * lengthOfHtml(page);
    if (isPoor) addHtml(page, this.#builder);
    else for (const paragraph of text.split(/\n\s*\n/)) this.#builder.block(paragraph);
  }

  async #addAttachment(attachment: Attachment, titles: readonly string[], level: number): Promise<void> {
    const { content, mimeType, related } = attachment;
    if (typeof content === 'string' || related || this.#attachmentsLeft === 0) return;
    const name = attachment.filename ?? '';
    const bytes = Uint8Array.from(new Uint8Array(content));
    const line = parsers.lines.find(({ extensions }) => extensions.includes(extensionOf(name)));
    const isMessage = mimeType === 'message/rfc822' || line?.id === 'eml';
    if (!isMessage && (!line || MAIL.includes(line.id))) return;
    if (bytes.length > this.#bytesLeft || (isMessage && level >= MAX_LEVELS)) return;
    this.#attachmentsLeft -= 1;
    this.#bytesLeft -= bytes.length;
    if (isMessage) return this.add(bytes, titles);
    await this.#addFile(bytes, name, titles);
  }

  /** An attachment that cannot be read is named all the same. */
  async #addFile(bytes: Uint8Array<ArrayBuffer>, name: string, titles: readonly string[]): Promise<void> {
    try {
      const { text, sections } = await parseFile(new Blob([bytes]), name, this.#signal);
      for (const { start, end, headings } of sections) {
        this.#builder.section([...titles, name, ...headings]);
        this.#builder.block(text.slice(start, end));
      }
    } catch {
      this.#signal.throwIfAborted();
    }
  }
}
