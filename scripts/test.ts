import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { FIRST_LOAD_LIMIT_BYTES, measureFirstLoad } from './bundle-budget.ts';
import { findBrowser } from './find-browser.ts';

/**
 * Everything that has to hold, in the order in which a failure is cheapest to read. A failing step does not
 * stop the next: the last line counts them all.
 */
const ROOT = fileURLToPath(new URL('..', import.meta.url));
const BIN = join(ROOT, 'node_modules/.bin');
const SHELL = process.platform === 'win32';

interface Tally {
  readonly passed: number;
  readonly failed: number;
}
interface Result extends Tally {
  readonly step: string;
  readonly seconds: number;
}

const results: Result[] = [];
mkdirSync(tmpdir(), { recursive: true });
const reports = mkdtempSync(join(tmpdir(), 'satchel-test-'));

async function step(name: string, work: () => Tally | Promise<Tally>): Promise<void> {
  console.log(`\n=== ${name}`);
  const start = performance.now();
  let tally: Tally;
  try {
    tally = await work();
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    tally = { passed: 0, failed: 1 };
  }
  results.push({ step: name, ...tally, seconds: (performance.now() - start) / 1000 });
}

const one = (isPassed: boolean): Tally => (isPassed ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 });

const succeeds = (command: string, ...args: string[]): boolean =>
  spawnSync(join(BIN, command), args, { cwd: ROOT, stdio: 'inherit', shell: SHELL }).status === 0;

/** Runs one Vitest project and counts its tests; a run that breaks off without a failed test is a failure too. */
function runTests(project: string): Tally {
  const report = join(reports, `${project}.json`);
  const isGreen = succeeds(
    'vitest',
    'run',
    `--project=${project}`,
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${report}`,
  );
  const { numPassedTests: passed, numFailedTests } = JSON.parse(readFileSync(report, 'utf8')) as {
    numPassedTests: number;
    numFailedTests: number;
  };
  return { passed, failed: Math.max(numFailedTests, isGreen ? 0 : 1) };
}

async function firstLoad(): Promise<Tally> {
  const { files, gzipBytes } = await measureFirstLoad();
  for (const { file, gzipBytes: size } of files) console.log(`${String(size).padStart(7)}  ${file}`);
  console.log(
    `${String(gzipBytes).padStart(7)}  first load, gzipped; the limit is ${FIRST_LOAD_LIMIT_BYTES}`,
  );
  return one(gzipBytes <= FIRST_LOAD_LIMIT_BYTES);
}

await step('types of the page', () => one(succeeds('tsc')));
await step('types of the core', () => one(succeeds('tsc', '-p', 'src/core/tsconfig.json')));
await step('types of components', () =>
  one(succeeds('svelte-check', '--tsconfig', './tsconfig.json', '--fail-on-warnings')),
);
await step('lint', () => one(succeeds('eslint', '.', '--max-warnings', '0')));
await step('format', () => one(succeeds('prettier', '--check', '.')));
await step('a browser that starts', async () => {
  const { executablePath } = await findBrowser();
  console.log(executablePath);
  // The steps below are processes of their own and need not search again.
  process.env['CHROMIUM_PATH'] = executablePath;
  return one(true);
});
await step('tests in Node', () => runTests('node'));
await step('tests in the browser', () => runTests('browser'));
await step('build', () => one(succeeds('vite', 'build', '--logLevel', 'warn')));
await step('first load', firstLoad);
await step('end to end', () => runTests('e2e'));
rmSync(reports, { recursive: true, force: true });

console.log('\n=== summary');
for (const { step: name, passed, failed, seconds } of results) {
  const counts = `${passed} passed, ${failed} failed`;
  console.log(`${failed ? 'FAIL' : 'ok  '}  ${name.padEnd(24)} ${counts.padEnd(24)} ${seconds.toFixed(1)} s`);
}
const sum = (key: keyof Tally): number => results.reduce((total, result) => total + result[key], 0);
console.log(`\n${sum('passed')} passed, ${sum('failed')} failed`);
process.exitCode = sum('failed') === 0 ? 0 : 1;
