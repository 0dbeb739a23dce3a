/**
 * Kills a library at work over and over, and looks each time whether anything that was shown as saved is lost.
 *
 *     npx tsx scripts/crash.ts [--kills 200] [--seed N]
 *
 * Of eight kills two are SIGKILL to the browser, and in one of them its databases are gone afterwards; two reload the
 * page, four terminate the worker. Exit code 1 when anything was lost.
 */
import { parseArgs } from 'node:util';
import { CrashDriver, type Kill, type Met } from '../e2e/crash/crash-driver.ts';
import { ensureBuilt } from './ensure-built.ts';
import { findBrowser } from './find-browser.ts';

const CYCLE: readonly Kill[] = [
  'worker',
  'reload',
  'worker',
  'process',
  'worker',
  'reload',
  'worker',
  'databases',
];

const { values } = parseArgs({
  options: {
    kills: { type: 'string', default: '200' },
    seed: { type: 'string', default: String(Math.floor(Math.random() * 2 ** 31)) },
  },
});
const kills = Number(values.kills);
const seed = Number(values.seed);
await ensureBuilt();
console.log(`seed ${seed}`);
const startedAt = performance.now();
const driver = await CrashDriver.start(seed, await findBrowser());
const met: (Met & { readonly kill: Kill })[] = [];
const broken: string[] = [];
try {
  for (let round = 0; round < kills; round++) {
    const kill = CYCLE[round % CYCLE.length] ?? 'worker';
    const one = await driver.crash(kill);
    met.push({ ...one, kill });
    broken.push(...one.broken.map((what) => `kill ${round}, ${kill}: ${what}`));
    if (round % 20 === 19) console.log(`${round + 1} kills, ${broken.length} losses`);
  }
  broken.push(...(await driver.finish()).map((what) => `at the end: ${what}`));
} finally {
  await driver.stop();
}

const count = (which: (one: (typeof met)[number]) => boolean): number => met.filter(which).length;
console.log(`\n${met.length} kills in ${Math.round((performance.now() - startedAt) / 1000)} s`);
for (const kill of new Set(CYCLE))
  console.log(`${String(count((one) => one.kill === kill)).padStart(5)}  ${kill}`);
console.log(`${String(count(({ adding }) => adding > 0)).padStart(5)}  amid files being added`);
console.log(`${String(count(({ removing }) => removing > 0)).padStart(5)}  amid deletions`);
console.log(`${String(count(({ isReindexing }) => isReindexing)).padStart(5)}  amid a re-index`);
console.log(
  `${String(met.reduce((sum, { saved }) => sum + saved, 0)).padStart(5)}  documents looked at afterwards`,
);
// Where these are more than the last kind of kill, the browser had thrown something away by itself.
console.log(
  `${String(count(({ restored }) => restored > 0)).padStart(5)}  after which files were indexed anew`,
);
for (const what of broken) console.log(what);
console.log(`${broken.length} losses`);
process.exitCode = broken.length === 0 ? 0 : 1;
