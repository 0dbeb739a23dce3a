import Papa from 'papaparse';
import { decodeText } from './decode-text.ts';
import { DocumentBuilder } from './document-builder.ts';
import type { DocumentParser } from './parser.ts';
import { mayBeHeader, namedRow, oneLine } from './table-lines.ts';

/** Comma, semicolon, tab or pipe separated values: a line for each row that names its columns. */
export const csvParser: DocumentParser = {
  parse({ bytes, name }) {
    const { text, warnings } = decodeText(bytes);
    const { data } = Papa.parse<string[]>(text, {
      delimiter: /\.t(sv|ab)$/i.test(name) ? '\t' : '',
      skipEmptyLines: 'greedy',
    });
    const [first = [], ...rest] = data;
    const hasHeader = rest.length > 0 && mayBeHeader(first);
    const lines = (hasHeader ? rest : data).map((row) => namedRow(hasHeader ? first : [], row));
    const builder = new DocumentBuilder();
    builder.block(lines.join('\n'), {
      kind: 'table',
      ...(hasHeader && { columns: first.map(oneLine) }),
    });
    return Promise.resolve(builder.build({ format: 'csv', warnings }));
  },
};
