import { decodeBytes } from './decode-bytes.ts';

/** Encodings of the code pages and of the character sets of fonts that writers name by number. */
const CODE_PAGES: Readonly<Record<number, string>> = {
  874: 'windows-874',
  932: 'shift_jis',
  936: 'gbk',
  949: 'euc-kr',
  950: 'big5',
  10000: 'macintosh',
  65001: 'utf-8',
  54936: 'gb18030',
};
const FONT_CHARSETS: Readonly<Record<number, string>> = {
  77: 'macintosh',
  128: 'shift_jis',
  129: 'euc-kr',
  134: 'gbk',
  136: 'big5',
  161: 'windows-1253',
  162: 'windows-1254',
  163: 'windows-1258',
  177: 'windows-1255',
  178: 'windows-1256',
  186: 'windows-1257',
  204: 'windows-1251',
  222: 'windows-874',
  238: 'windows-1250',
};

export const encodingOfCodePage = (page: number): string =>
  CODE_PAGES[page] ?? (page >= 1250 && page <= 1258 ? `windows-${page}` : 'windows-1252');

/** Undefined for Western fonts: what they hold is in the code page of the document. */
export const encodingOfFont = (charset: number): string | undefined => FONT_CHARSETS[charset];

/**
 * Text of which some is bytes in a code page and some Unicode. A character of two bytes may be written as one
 * escape and one plain letter, so bytes are decoded when they end.
 */
export class RtfText {
  #text = '';
  #bytes: number[] = [];
  #encoding = '';

  byte(value: number, encoding: string): void {
    if (encoding !== this.#encoding) {
      this.#decode();
      this.#encoding = encoding;
    }
    this.#bytes.push(value);
  }

  add(text: string): void {
    this.#decode();
    this.#text += text;
  }

  take(): string {
    this.#decode();
    const text = this.#text;
    this.#text = '';
    return text;
  }

  #decode(): void {
    if (this.#bytes.length === 0) return;
    this.#text += decodeBytes(this.#encoding, Uint8Array.from(this.#bytes));
    this.#bytes = [];
  }
}
