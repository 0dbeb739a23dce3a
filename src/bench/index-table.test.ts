import { describe, expect, it } from 'vitest';
import { drawIndexChart } from './index-chart.ts';
import type { IndexReport, SizeReport } from './index-report.ts';
import { formatChecks, formatSize } from './index-table.ts';
import { foreseenReason } from './measure-index.ts';

const same = (value: number) => ({ median: value, lowest: value, highest: value });

const OURS: IndexReport = {
  id: 'flat',
  label: 'ours',
  failures: [],
  buildMs: 100,
  memoryBytes: 24e6,
  search: { p50: 0.4, p95: 0.5, timesOurs: same(1), timesPlain: same(0.0625), recall: 1 },
};
const SLOW: IndexReport = {
  id: 'slow',
  label: 'slow 1.0',
  failures: [{ step: 'save', reason: 'out of memory' }],
  buildMs: 12_000,
  memoryBytes: 1.2e9,
  search: { p50: 8, p95: 9, timesOurs: same(20), timesPlain: same(1.25), recall: 0.99 },
};
const LEFT_OUT: IndexReport = {
  id: 'gone',
  label: 'gone 2.0',
  failures: [],
  skipped: 'would build for 120 s',
};
const SIZE: SizeReport = {
  chunks: 10_000,
  dimensions: 384,
  vectors: 'clustered',
  read: { codesMs: 0.2, floatsMs: 0.8 },
  indexes: [OURS, SLOW, LEFT_OUT],
};

describe('the figures of a size', () => {
  it('are a row each, with what failed and what was left out below', () => {
    const lines = formatSize(SIZE).split('\n');
    expect(lines.find((line) => line.startsWith('slow'))).toMatch(
      /^slow 1\.0 +8\.0 ms +9\.0 ms +20 +1\.3 +0\.9900 +12 s +1200 MB$/,
    );
    expect(lines.at(-3)).toContain('0.20 ms for one a dimension (19 GB/s), 0.80 ms for four (19 GB/s)');
    expect(lines.at(-3)).toContain('ours takes 2.0 and 0.50 times that');
    expect(lines.slice(-2)).toEqual([
      'slow 1.0: save: out of memory',
      'gone 2.0: left out, would build for 120 s',
    ]);
  });

  it('are drawn, reasons in place of bars', () => {
    const machine = { cpu: 'CPU', cores: 2, browser: 'B', node: 'N', loadBefore: 0 };
    const svg = drawIndexChart({
      machine,
      k: 10,
      questions: 50,
      rounds: 5,
      sizes: [SIZE],
      code: {},
      checks: {},
    });
    // Two that were measured, in three panels.
    expect(svg.match(/<rect class="own"/g)).toHaveLength(3);
    expect(svg.match(/<rect class="bar"/g)).toHaveLength(3);
    expect(svg.match(/would build for 120 s/g)).toHaveLength(3);
    expect(svg).toContain('8.0 ms (20 x ours), recall 0.990');
  });
});

it('names what a library gets wrong', () => {
  const checks = { slow: [{ name: 'few' as const }, { name: 'removed' as const, failed: 'finds a ghost' }] };
  expect(formatChecks({ checks }, (id) => `${id} 1.0`)).toBe(
    'slow 1.0: 1 of 2 checks passed\n  removed: finds a ghost',
  );
});

describe('what is not worth trying', () => {
  const measuring = { rounds: 5, k: 10, limitMs: 60_000 };

  it('is what took too long, too much memory, failed or found the wrong ones with fewer', () => {
    expect(foreseenReason(SLOW, 10, measuring)).toBe('would build for 120 s or more');
    expect(foreseenReason({ ...SLOW, buildMs: 1 }, 10, measuring)).toBe('would take 12 GB');
    expect(foreseenReason(LEFT_OUT, 10, measuring)).toBe('failed with fewer');
    const failures = [{ step: 'search' as const, reason: 'unreachable' }];
    expect(foreseenReason({ ...OURS, failures }, 1, measuring)).toBe('failed with fewer');
    const search = { ...SLOW.search!, recall: 0.1 };
    expect(foreseenReason({ ...OURS, search }, 10, measuring)).toBe('finds the wrong ones with fewer');
  });

  it('is nothing else', () => {
    expect(foreseenReason(undefined, 10, measuring)).toBeUndefined();
    expect(foreseenReason(OURS, 10, measuring)).toBeUndefined();
    expect(foreseenReason(SLOW, 2, measuring)).toBeUndefined();
  });
});
