import { openHeadlessApp } from '../../scripts/headless.ts';
import { DEFAULT_PREFERENCES } from '../app/state/preferences.ts';
import type { EmbeddingRole } from '../core/types.ts';
import type { Headless } from '../headless/main.ts';
import type { EmbedLoop } from './bench-service.ts';
import { describeMachine, machineLine } from './machine.ts';
import { openNativeRuntime, type NativeRuntime } from './native-runtime.ts';
import { PYTHON_VARIABLE } from './python-server.ts';
import { seededRandom } from './random.ts';
import { lowestCosine, median, pairedRatio, quantile, summarize, type Summary } from './statistics.ts';
import { languageOf, mixedLengths, textOfTokens } from './synthetic-text.ts';
import { formatTable } from './table.ts';
import {
  appBatches,
  naiveBatches,
  openLocalModel,
  paddingFactor,
  tokenRows,
  type TokenBatch,
} from './token-batches.ts';

declare const window: { satchel: Headless };

export interface EmbedCommand {
  readonly chunks: number;
  readonly rounds: number;
}

/** A chunk as the app cuts them is about this long on average. */
const EVEN_TOKENS = 198;
const MIXED_TOKENS = { lowest: 8, highest: 400 };
const QUESTIONS = 20;
const QUESTION_TOKENS = { lowest: 6, highest: 24 };
const NAIVE_BATCH = 8;
/** The engine compiles a busy loop a second time, better; what runs before is not measured. */
const WARM_UP_CHUNKS = 8;
/** Vectors of the two runtimes may differ by rounding and no more; less means that they computed other things. */
const SAME_COSINE = 0.999;

interface Timed {
  readonly milliseconds: number;
  readonly vectors: Float32Array;
}

type Loop = EmbedLoop | 'native';

interface Workload {
  readonly name: string;
  readonly texts: readonly string[];
  readonly rows: readonly (readonly number[])[];
  readonly batches: readonly TokenBatch[];
  readonly milliseconds: Record<Loop, number[]>;
}

interface LoopReport {
  readonly loop: Loop;
  readonly chunksPerSecond: Summary;
  /** Throughput of the app over that of this loop, round by round. */
  readonly appRatio: Summary;
}

/** Rows of batches, put back in the order of the texts. */
function inTextOrder(
  batches: readonly TokenBatch[],
  vectors: Float32Array,
  dimensions: number,
): Float32Array {
  const ordered = new Float32Array(vectors.length);
  batches
    .flatMap(({ places }) => places)
    .forEach((place, i) =>
      ordered.set(vectors.subarray(i * dimensions, (i + 1) * dimensions), place * dimensions),
    );
  return ordered;
}

function reportOf({ texts, milliseconds }: Workload): LoopReport[] {
  const loops = (['app', 'native', 'naive'] as const).filter((loop) => milliseconds[loop].length > 0);
  return loops.map((loop) => ({
    loop,
    chunksPerSecond: summarize(milliseconds[loop].map((time) => (1000 * texts.length) / time)),
    appRatio: pairedRatio(milliseconds[loop], milliseconds.app),
  }));
}

const range = ({ lowest, highest }: Summary, digits: number): string =>
  `${lowest.toFixed(digits)} to ${highest.toFixed(digits)}`;

function tableOf(reports: readonly LoopReport[], names: Readonly<Record<Loop, string>>): string {
  return formatTable([
    ['', 'chunks/s', 'range', 'app is', 'range'],
    ...reports.map(({ loop, chunksPerSecond, appRatio }) => [
      names[loop],
      chunksPerSecond.median.toFixed(2),
      range(chunksPerSecond, 2),
      ...(loop === 'app' ? [] : [`${appRatio.median.toFixed(2)} of it`, range(appRatio, 2)]),
    ]),
  ]);
}

/**
 * Throughput of the default embedder in the app's worker, against the naive loop and native onnxruntime, on the
 * CPU. Returns the figures.
 */
