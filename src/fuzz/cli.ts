import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { parseArgs } from 'node:util';
import { seededRandom } from '../bench/random.ts';
import { extensionOf } from '../core/1-parse/detect.ts';
import { SAMPLES } from '../core/1-parse/sample-files.ts';
import { mutate } from './mutate.ts';
import type { Task } from './parse-process.ts';
import { SupervisedProcess } from './supervised-process.ts';

const USAGE = `Damages sample files in every way it knows and has them parsed, in a process that can be ended.

usage: npm run fuzz -- [--minutes N] [--format ID] [--seed S] [--dir DIR]
       npm run fuzz -- --replay FILE

  --minutes N     how long (default 1)
  --format ID     samples of one format of the registry
  --seed S        begin with this one (default: by the clock); a case is made by its seed alone
  --dir DIR       damage the files of a folder as well
  --replay FILE   parse one file that was written before, as it is

A hang, a crash, an error that no parser foresaw and a document that breaks its own rules are findings. The
file is written to .cache/fuzz/, with its seed in the name. Exit code 1 when there is one.
`;
const OUT = '.cache/fuzz';

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '1' },
    format: { type: 'string' },
    seed: { type: 'string' },
    dir: { type: 'string' },
    replay: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
});

const bytesOf = async (path: string): Promise<Uint8Array<ArrayBuffer>> =>
  new Uint8Array(await readFile(path));

async function filesOf(folder: string): Promise<readonly Task[]> {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true });
  const files = entries.filter((entry) => entry.isFile() && entry.name !== 'index.json');
  return Promise.all(
    files.map(async ({ parentPath, name }) => ({ name, bytes: await bytesOf(join(parentPath, name)) })),
  );
}

async function samplesOf(format: string | undefined, dir: string | undefined): Promise<readonly Task[]> {
  const own = Object.entries(SAMPLES).flatMap(([id, sample]) =>
    format === undefined || id === format ? [sample, sample.blank] : [],
  );
  const all = [...own, ...(dir === undefined ? [] : await filesOf(dir))].filter(
    ({ bytes }) => bytes.length > 0,
  );
  if (all.length === 0) throw new Error(`There is no sample of ${format}`);
  return all.map(({ name, bytes }) => ({ name, bytes }));
}

function damagedSample(samples: readonly Task[], seed: number): Task {
  const random = seededRandom(seed);
  const draw = (): Task => samples[Math.floor(random() * samples.length)] as Task;
  const { name, bytes } = draw();
  return { name, bytes: mutate(bytes, random, draw().bytes) };
}

const count = (counts: Map<string, number>, key: string): void =>
  void counts.set(key, (counts.get(key) ?? 0) + 1);

const listed = (counts: ReadonlyMap<string, number>, separator: string): string =>
  [...counts]
    .sort(([, a], [, b]) => b - a)
    .map(([key, times]) => `${times} ${key}`)
    .join(separator);

async function fuzz(samples: readonly Task[], firstSeed: number, minutes: number): Promise<void> {
  const parser = new SupervisedProcess();
  const outcomes = new Map<string, number>();
  const cases = new Map<string, number>();
  const until = performance.now() + minutes * 60_000;
  let findings = 0;
  let seed = firstSeed;
  let slowestMs = 0;
  await mkdir(OUT, { recursive: true });
  for (; performance.now() < until; seed++) {
    const task = damagedSample(samples, seed);
    let result = await parser.run(task);
    // A busy machine hangs too; what hangs twice is at fault.
    if (result.outcome === 'hang') result = await parser.run(task);
    const { outcome, isFinding, elapsedMs } = result;
    slowestMs = Math.max(slowestMs, elapsedMs);
    count(outcomes, outcome);
    count(cases, extensionOf(task.name) || 'no extension');
    if (!isFinding) continue;
    findings++;
    const path = join(OUT, `${seed}-${task.name}`);
    await writeFile(path, task.bytes);
    console.log(`${outcome}: seed ${seed}, ${path}`);
  }
  parser.end();
  console.log(listed(outcomes, '\n'));
  console.log(`Cases: ${listed(cases, ', ')}`);
  console.log(
    `${seed - firstSeed} files from seed ${firstSeed}, slowest ${Math.round(slowestMs)} ms, ${findings} findings`,
  );
  process.exitCode = findings > 0 ? 1 : 0;
}

async function replay(path: string): Promise<void> {
  const parser = new SupervisedProcess();
  const name = basename(path).replace(/^\d+-/, '');
  const { outcome, isFinding, elapsedMs } = await parser.run({ name, bytes: await bytesOf(path) });
  parser.end();
  console.log(`${outcome}, ${Math.round(elapsedMs)} ms`);
  process.exitCode = isFinding ? 1 : 0;
}

if (values.help) console.log(USAGE);
else if (values.replay !== undefined) await replay(values.replay);
else {
  const seed = Number(values.seed ?? Math.floor(Date.now() / 1000));
  await fuzz(await samplesOf(values.format, values.dir), seed, Number(values.minutes));
}
