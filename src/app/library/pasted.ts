import type { FileInput } from '../../core/types.ts';
import { webAddress } from './web-address.ts';

/** What was pasted: files and long texts are added at once, short ones may have been meant for another place. */
export type Pasted =
  | { readonly kind: 'files'; readonly files: readonly FileInput[] }
  | { readonly kind: 'text' | 'web'; readonly text: string };

/** What is on the clipboard: files, or a text that is not blank, and the HTML of it where there is any. */
export interface Copied {
  readonly files: readonly File[];
  readonly text: string;
  readonly html: string;
}

/** HTML that says more than its text does: structure, not colours. */
const STRUCTURE = /<(?:h[1-6]|table|ul|ol|pre|blockquote)[\s>]/i;
const MARKDOWN = /^(?:#{1,6} |[-*+] |\d+\. |> |```|\|.*\|\s*$)/m;
const TITLE_LENGTH = 80;
/** Not for names: what parts a path, and what is not seen. */
const UNFIT = /[\s\u0000-\u001f\u007f/\\]+/g;

function titleOf(text: string): string {
  const first = text.split('\n').find((line) => line.trim() !== '') ?? '';
  const title = first
    .replace(/^[#>*+\s-]+/, '')
    .replace(UNFIT, ' ')
    .trim();
  return [...title].slice(0, TITLE_LENGTH).join('').trim();
}

/** @param untitled stands in where neither title nor text has a word for a name. */
export function fileOfText(text: string, title: string, untitled: string): FileInput {
  const name = titleOf(title) || titleOf(text) || untitled;
  const [extension, type] = MARKDOWN.test(text) ? ['md', 'text/markdown'] : ['txt', 'text/plain'];
  return { file: new Blob([text], { type }), name: `${name}.${extension}`, path: '' };
}

function fileOfHtml(html: string, text: string, untitled: string): FileInput {
  // Windows puts what was copied between comments in a page around it.
  const part = /<!--StartFragment-->([\s\S]*)<!--EndFragment-->/.exec(html)?.[1] ?? html;
  const page = `<!doctype html><meta charset="utf-8"><article>${part}</article>`;
  const name = `${titleOf(text) || untitled}.html`;
  return { file: new Blob([page], { type: 'text/html' }), name, path: '' };
}

/** What a paste holds. */
export function readPaste(copied: Copied, untitled: string): Pasted {
  const files = copied.files.map((file) => ({ file, name: file.name, path: '' }));
  if (files.length > 0) return { kind: 'files', files };
  const text = copied.text.replace(/\r\n?/g, '\n');
  if (!text.trim().includes('\n')) {
    const isAddress = /^https?:\/\/\S+$/i.test(text.trim()) && webAddress(text) !== undefined;
    return { kind: isAddress ? 'web' : 'text', text: text.trim() };
  }
  const { html } = copied;
  const file = STRUCTURE.test(html) ? fileOfHtml(html, text, untitled) : fileOfText(text, '', untitled);
  return { kind: 'files', files: [file] };
}