export async function benchEmbed({ chunks, rounds }: EmbedCommand): Promise<object> {
  // On a GPU there would be nothing to compare with: the native runtime computes on the CPU.
  const settings = { ...DEFAULT_PREFERENCES.retrieval, device: 'wasm' as const };
  const local = await openLocalModel(settings.embedder);
  const countTokens = (text: string): number => local.tokenizer.encode(text).length;
  const app = await openHeadlessApp({ onMessage: (message) => process.stderr.write(`${message}\n`) });
  let native: NativeRuntime | undefined;
  try {
    const machine = await describeMachine(app.page);
    const opened = await app.page.evaluate((chosen) => window.satchel.bench.openEmbedder(chosen), settings);
    const found = await openNativeRuntime({
      onnxPath: local.onnxPath,
      padId: local.tokenizer.padId,
      threads: opened.threads,
    });
    const reasons = 'run' in found ? [] : found;
    if ('run' in found) native = found;

    const workload = (
      name: string,
      role: EmbeddingRole,
      lengths: readonly number[],
      seed: number,
    ): Workload => {
      const random = seededRandom(seed);
      const texts = lengths.map((tokens, i) => textOfTokens(random, languageOf(i), tokens, countTokens));
      const rows = tokenRows(texts, role, local);
      const batches = appBatches(rows, opened.limits);
      return { name, texts, rows, batches, milliseconds: { app: [], naive: [], native: [] } };
    };
    const inApp = async (texts: readonly string[], role: EmbeddingRole, loop: EmbedLoop): Promise<Timed> => {
      const { milliseconds, vectors } = await app.page.evaluate(
        async ([given, as, by]) => {
          const timed = await window.satchel.bench.embed(given, as, by);
          return { ...timed, vectors: Array.from(timed.vectors) };
        },
        [texts, role, loop] as const,
      );
      return { milliseconds, vectors: Float32Array.from(vectors) };
    };

    const { lowest, highest } = MIXED_TOKENS;
    const even = workload(
      `texts of ${EVEN_TOKENS} tokens`,
      'passage',
      new Array<number>(chunks).fill(EVEN_TOKENS),
      1,
    );
    const mixed = workload(
      `texts of ${lowest} to ${highest} tokens`,
      'passage',
      mixedLengths(seededRandom(2), chunks, lowest, highest),
      3,
    );
    const questions = workload(
      'questions',
      'query',
      mixedLengths(seededRandom(4), QUESTIONS, QUESTION_TOKENS.lowest, QUESTION_TOKENS.highest),
      5,
    );

    for (const { texts, batches } of [even, mixed]) {
      await inApp(texts.slice(0, WARM_UP_CHUNKS), 'passage', 'app');
      await inApp(texts.slice(0, WARM_UP_CHUNKS), 'passage', 'naive');
      await native?.run(batches.slice(0, 4));
    }

    // A B C A B C: what slows the machine down for a while slows all of them.
    let sameVectors = 1;
    for (let round = 1; round <= rounds; round++) {
      for (const { name, texts, batches, milliseconds } of [even, mixed]) {
        process.stderr.write(`round ${round} of ${rounds}: ${name}\n`);
        const byApp = await inApp(texts, 'passage', 'app');
        milliseconds.app.push(byApp.milliseconds);
        const byNative = await native?.run(batches);
        if (byNative) {
          milliseconds.native.push(byNative.milliseconds);
          const ordered = inTextOrder(batches, byNative.vectors, opened.dimensions);
          sameVectors = Math.min(sameVectors, lowestCosine(byApp.vectors, ordered, opened.dimensions));
        }
        milliseconds.naive.push((await inApp(texts, 'passage', 'naive')).milliseconds);
      }
      for (const [i, text] of questions.texts.entries()) {
        questions.milliseconds.app.push((await inApp([text], 'query', 'app')).milliseconds);
        const row = questions.rows[i] ?? [];
        const byNative = await native?.run([{ places: [0], rows: [row] }]);
        if (byNative) questions.milliseconds.native.push(byNative.milliseconds);
      }
    }
    if (sameVectors < SAME_COSINE) {
      throw new Error(`App and native runtime gave other vectors (cosine ${sameVectors.toFixed(4)}).`);
    }

    const names = {
      app: 'app',
      native: native ? `native, ${native.name}` : 'native',
      naive: `naive batches of ${NAIVE_BATCH}`,
    };
    const latency = (loop: 'app' | 'native') => ({
      p50: median(questions.milliseconds[loop]),
      p95: quantile(questions.milliseconds[loop], 0.95),
    });
    const report = {
      machine,
      model: `${local.model.id} ${local.model.dtype}`,
      threads: opened.threads,
      native: native ? native.name : { missing: reasons },
      lowestCosineWithNative: native ? sameVectors : undefined,
      workloads: [even, mixed].map((each) => ({
        name: each.name,
        texts: each.texts.length,
        tokens: each.rows.reduce((sum, { length }) => sum + length, 0),
        paddingFactor: {
          app: paddingFactor(each.batches),
          naive: paddingFactor(naiveBatches(each.rows, NAIVE_BATCH)),
        },
        loops: reportOf(each),
      })),
      questionMilliseconds: {
        app: latency('app'),
        ...(native && {
          native: latency('native'),
          appRatio: pairedRatio(questions.milliseconds.native, questions.milliseconds.app),
        }),
      },
    };

    console.log(machineLine(machine));
    console.log(`${report.model}, WASM on the CPU with ${opened.threads} threads, ${rounds} rounds`);
    if (!native) {
      console.log('No native onnxruntime could be had, so nothing is compared with it:');
      for (const reason of reasons) console.log(`  ${reason}`);
      console.log(`  ${PYTHON_VARIABLE} may name a Python that has onnxruntime and numpy.`);
    } else {
      console.log(`Vectors of app and native runtime: cosine at least ${sameVectors.toFixed(5)}`);
    }
    for (const each of report.workloads) {
      const { app: own, naive } = each.paddingFactor;
      console.log(
        `\n${each.texts} ${each.name}, padded to ${own.toFixed(2)} x (naive: ${naive.toFixed(2)} x)`,
      );
      console.log(tableOf(each.loops, names));
    }
    const { app: asked, native: askedNative } = report.questionMilliseconds;
    console.log(
      `\nOne question: p50 ${asked.p50.toFixed(0)} ms, p95 ${asked.p95.toFixed(0)} ms` +
        (askedNative
          ? `; native p50 ${askedNative.p50.toFixed(0)} ms, p95 ${askedNative.p95.toFixed(0)} ms`
          : ''),
    );
    return report;
  } finally {
    native?.close();
    await app.close();
  }
}
