import Papa from 'papaparse';
import { decodeText } from './decode-text.ts';
import { DocumentBuilder } from './document-builder.ts';
import type { DocumentParser } from './parser.ts';
import { namedRow } from './table-lines.ts';

const NUMBER = /^[\s$€£¥+-]*[\d.,:/-]*\d[\d.,:/-]*\s*%?$/;
/** Column names are short; a first row with a longer cell is data. */
const MAX_NAME_LENGTH = 80;

/** Names, each given once, none a number: what a first row of data hardly ever looks like. */
function isHeader(row: readonly string[]): boolean {
  const names = row.map((cell) => cell.trim()).filter((cell) => cell !== '');
  return (
    names.length > 0 &&
    names.length >= row.length / 2 &&
    new Set(names).size === names.length &&
    names.every((name) => name.length <= MAX_NAME_LENGTH && !NUMBER.test(name))
  );
}

/** Comma, semicolon, tab or pipe separated values: a line for each row that names its columns. */
export const csvParser: DocumentParser = {
  parse({ bytes, name }) {
    const { text, warnings } = decodeText(bytes);
    const { data } = Papa.parse<string[]>(text, {
      delimiter: /\.t(sv|ab)$/i.test(name) ? '\t' : '',
      skipEmptyLines: 'greedy',
    });
    const [first = [], ...rest] = data;
    const hasHeader = rest.length > 0 && isHeader(first);
    const lines = (hasHeader ? rest : data).map((row) => namedRow(hasHeader ? first : [], row));
    const builder = new DocumentBuilder();
    builder.block(lines.join('\n'));
    return Promise.resolve(builder.build({ format: 'csv', warnings }));
  },
};
