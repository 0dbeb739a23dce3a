import { clusteredVectors } from '../clustered-vectors.ts';
import { plainScan } from '../plain-scan.ts';
import { seededRandom } from '../random.ts';
import { recallOf } from '../recall.ts';
import type { BuildIndex } from './peer.ts';
import { reasonOf } from './reason.ts';
import { splitRows } from './rows.ts';

/** What an index has to get right, whatever its speed. */
export type CheckName = 'nearest' | 'equal-vectors' | 'replaced' | 'removed' | 'few' | 'reopened';

export interface Check {
  readonly name: CheckName;
  /** What it did instead; absent where all is well. */
  readonly failed?: string;
}

const DIMENSIONS = 384;
const COUNT = 400;
const K = 10;
/** An approximate index may miss a few even among so few. */
const RECALL = 0.9;
/** A page of the same disclaimer in a hundred documents is nothing unusual. */
const EQUAL = 100;

const expectThat = (holds: boolean, failure: string): void => {
  if (!holds) throw new Error(failure);
};

const CHECKS: Readonly<
  Record<CheckName, (build: BuildIndex, rows: Float32Array<ArrayBuffer>) => Promise<void>>
> = {
  async nearest(build, rows) {
    const index = await build(rows, DIMENSIONS);
    const queries = splitRows(rows, DIMENSIONS).slice(0, 20);
    const found = await Promise.all(queries.map(async (query) => index.search(query, K)));
    const recall = recallOf(
      found,
      queries.map((query) => plainScan(rows, query, K)),
    );
    expectThat(recall >= RECALL, `finds ${Math.round(100 * recall)} of 100 of the nearest`);
  },

  async 'equal-vectors'(build, rows) {
    const copies = rows.slice();
    for (let row = 1; row < EQUAL; row++) copies.copyWithin(row * DIMENSIONS, 0, DIMENSIONS);
    const index = await build(copies, DIMENSIONS);
    const found = await index.search(rows.slice(0, DIMENSIONS), K);
    expectThat(
      new Set(found).size === K && found.every((id) => id < EQUAL),
      `finds other rows than the ${EQUAL} equal ones`,
    );
  },

  async replaced(build, rows) {
    const index = await build(rows, DIMENSIONS);
    const [first = rows, second = rows] = splitRows(rows, DIMENSIONS);
    const moved = second.map((value) => -value);
    await index.remove(0, first);
    await index.add(0, moved);
    const found = await index.search(moved, K);
    expectThat(found[0] === 0, 'does not find an id by its new vector');
    expectThat(new Set(found).size === found.length, 'lists an id twice');
    expectThat(!(await index.search(first, K)).includes(0), 'finds an id by the vector that it had before');
  },

  async removed(build, rows) {
    const index = await build(rows, DIMENSIONS);
    const [first = rows] = splitRows(rows, DIMENSIONS);
    await index.remove(0, first);
    const found = await index.search(first, K);
    expectThat(!found.includes(0), 'finds a row that was removed');
    expectThat(found.length === K, `gives ${found.length} of ${K} rows after one was removed`);
  },

  async few(build, rows) {
    const index = await build(rows.slice(0, 3 * DIMENSIONS), DIMENSIONS);
    const found = await index.search(rows.slice(0, DIMENSIONS), K);
    expectThat([...found].sort().join() === '0,1,2', `finds ${found.join(', ')} where there are 0, 1, 2`);
  },

  async reopened(build, rows) {
    const index = await build(rows, DIMENSIONS);
    const query = rows.slice(0, DIMENSIONS);
    const before = await index.search(query, K);
    const opened = await (await index.save()).open();
    const after = await opened.search(query, K);
    expectThat(after.join() === before.join(), 'finds other rows than before it was saved');
    await opened.add(
      COUNT,
      query.map((value) => -value),
    );
    const [added] = await opened.search(
      query.map((value) => -value),
      1,
    );
    expectThat(added === COUNT, 'finds nothing that is added after it was opened');
  },
};

export const CHECK_NAMES = Object.keys(CHECKS) as readonly CheckName[];

/** Over an index of its own. A panic in WebAssembly may spoil what comes after it in the same worker. */
export async function checkPeer(build: BuildIndex, name: CheckName): Promise<Check> {
  const shape = { count: COUNT, dimensions: DIMENSIONS, clusters: 20, spread: 0.5 };
  try {
    await CHECKS[name](build, clusteredVectors(seededRandom(1), shape));
    return { name };
  } catch (error) {
    return { name, failed: reasonOf(error) };
  }
}
