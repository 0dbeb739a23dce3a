import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Section } from '../../core/types.ts';
import { textBlocks } from './text-blocks.ts';

const shown = (text: string, sections: readonly Section[]) =>
  textBlocks({ text, sections }).map(({ start, end, level }) => [level, text.slice(start, end)]);

describe('textBlocks', () => {
  it('sets headings apart and cuts the rest into paragraphs', () => {
    const text = 'Preface\n\nGuide\n\nFirst.\nStill first.\n\nSecond.\n\nInstall\n\nRun it.';
    const sections = [
      { start: text.indexOf('Guide'), end: text.indexOf('\n\nInstall'), headings: ['Guide'] },
      { start: text.indexOf('Install'), end: text.length, headings: ['Guide', 'Install'] },
    ];
    expect(shown(text, sections)).toEqual([
      [0, 'Preface'],
      [1, 'Guide'],
      [0, 'First.\nStill first.'],
      [0, 'Second.'],
      [2, 'Install'],
      [0, 'Run it.'],
    ]);
  });

  it('tells code, tables and lists from running text', () => {
    const text =
      'Buy:\n\n- milk\n  fresh\n- eggs\n\nnpm ci\n\nnpm start\n\nItem: Hub; Price: 79\n\n- not one\nlist';
    const of = (part: string) => ({ start: text.indexOf(part), end: text.indexOf(part) + part.length });
    const blocks = [
      { ...of('npm ci\n\nnpm start'), kind: 'code' as const },
      { ...of('Item: Hub; Price: 79'), kind: 'table' as const, columns: ['Item', 'Price'] },
    ];
    const kinds = textBlocks({ text, sections: [], blocks }).map(({ kind }) => kind);
    expect(kinds).toEqual(['paragraph', 'list', 'code', 'table', 'paragraph']);
    expect(textBlocks({ text, sections: [], blocks }, false)[1]?.kind).toBe('paragraph');
  });

  it('shows no heading that is not in the text', () => {
    expect(shown('a,b\n1,2', [{ start: 0, end: 7, headings: ['Table'] }])).toEqual([[0, 'a,b\n1,2']]);
  });

  it('cuts an endless line into pieces, between words where there are any', () => {
    const words = 'word '.repeat(3000);
    const pieces = textBlocks({ text: words, sections: [] });
    expect(pieces.length).toBeGreaterThan(3);
    for (const { start, end } of pieces) expect(words.slice(start, end)).toMatch(/^word .* $/s);
    const characters = '😀'.repeat(5000);
    for (const { start, end } of textBlocks({ text: characters, sections: [] })) {
      expect(characters.slice(start, end)).not.toMatch(/^[\udc00-\udfff]|[\ud800-\udbff]$/);
    }
  });

  it('covers every character but white space, once and in order', () => {
    const text = fc.string({ unit: fc.constantFrom('a', 'b ', '\n', '\n\n', 'word'), maxLength: 200 });
    fc.assert(
      fc.property(text, fc.nat(100), fc.nat(100), (value, a, b) => {
        const start = Math.min(a, b, value.length);
        const end = Math.min(Math.max(a, b), value.length);
        const sections = start < end ? [{ start, end, headings: [value.slice(start, start + 3)] }] : [];
        const blocks = start < end ? [{ start, end, kind: 'code' as const }] : [];
        let at = 0;
        let covered = '';
        for (const block of textBlocks({ text: value, sections, blocks })) {
          expect(block.start).toBeGreaterThanOrEqual(at);
          expect(value.slice(at, block.start).trim()).toBe('');
          covered += value.slice(block.start, block.end);
          at = block.end;
        }
        expect(covered.replace(/\s/g, '')).toBe(value.replace(/\s/g, ''));
      }),
    );
  });
});
