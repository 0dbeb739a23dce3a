import type { TextRow } from './eval-service.ts';
import type { Qrels } from './metrics.ts';

/** Lines that hold something, each with its place for error messages. */
const lines = (text: string, path: string): { readonly line: string; readonly place: string }[] =>
  text
    .split(/\r?\n/)
    .map((line, i) => ({ line, place: `${path}:${i + 1}` }))
    .filter(({ line }) => line.trim() !== '');

interface Row {
  readonly id?: string;
  readonly _id?: string;
  readonly title?: string;
  readonly text?: string;
}

function parseRow(line: string, place: string): Row {
  try {
    return JSON.parse(line) as Row;
  } catch (error) {
    throw new Error(`${place}: ${String(error)}`, { cause: error });
  }
}

/**
 * Texts or queries, `{"id","text"}` a line.
 * @param path of the file that was read, for errors.
 * @throws Error that names the line at fault.
 */
export function parseRows(text: string, path: string): TextRow[] {
  return lines(text, path).map(({ line, place }) => {
    const row = parseRow(line, place);
    const id = row.id ?? row._id;
    if (id === undefined || row.text === undefined) throw new Error(`${place}: a row needs "id" and "text"`);
    return { id, text: row.title ? `${row.title}\n${row.text}` : row.text };
  });
}

/** Judgements: query, document and grade between tabs, after a line of headings. Otherwise as `parseRows`. */
export function parseQrels(text: string, path: string): Qrels {
  const qrels = new Map<string, Map<string, number>>();
  for (const { line, place } of lines(text, path).slice(1)) {
    const [query = '', document = '', grade = ''] = line.split('\t');
    if (grade.trim() === '' || Number.isNaN(Number(grade))) {
      throw new Error(`${place}: a judgement needs query, document and grade`);
    }
    const judgements = qrels.get(query) ?? new Map<string, number>();
    judgements.set(document, Number(grade));
    qrels.set(query, judgements);
  }
  return qrels;
}
