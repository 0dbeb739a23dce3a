import { decodeText } from './decode-text.ts';
import { DocumentBuilder } from './document-builder.ts';
import { addHtml } from './html-blocks.ts';
import { withinDepth } from './html-shape.ts';
import { jsonParser } from './json.ts';
import { addMarkdown } from './markdown.ts';
import type { DocumentParser } from './parser.ts';

/** Of an output that goes on and on, such as a log of training. */
const MAX_OUTPUT_LENGTH = 4000;
const TERMINAL_CODES = /\u001b\[[\d;]*[A-Za-z]/g;

type Json = Readonly<Record<string, unknown>>;

const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const listOf = (value: unknown): readonly Json[] => (Array.isArray(value) ? value.filter(isObject) : []);

/** Texts are strings or lists of lines. */
function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  return Array.isArray(value) ? value.filter((line) => typeof line === 'string').join('') : '';
}

function addOutput(output: Json, builder: DocumentBuilder): void {
  const data = isObject(output['data']) ? output['data'] : output;
  const html = textOf(data['text/html']);
  // Frames of data are tables with names; their plain form is a picture made of spaces.
  if (/<table/i.test(html) && html.length <= 50 * MAX_OUTPUT_LENGTH)
    return void addHtml(withinDepth(html), builder);
  const error = [textOf(output['ename']), textOf(output['evalue'])].filter(Boolean).join(': ');
  const text = textOf(data['text/plain']) || textOf(data['text/markdown']) || textOf(output['text']) || error;
  const plain = text.replace(TERMINAL_CODES, '');
  const isCut = plain.length > MAX_OUTPUT_LENGTH;
  builder.block(isCut ? `${plain.slice(0, MAX_OUTPUT_LENGTH)}…` : plain, { kind: 'code' });
}

/** @returns undefined for JSON that is no notebook, and for what is no JSON. */
function readNotebook(text: string): Json | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) && ('cells' in value || 'worksheets' in value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** Jupyter notebooks: text, code and what the code printed, without pictures. */
export const ipynbParser: DocumentParser = {
  parse(input, signal) {
    const { text, warnings } = decodeText(input.bytes);
    const notebook = readNotebook(text);
    // Anything may be saved under this name, and a notebook cut off has its cells before the cut.
    if (!notebook) return jsonParser.parse(input, signal);
    const builder = new DocumentBuilder();
    const sheets = listOf(notebook['worksheets']).flatMap(({ cells }) => listOf(cells));
    for (const cell of [...listOf(notebook['cells']), ...sheets]) {
      const source = textOf(cell['source'] ?? cell['input']);
      if (cell['cell_type'] === 'markdown') addMarkdown(source, builder);
      else if (cell['cell_type'] === 'heading') builder.heading(Number(cell['level']) || 1, source);
      else builder.block(source, { kind: 'code' });
      for (const output of listOf(cell['outputs'])) addOutput(output, builder);
    }
    return Promise.resolve(builder.build({ format: 'ipynb', warnings }));
  },
};
