import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hashTerm } from './hash-term.ts';
import { TermTable } from './term-table.ts';

/** What a table holds, as a map from term to document to [number there, chunks]. */
type Model = Map<string, Map<number, readonly [number, number]>>;

function expectSame(table: TermTable, model: Model, terms: readonly string[]): void {
  for (const term of terms) {
    const visited: [number, number][] = [];
    table.visit(hashTerm(term), (document, number) => visited.push([document, number]));
    const wanted = [...(model.get(term) ?? [])];
    expect(visited.sort()).toEqual(wanted.map(([document, [number]]) => [document, number]).sort());
    expect(table.chunksWith(hashTerm(term))).toBe(wanted.reduce((sum, [, [, chunks]]) => sum + chunks, 0));
  }
}

function change(table: TermTable, model: Model, term: string, document: number): void {
  const documents = model.get(term) ?? new Map<number, readonly [number, number]>();
  model.set(term, documents);
  const known = documents.get(document);
  if (known) table.remove(hashTerm(term), document, known[1]);
  else table.add(hashTerm(term), document, document + 7, (document % 5) + 1);
  if (known) documents.delete(document);
  else documents.set(document, [document + 7, (document % 5) + 1]);
}

describe('TermTable', () => {
  it('holds what a map would, in whatever order documents come and go', () => {
    const terms = ['port', 'default', '端', '端口', 'x'];
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.constantFrom(...terms), fc.nat(8)), { maxLength: 80 }), (steps) => {
        const table = new TermTable();
        const model: Model = new Map();
        for (const [term, document] of steps) change(table, model, term, document);
        expectSame(table, model, [...terms, 'unknown']);
      }),
    );
  });

  it('grows past its first size, emptied terms and returned records among the rest', () => {
    const table = new TermTable();
    const model: Model = new Map();
    const terms = Array.from({ length: 6_000 }, (_, i) => `term${i}`);
    for (const term of terms) change(table, model, term, 1);
    for (const term of terms.slice(0, 4_000)) change(table, model, term, 1);
    for (const term of terms.slice(2_000)) change(table, model, term, 2);
    for (let i = 0; i < 9_000; i++) change(table, model, `late${i}`, 3);
    expectSame(table, model, [...terms, 'late0', 'late8999']);
  });

  it('leaves all as it is for a document that has not the term', () => {
    const table = new TermTable();
    table.add(hashTerm('port'), 1, 0, 3);
    table.remove(hashTerm('port'), 2, 3);
    table.remove(hashTerm('unknown'), 1, 3);
    expect(table.chunksWith(hashTerm('port'))).toBe(3);
  });
});

describe('hashTerm', () => {
  it('gives each of many short terms a number of its own, an exact integer', () => {
    const characters = Array.from({ length: 400 }, (_, i) => String.fromCharCode(0x4e00 + i));
    const pairs = characters.flatMap((a) => characters.map((b) => a + b));
    const numbers = Array.from({ length: 100_000 }, (_, i) => String(i));
    const terms = [...characters, ...pairs, ...numbers];
    const hashes = terms.map(hashTerm);
    expect(new Set(hashes).size).toBe(terms.length);
    expect(hashes.every((hash) => Number.isSafeInteger(hash) && hash >= 0)).toBe(true);
    // The table is as fast as its lowest bits are spread: 256 places, 1,000 terms each, give or take.
    const places = new Uint32Array(256);
    for (const hash of hashes) places[(hash >>> 0) & 255] = (places[(hash >>> 0) & 255] ?? 0) + 1;
    expect(Math.max(...places)).toBeLessThan((1.3 * terms.length) / 256);
    expect(Math.min(...places)).toBeGreaterThan((0.7 * terms.length) / 256);
  });
});
