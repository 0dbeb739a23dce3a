// Written as escapes: most of these characters are invisible in an editor.
const LINE_ENDS = /\r\n?|[\u000b\u000c\u0085\u2028\u2029]/g;
/** Control characters, soft hyphen, zero-width space, word joiner, byte order mark: nobody searches for them. */
const INVISIBLE = /[\u0000-\u0008\u000e-\u001f\u007f-\u0084\u0086-\u009f\u00ad\u200b\u2060\ufeff]/g;

/** Line ends become \n, no-break spaces become spaces, invisible characters go. */
export const cleanText = (text: string): string =>
  text.replace(LINE_ENDS, '\n').replace(INVISIBLE, '').replaceAll('\u00a0', ' ');

/** Scripts that put no space between words, with their punctuation and full-width forms. */
export const UNSPACED = '\\u2e80-\\u312f\\u3190-\\u9fff\\uf900-\\ufaff\\ufe30-\\ufe4f\\uff00-\\uffef';

const BREAK_BETWEEN_UNSPACED = new RegExp(`([${UNSPACED}])[ \\t]*\\n[ \\t]*(?=[${UNSPACED}])`, 'g');

/**
 * A line break inside running text as it is read: a space, or nothing between Chinese or Japanese characters,
 * where a space would cut a word in two for the keyword index.
 */
export const joinSoftLines = (text: string): string =>
  text
    .replace(BREAK_BETWEEN_UNSPACED, '$1')
    .replace(/[ \t\n]+/g, ' ')
    .trim();
