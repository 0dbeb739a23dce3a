import { Parser } from 'htmlparser2';
import { describe, expect, it } from 'vitest';
import { barChart, type Bar } from './bar-chart.ts';

interface Shape {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  text: string;
}

/** @throws Error for a document that is not well-formed. */
function shapesOf(svg: string): Shape[] {
  const shapes: Shape[] = [];
  const open: Shape[] = [];
  const parser = new Parser(
    {
      onopentag(name, attributes) {
        const shape = { name, attributes, text: '' };
        open.push(shape);
        shapes.push(shape);
      },
      ontext(text) {
        const last = open.at(-1);
        if (last) last.text += text;
      },
      onclosetag(name, isImplied) {
        // `<rect/>` closes itself; anything else has to say so.
        if (isImplied && !svg.includes(`<${name} `)) throw new Error(`${name} is not closed`);
        if (open.pop()?.name !== name) throw new Error(`${name} is closed out of order`);
      },
    },
    { xmlMode: true },
  );
  parser.end(svg);
  expect(open).toEqual([]);
  return shapes;
}

const bar = (label: string, value: number): Bar => ({ label, value, text: `${value} ms`, isOwn: false });
const bars = (shapes: readonly Shape[]): number[] =>
  shapes
    .filter(({ name, attributes }) => name === 'rect' && attributes['class'])
    .map(({ attributes }) => Number(attributes['width']));

describe('bar chart', () => {
  it('draws a bar for each value, equal steps for equal factors, inside the picture', () => {
    const shapes = shapesOf(
      barChart('Search', ['one run'], [{ title: '1k', bars: [bar('a', 1), bar('b', 10), bar('c', 100)] }]),
    );
    const [a = NaN, b = NaN, c = NaN] = bars(shapes);
    expect(a).toBeGreaterThan(0);
    expect(b - a).toBeCloseTo(a, 0);
    expect(c - b).toBeCloseTo(b - a, 0);
    const [svg] = shapes;
    const bottoms = shapes
      .filter(({ name }) => name === 'rect')
      .map(({ attributes }) => Number(attributes['y'] ?? 0) + Number(attributes['height']));
    expect(Math.max(...bottoms)).toBeLessThanOrEqual(Number(svg?.attributes['height']));
  });

  it('says in place of a bar why there is none, and marks a limit', () => {
    const shapes = shapesOf(
      barChart(
        'Search',
        [],
        [
          {
            title: '100k',
            bars: [bar('a', 4), { label: 'b', text: 'cannot be saved', isOwn: false }],
            mark: { value: 2, text: 'reading' },
          },
        ],
      ),
    );
    expect(bars(shapes)).toHaveLength(1);
    const texts = shapes.filter(({ name }) => name === 'text').map(({ text }) => text);
    expect(texts).toEqual(['Search', '100k', 'a', '4 ms', 'b', 'cannot be saved', 'reading']);
    expect(shapes.filter(({ name }) => name === 'line')).toHaveLength(1);
  });

  it('stays a document whatever a text holds', () => {
    const text = '<script>"&\'</text>';
    const shapes = shapesOf(barChart(text, [text], [{ title: text, bars: [bar(text, 1)] }]));
    expect(shapes.filter(({ name }) => name === 'script')).toEqual([]);
    expect(shapes.filter((shape) => shape.text === text)).toHaveLength(5);
  });

  it('draws one bar alone, and none at all', () => {
    for (const few of [[bar('a', 3)], []]) {
      const svg = barChart('t', [], [{ title: 'p', bars: few }]);
      expect(svg).not.toMatch(/NaN|Infinity/);
      expect(bars(shapesOf(svg))).toHaveLength(few.length);
    }
  });
});
