import { barChart, type Bar, type Panel } from './bar-chart.ts';
import { duration, figure, megabytes } from './figures.ts';
import type { IndexBenchReport, IndexReport, SizeReport } from './index-report.ts';

const isOwn = ({ label }: IndexReport): boolean => label.startsWith('ours');

/** A bar where there is a figure, else the reason in its place. */
function barOf(report: IndexReport, value: number | undefined, text: string): Bar {
  const reason = report.skipped ?? report.failures[0]?.reason ?? 'not measured';
  return {
    label: report.label,
    isOwn: isOwn(report),
    ...(value !== undefined && value > 0 ? { value, text } : { text: shorten(reason) }),
  };
}

const LONGEST_REASON = 60;
const shorten = (reason: string): string =>
  reason.length > LONGEST_REASON ? `${reason.slice(0, LONGEST_REASON)} …` : reason;

function panelsOf({ chunks, vectors, read, indexes }: SizeReport): Panel[] {
  const of = `${chunks.toLocaleString('en')} chunks, ${vectors}`;
  // The plain loop is built of nothing and holds nothing of its own.
  const built = indexes.filter(({ id }) => id !== 'plain');
  return [
    {
      title: `Search, p50: ${of}`,
      bars: indexes.map((report) => {
        const { search } = report;
        const recall = search && search.recall < 1 ? `, recall ${search.recall.toFixed(3)}` : '';
        const ratio = search && report.id !== 'flat' ? ` (${figure(search.timesOurs.median)} x ours)` : '';
        return barOf(report, search?.p50, `${duration(search?.p50)}${ratio}${recall}`);
      }),
      mark: { value: read.codesMs, text: 'reading one byte a dimension' },
    },
    {
      title: `Build: ${of}`,
      bars: built.map((report) => barOf(report, report.buildMs, duration(report.buildMs))),
    },
    {
      title: `Memory: ${of}`,
      bars: built.map((report) => barOf(report, report.memoryBytes, megabytes(report.memoryBytes))),
    },
  ];
}

export function drawIndexChart({ machine, sizes, k, rounds }: IndexBenchReport): string {
  const notes = [
    `${machine.cpu}, ${machine.cores} cores, one thread; best ${k}; median of ${rounds} rounds in turns`,
    'Bars are logarithmic; shorter is better',
  ];
  return barChart('Vector indexes in the browser', notes, sizes.flatMap(panelsOf));
}
