import Papa from 'papaparse';
import { decodeText } from './decode-text.ts';
import { DocumentBuilder } from './document-builder.ts';
import type { DocumentParser } from './parser.ts';
import { mayBeHeader, namedRow, oneLine } from './table-lines.ts';

/** Comma, semicolon, tab or pipe separated values: a line for each row that names its columns. */
export const csvParser: DocumentParser = {
  parse({ bytes, name }) {
    const { text, warnings } = decodeText(bytes);
    let columns: readonly string[] | undefined;
    const lines: string[] = [];
    Papa.parse<string[]>(text, {
      delimiter: /\.t(sv|ab)$/i.test(name) ? '\t' : '',
      skipEmptyLines: 'greedy',
      // Row by row: all cells of a large file at once take many times its size.
      step({ data: row }) {
        const isHeader = columns === undefined && mayBeHeader(row);
        columns ??= isHeader ? row : [];
        if (!isHeader) lines.push(namedRow(columns, row));
      },
    });
    // A row of names and no other is data.
    if (lines.length === 0) {
      lines.push(namedRow([], columns ?? []));
      columns = [];
    }
    const builder = new DocumentBuilder();
    builder.block(lines.join('\n'), {
      kind: 'table',
      ...(columns?.length && { columns: columns.map(oneLine) }),
    });
    return Promise.resolve(builder.build({ format: 'csv', warnings }));
  },
};
