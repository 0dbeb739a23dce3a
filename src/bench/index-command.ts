import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import type { Page } from 'playwright';
import { attempt } from './attempt.ts';
import { codeSize } from './code-size.ts';
import { QUESTIONS } from './index-bench-service.ts';
import { drawIndexChart } from './index-chart.ts';
import type { CodeSize, IndexBenchReport, IndexReport, ReadReport, SizeReport } from './index-report.ts';
import { formatChecks, formatCode, formatSize } from './index-table.ts';
import { realVectors, vectorFile, writeClusteredVectors } from './index-vectors.ts';
import { describeMachine, machineLine } from './machine.ts';
import { openFaiss, type Faiss } from './measure-faiss.ts';
import { foreseenReason, measureIndex, type Measuring, type VectorPath } from './measure-index.ts';
import { openIndexPage, type IndexPageHandle } from './open-index-page.ts';
import { CHECK_NAMES, type Check } from './peers/checks.ts';
import type { PeerLine } from './peers/peer.ts';
import { peers } from './peers/registry.ts';
import { median, quantile, summarize } from './statistics.ts';

export interface IndexCommand {
  /** Numbers of chunks, ascending. */
  readonly sizes: readonly number[];
  /** Retrieval sets whose texts are embedded, as one more size. */
  readonly real: readonly string[];
  /** File of float32 rows of the default model, its questions last, as one more size. */
  readonly vectors: string | undefined;
  /** Ids of peers. */
  readonly only: readonly string[];
  readonly rounds: number;
  /** For each step of each index. */
  readonly limitSeconds: number;
  readonly faiss: boolean;
  /** File for the drawing. */
  readonly chart: string;
}

const K = 10;
const labelOf = (id: string): string => peers.get(id).label;
const say = (message: string): void => void process.stderr.write(`${message}\n`);

/**
 * Our index and other libraries for the browser, each in a page of its own, in turns with our default index and with a
 * plain loop. Returns the figures.
 */
export async function benchIndex(command: IndexCommand): Promise<object> {
  const { sizes, real, vectors, only, rounds, limitSeconds, chart } = command;
  const lines = only.map(peers.get);
  const measuring: Measuring = { rounds, k: K, limitMs: limitSeconds * 1000 };
  const folder = mkdtempSync(join(tmpdir(), 'satchel-index-bench-'));
  const faiss = command.faiss ? await openFaiss().catch(String) : undefined;
  const browser = await openIndexPage();
  try {
    const machine = await describeMachine(await browser.reopen());
    const checks = await checkAll(browser, lines, measuring);
    const code = await sizeAll(lines);
    const reports: SizeReport[] = [];
    const measure = async (file: VectorPath, vectors: string, before?: SizeReport): Promise<void> => {
      const report = await measureSize(browser, lines, file, vectors, measuring, before, faiss);
      console.log(`${formatSize(report)}\n`);
      reports.push(report);
    };

    for (const chunks of sizes) {
      say(`${chunks} chunks: making vectors …`);
      const file = writeClusteredVectors(folder, chunks);
      await measure(file, 'clustered', reports.at(-1));
      rmSync(file.path);
    }
    if (real.length > 0)
      await measure(await realVectors(real), real.map((path) => basename(path)).join(' + '));
    if (vectors !== undefined) await measure(vectorFile(vectors), basename(vectors));

    console.log(`${formatCode({ code }, labelOf)}\n\n${formatChecks({ checks }, labelOf)}\n`);
    if (typeof faiss === 'string') console.log(`No native FAISS: ${faiss}\n`);
    console.log(machineLine(machine));
    const report: IndexBenchReport = {
      machine,
      k: K,
      questions: QUESTIONS,
      rounds,
      sizes: reports,
      code,
      checks,
      ...(typeof faiss === 'string' && { missingFaiss: faiss }),
    };
    mkdirSync(dirname(chart), { recursive: true });
    writeFileSync(chart, drawIndexChart(report));
    return report;
  } finally {
    if (typeof faiss === 'object') faiss.close();
    await browser.close();
    rmSync(folder, { recursive: true });
  }
}

async function checkAll(
  browser: IndexPageHandle,
  lines: readonly PeerLine[],
  { limitMs }: Measuring,
): Promise<Record<string, readonly Check[]>> {
  const checks: Record<string, readonly Check[]> = {};
  for (const { id } of lines) {
    say(`checks: ${id}`);
    const all: Check[] = [];
    for (const name of CHECK_NAMES) {
      const page = await browser.reopen();
      const outcome = await attempt(page, limitMs, 'check', id, name);
      all.push('value' in outcome ? outcome.value : { name, failed: outcome.failed });
    }
    checks[id] = all;
  }
  return checks;
}

async function sizeAll(lines: readonly PeerLine[]): Promise<Record<string, CodeSize>> {
  const sizes: Record<string, CodeSize> = {};
  for (const { id, entry } of lines) sizes[id] = await codeSize(entry);
  return sizes;
}

async function measureSize(
  browser: IndexPageHandle,
  lines: readonly PeerLine[],
  file: VectorPath,
  vectors: string,
  measuring: Measuring,
  before: SizeReport | undefined,
  faiss: Faiss | string | undefined,
): Promise<SizeReport> {
  const { chunks, dimensions } = file;
  const read = await measureReading(await browser.reopen(), chunks * dimensions, measuring);
  const indexes: IndexReport[] = [];
  const plainMs: number[] = [];
  const oursMs: number[] = [];
  for (const line of lines) {
    const last = before?.indexes.find(({ id }) => id === line.id);
    const skipped = foreseenReason(last, chunks / (before?.chunks ?? chunks), measuring);
    if (skipped !== undefined) {
      indexes.push({ id: line.id, label: line.label, skipped, failures: [] });
      continue;
    }
    say(`${chunks} chunks, ${vectors}: ${line.id}`);
    const measured = await measureIndex(await browser.reopen(), line, file, measuring);
    indexes.push(measured.report);
    plainMs.push(...measured.plainMs);
    oursMs.push(...measured.oursMs);
  }
  indexes.push(plainReport(plainMs, oursMs));
  if (typeof faiss === 'object') {
    say(`${chunks} chunks, ${vectors}: native FAISS`);
    const times = { oursMs: median(oursMs), plainMs: median(plainMs) };
    indexes.push(...(await faiss.measure(file, measuring, times, before)));
  }
  return { chunks, dimensions, vectors, read, indexes };
}

/** @throws Error when there is no memory for so many bytes. */
async function measureReading(page: Page, bytes: number, { limitMs }: Measuring): Promise<ReadReport> {
  const read = async (count: number): Promise<number> => {
    const outcome = await attempt(page, limitMs, 'read', count);
    if ('failed' in outcome) throw new Error(outcome.failed);
    return median(outcome.value);
  };
  return { codesMs: await read(bytes), floatsMs: await read(4 * bytes) };
}

/** From its turns beside all the others. */
function plainReport(plainMs: readonly number[], oursMs: readonly number[]): IndexReport {
  const p50 = median(plainMs);
  return {
    id: 'plain',
    label: 'plain JS loop',
    failures: [],
    search: {
      p50,
      p95: quantile(plainMs, 0.95),
      timesOurs: summarize([p50 / median(oursMs)]),
      timesPlain: summarize([1]),
      recall: 1,
    },
  };
}
