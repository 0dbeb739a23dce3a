import { parse } from 'lossless-json';
import type { ParseWarning } from '../types.ts';
import { decodeText } from './decode-text.ts';
import { DocumentBuilder } from './document-builder.ts';
import type { DocumentParser } from './parser.ts';
import { namedRow, oneLine } from './table-lines.ts';
import { plainDocument } from './text.ts';

/** Numbers stay as they are written: an id of twenty digits has no double. */
type Json = string | boolean | null | readonly Json[] | JsonObject;
interface JsonObject {
  readonly [key: string]: Json;
}

/** Deeper ones are told in the line of the value that they are in. */
const MAX_HEADING_LEVEL = 4;
/** What is nested deeper is no text for people. */
const MAX_DEPTH = 64;
/** A record whose line is longer stands for itself, under its own title. */
const MAX_ROW_LENGTH = 400;
/** Of what is shown as a table. */
const MAX_COLUMNS = 256;
const TITLES = ['title', 'name', 'label', 'subject', 'question', 'id', 'key', '标题', '名称', '姓名'];

const isList = (value: Json | undefined): value is readonly Json[] => Array.isArray(value);
const isObject = (value: Json | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !isList(value);
const isScalar = (value: Json): boolean => !isList(value) && !isObject(value);
/** Objects with fields, and nothing else. */
const isRecords = (value: Json): value is readonly JsonObject[] =>
  isList(value) && value.length > 0 && value.every(isObject);

/** A value in one line. */
function inLine(value: Json, depth = 0): string {
  if (value === null || depth > MAX_DEPTH) return '';
  if (isList(value)) return joined(value.map((item) => inLine(item, depth + 1)));
  if (isObject(value)) {
    return joined(Object.entries(value).map(([key, item]) => named(key, inLine(item, depth + 1))));
  }
  return String(value);
}

const joined = (parts: readonly string[]): string => parts.filter((part) => part !== '').join(', ');
const named = (key: string, text: string): string => (text === '' ? '' : `${key}: ${text}`);

/** Fields of a record by their paths, each in one line. */
function fieldsOf(record: JsonObject, path = '', depth = 0): [path: string, text: string][] {
  return Object.entries(record).flatMap(([key, value]) => {
    const name = path === '' ? key : `${path}.${key}`;
    return isObject(value) && depth < MAX_HEADING_LEVEL
      ? fieldsOf(value, name, depth + 1)
      : [[name, oneLine(inLine(value))] as [string, string]];
  });
}

function titleOf(record: JsonObject, position: number): string {
  const key = TITLES.find((name) => Object.hasOwn(record, name) && isScalar(record[name] ?? null));
  return (key && inLine(record[key] ?? null)) || `#${position + 1}`;
}

/** Rows that name their columns, or, where they are long, a section for each record. */
function addRecords(records: readonly JsonObject[], level: number, builder: DocumentBuilder): void {
  const rows = records.map((record) => new Map(fieldsOf(record)));
  const columns = [...new Set(rows.flatMap((row) => [...row.keys()]))];
  const positions = new Map(columns.map((column, position) => [column, position]));
  // By its own fields alone: records whose keys are ids have a column each.
  const lines = rows.map((row) => {
    const fields = [...row].sort(([a], [b]) => (positions.get(a) ?? 0) - (positions.get(b) ?? 0));
    return namedRow(
      fields.map(([column]) => column),
      fields.map(([, text]) => text),
    );
  });
  const total = lines.reduce((sum, { length }) => sum + length, 0);
  if (total <= MAX_ROW_LENGTH * lines.length) {
    const text = lines.filter((line) => line !== '').join('\n');
    builder.block(text, columns.length <= MAX_COLUMNS ? { kind: 'table', columns } : undefined);
    return;
  }
  for (const [position, record] of records.entries()) {
    builder.heading(level, titleOf(record, position));
    addFields(record, level + 1, builder);
  }
}

function addFields(record: JsonObject, level: number, builder: DocumentBuilder): void {
  const isPart = (value: Json): boolean =>
    level <= MAX_HEADING_LEVEL && (isRecords(value) || (isObject(value) && Object.keys(value).length > 0));
  const entries = Object.entries(record);
  const lines = entries
    .filter(([, value]) => !isPart(value))
    .map(([key, value]) => named(key, inLine(value)));
  builder.block(lines.filter((line) => line !== '').join('\n'));
  for (const [key, value] of entries) {
    if (!isPart(value)) continue;
    builder.heading(level, key);
    addValue(value, level + 1, builder);
  }
}

function addValue(value: Json, level: number, builder: DocumentBuilder): void {
  if (isRecords(value)) addRecords(value, level, builder);
  else if (isObject(value)) addFields(value, level, builder);
  else if (isList(value)) builder.block(value.map((item) => inLine(item)).join('\n'));
  else builder.block(inLine(value));
}

const read = (text: string): Json =>
  parse(text, undefined, {
    parseNumber: (digits) => digits,
    onDuplicateKey: ({ newValue }) => newValue,
  }) as Json;

/** One value, or one a line. @throws SyntaxError, or RangeError for nesting that no stack holds. */
function readAll(text: string, isLines: boolean): Json {
  if (!isLines) return read(text);
  return text
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map(read);
}

/** Data as readable lines: keys as headings and names, lists of records as rows that name their columns. */
export const jsonParser: DocumentParser = {
  parse({ bytes, name }) {
    const { text, warnings } = decodeText(bytes);
    const builder = new DocumentBuilder();
    const found: ParseWarning[] = [...warnings];
    try {
      addValue(readAll(text, /\.(jsonl|ndjson)$/i.test(name)), 1, builder);
    } catch (error) {
      if (!(error instanceof SyntaxError || error instanceof RangeError)) throw error;
      found.push({ code: 'not-well-formed', details: { format: 'JSON' } });
      return Promise.resolve(plainDocument(text, { format: 'json', warnings: found }));
    }
    return Promise.resolve(builder.build({ format: 'json', warnings: found }));
  },
};
