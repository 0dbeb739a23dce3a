import { SatchelError } from '../core/errors.ts';
import type { SearchTimes } from './bench-service.ts';
import {
  QUESTIONS,
  type Answerer,
  type ChangeTimes,
  type IndexBench,
  type SaveTimes,
  type VectorFile,
} from './index-bench-service.ts';
import { buildFlat } from './peers/own.ts';
import { checkPeer, type Check, type CheckName } from './peers/checks.ts';
import type { Awaitable, PeerIndex } from './peers/peer.ts';
import { reasonOf } from './peers/reason.ts';
import { peers } from './peers/registry.ts';
import { splitRows } from './peers/rows.ts';
import { plainScan } from './plain-scan.ts';
import { timeReading } from './read-bytes.ts';
import { watchWasmMemories } from './wasm-memories.ts';

const CHANGES = 20;
const K = 10;

interface Opened {
  readonly dimensions: number;
  readonly rows: Float32Array<ArrayBuffer>;
  readonly questions: readonly Float32Array<ArrayBuffer>[];
}

/** In milliseconds. */
async function timed<Result>(work: () => Awaitable<Result>): Promise<[Result, number]> {
  const startedAt = performance.now();
  const result = await work();
  return [result, performance.now() - startedAt];
}

/** What a library throws would cross the boundary without its text. */
async function quoting<Result>(work: () => Awaitable<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    throw error instanceof SatchelError
      ? error
      : new SatchelError('internal', { reason: reasonOf(error) }, error);
  }
}

/** In a worker, before anything else runs there. */
export function createIndexBench(): IndexBench {
  const wasmBytes = watchWasmMemories();
  let opened: Opened | undefined;
  const indexes: Partial<Record<Answerer, Pick<PeerIndex, 'search'>>> = {};
  let peer: PeerIndex | undefined;
  const given = <Value>(value: Value | undefined): Value => {
    if (value === undefined) throw new SatchelError('internal', { reason: 'a step before it is missing' });
    return value;
  };

  return {
    open: ({ vectors, dimensions, chunks }: VectorFile): Promise<void> =>
      quoting(async () => {
        const all = new Float32Array(await vectors.arrayBuffer());
        opened = {
          dimensions,
          rows: all.subarray(0, chunks * dimensions),
          questions: splitRows(all.subarray(chunks * dimensions), dimensions).slice(0, QUESTIONS),
        };
      }),

    build: (id: string): Promise<number> =>
      quoting(async () => {
        const { rows, dimensions } = given(opened);
        const build = await peers.get(id).load();
        const [index, milliseconds] = await timed(() => build(rows, dimensions));
        indexes.peer = peer = index;
        return milliseconds;
      }),

    wasmBytes: () => Promise.resolve(wasmBytes()),

    buildReferences: (): Promise<void> =>
      quoting(async () => {
        const { rows, dimensions } = given(opened);
        indexes.flat = await buildFlat(rows, dimensions);
        indexes.plain = { search: (query, k) => plainScan(rows, query, k) };
      }),

    search: (by: Answerer, k: number): Promise<SearchTimes> =>
      quoting(async () => {
        const index = given(indexes[by]);
        const milliseconds: number[] = [];
        const hits: (readonly number[])[] = [];
        for (const question of given(opened).questions) {
          const [found, time] = await timed(() => index.search(question, k));
          milliseconds.push(time);
          hits.push(found);
        }
        return { milliseconds, hits };
      }),

    change: (): Promise<ChangeTimes> =>
      quoting(async () => {
        const index = given(peer);
        const { rows, dimensions, questions } = given(opened);
        const first = rows.length / dimensions;
        const added = questions.slice(0, CHANGES);
        const times = { add: [] as number[], remove: [] as number[] };
        for (const [i, vector] of added.entries()) {
          times.add.push((await timed(() => index.add(first + i, vector)))[1]);
        }
        const isFirst = async (vector: Float32Array, i: number): Promise<boolean> =>
          (await index.search(vector, K))[0] === first + i;
        const found = await Promise.all(added.map(isFirst));
        for (const [i, vector] of added.entries()) {
          times.remove.push((await timed(() => index.remove(first + i, vector)))[1]);
        }
        const left = await Promise.all(
          added.map(async (vector, i) => (await index.search(vector, K)).includes(first + i)),
        );
        const count = (values: readonly boolean[]): number => values.filter(Boolean).length;
        return { ...times, found: count(found), ghosts: count(left) };
      }),

    save: (): Promise<SaveTimes> =>
      quoting(async () => {
        const index = given(peer);
        const [question] = given(opened).questions;
        const before = await index.search(given(question), K);
        const [saved, save] = await timed(() => index.save());
        const bytes = await saved.bytes();
        const [after, open] = await timed(async () => (await saved.open()).search(given(question), K));
        return { save, open, bytes, same: after.join() === before.join() };
      }),

    read: (bytes: number): Promise<readonly number[]> => quoting(() => timeReading(bytes)),

    check: (id: string, name: CheckName): Promise<Check> =>
      quoting(async () => checkPeer(await peers.get(id).load(), name)),
  };
}
