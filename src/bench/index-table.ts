import { duration, figure, megabytes } from './figures.ts';
import type { IndexBenchReport, IndexReport, SizeReport } from './index-report.ts';
import { formatTable } from './table.ts';

const HEAD = [
  '',
  'search p50',
  'p95',
  'x ours',
  'x plain',
  'recall@10',
  'build',
  'add one',
  'remove one',
  'save',
  'open',
  'memory',
  'stored',
];

const rowOf = (report: IndexReport): string[] => [
  report.label,
  duration(report.search?.p50),
  duration(report.search?.p95),
  figure(report.search?.timesOurs.median),
  figure(report.search?.timesPlain.median),
  report.search?.recall.toFixed(4) ?? '',
  duration(report.buildMs),
  duration(report.addMs),
  duration(report.removeMs),
  duration(report.saveMs),
  duration(report.openMs),
  megabytes(report.memoryBytes),
  megabytes(report.savedBytes),
];

/** Figures of one size (`x ours`: time over that of our default index), the limit of reading, and all that failed or was left out. */
export function formatSize({ chunks, dimensions, vectors, read, indexes }: SizeReport): string {
  const bytes = chunks * dimensions;
  const ours = indexes.find(({ id }) => id === 'flat')?.search?.p50;
  return [
    `${chunks} chunks, ${dimensions} dimensions, ${vectors}`,
    '',
    formatTable([HEAD, ...indexes.filter(({ skipped }) => skipped === undefined).map(rowOf)]),
    '',
    `Reading the bytes alone: ${duration(read.codesMs)} for one a dimension ` +
      `(${figure(bytes / read.codesMs / 1e6)} GB/s), ${duration(read.floatsMs)} for four ` +
      `(${figure((4 * bytes) / read.floatsMs / 1e6)} GB/s)` +
      (ours === undefined
        ? ''
        : `; ours takes ${figure(ours / read.codesMs)} and ${figure(ours / read.floatsMs)} times that`),
    ...indexes.flatMap(({ label, skipped, failures }) => [
      ...(skipped === undefined ? [] : [`${label}: left out, ${skipped}`]),
      ...failures.map(({ step, reason }) => `${label}: ${step}: ${reason}`),
    ]),
  ].join('\n');
}

export function formatCode(
  { code }: Pick<IndexBenchReport, 'code'>,
  labelOf: (id: string) => string,
): string {
  return formatTable([
    ['code', 'minified', 'gzip'],
    ...Object.entries(code).map(([id, { bytes, gzipBytes }]) => [
      labelOf(id),
      `${figure(bytes / 1000)} kB`,
      `${figure(gzipBytes / 1000)} kB`,
    ]),
  ]);
}

/** One line for each library, with what it got wrong. */
export const formatChecks = (
  { checks }: Pick<IndexBenchReport, 'checks'>,
  labelOf: (id: string) => string,
): string =>
  Object.entries(checks)
    .map(([id, all]) => {
      const failed = all.filter((check) => check.failed !== undefined);
      const summary = `${all.length - failed.length} of ${all.length} checks passed`;
      return [
        `${labelOf(id)}: ${summary}`,
        ...failed.map((check) => `  ${check.name}: ${check.failed}`),
      ].join('\n');
    })
    .join('\n');
