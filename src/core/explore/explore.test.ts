import { describe, expect, it } from 'vitest';
import { decodeVector } from '../4-index/decode-vectors.ts';
import { centresOf, kMeans, nearestCentre } from './k-means.ts';
import { principalPlane, project } from './principal-axes.ts';
import { topicWords } from './topic-words.ts';

/** Points of a long, flat cloud in four dimensions. */
const CLOUD = Array.from({ length: 60 }, (_, i) => {
  const [along, aside] = [Math.sin(i) * 5, Math.cos(7 * i)];
  return Float32Array.of(3 + along, 1 + along, aside, 0.01 * Math.sin(3 * i));
});

describe('principalPlane', () => {
  it('finds the two directions in which rows differ most, at right angles and of length 1', () => {
    const { axes } = principalPlane(CLOUD, 4);
    const [first, second] = axes.map((axis) => Array.from(axis, Math.abs));
    [Math.SQRT1_2, Math.SQRT1_2, 0, 0].forEach((value, i) => expect(first?.[i]).toBeCloseTo(value, 1));
    expect(second?.[2]).toBeCloseTo(1, 1);
    expect(axes[0].reduce((sum, value, i) => sum + value * (axes[1][i] ?? 0), 0)).toBeCloseTo(0);
  });
  it('projects the middle to nought, and copes with equal rows and with one', () => {
    const plane = principalPlane(CLOUD, 4);
    expect(Array.from(project([plane.middle], plane), Math.abs).every((value) => value < 1e-5)).toBe(true);
    const same = [Float32Array.of(1, 0), Float32Array.of(1, 0)];
    expect(Array.from(project(same, principalPlane(same, 2)))).toEqual([0, 0, 0, 0]);
    expect(Array.from(project([], principalPlane([], 2)))).toEqual([]);
  });
});

describe('kMeans', () => {
  const finish = (rows: readonly Float32Array[], k: number) => {
    const grouping = kMeans(rows, k);
    let next = grouping.next();
    while (!next.done) next = grouping.next();
    return next.value;
  };
  it('finds groups that lie apart', () => {
    const rows = [0, 10, 20].flatMap((x) => [-1, 0, 1].map((y) => Float32Array.of(x + 0.1 * y, y)));
    const centres = finish(rows, 3);
    const groups = rows.map((row) => nearestCentre(row, centres));
    expect(new Set(groups).size).toBe(3);
    for (const at of [0, 3, 6]) expect(new Set(groups.slice(at, at + 3)).size).toBe(1);
  });
  it('makes no more groups than there are different rows, and none of nothing', () => {
    const same = Array.from({ length: 5 }, () => Float32Array.of(1, 1));
    expect(finish(same, 3).rows).toHaveLength(1);
    expect(finish([], 3).rows).toHaveLength(0);
    expect(
      nearestCentre(Float32Array.of(2, 2), centresOf([Float32Array.of(9, 9), Float32Array.of(2, 1)])),
    ).toBe(1);
  });
});

describe('topicWords', () => {
  it('names what tells topics apart, in both languages, without words that name nothing', () => {
    const [bees, ports, tea] = topicWords(
      [
        ['The bees fill the hive with honey.', 'A hive of bees needs honey in winter.'],
        ['Ollama listens on a port.', 'The port of Ollama can be changed.'],
        ['这种红茶产于武夷山。', '红茶在武夷山种植，红茶很香。'],
      ],
      3,
    );
    expect(new Set(bees)).toEqual(new Set(['bees', 'hive', 'honey']));
    expect(ports).toEqual(expect.arrayContaining(['Ollama', 'port']));
    expect(tea).toContain('红茶');
  });
});

describe('decodeVector', () => {
  it('reads a row of codes with its scale', () => {
    const bytes = new Uint8Array(2 * 8);
    bytes.set([127, 256 - 127, 64], 8);
    new DataView(bytes.buffer).setFloat32(12, 0.5, true);
    expect(Array.from(decodeVector(bytes, 1, new Float32Array(3)))).toEqual([63.5, -63.5, 32]);
  });
});
