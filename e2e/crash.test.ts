import { expect, inject, onTestFinished, test } from 'vitest';
import { CrashDriver, type Kill, type Met } from './crash/crash-driver.ts';

/** The script runs many more: `npx tsx scripts/crash.ts --kills 200`. */
const ROUNDS: readonly Kill[] = Array.from({ length: 28 }, (_, i) =>
  i % 7 === 6 ? 'process' : i % 14 === 12 ? 'databases' : i % 4 === 3 ? 'reload' : 'worker',
);

async function startDriver(): Promise<{ readonly seed: number; readonly driver: CrashDriver }> {
  const seed = Math.floor(Math.random() * 2 ** 31);
  const found = { executablePath: inject('executablePath'), args: inject('browserArgs') };
  const driver = await CrashDriver.start(seed, found);
  onTestFinished(() => driver.stop());
  return { seed, driver };
}

test('whatever is killed in whatever it is doing, what was shown as saved is there and whole', async () => {
  const { seed, driver } = await startDriver();
  const met: Met[] = [];
  for (const [round, kill] of ROUNDS.entries()) {
    const { broken, ...rest } = await driver.crash(kill);
    expect(broken, `seed ${seed}, round ${round}, ${kill}, amid ${JSON.stringify(rest)}`).toEqual([]);
    met.push({ broken, ...rest });
  }
  expect(await driver.finish(), `seed ${seed}, at the end`).toEqual([]);
  // Kills of an idle or an empty library would prove nothing.
  expect(met.filter(({ adding, removing }) => adding + removing > 0).length).toBeGreaterThan(
    ROUNDS.length / 2,
  );
  expect(met.filter(({ saved }) => saved > 10).length).toBeGreaterThan(ROUNDS.length / 4);
}, 180_000);

test('two tabs that add, delete and re-index at once agree with each other and with a third', async () => {
  const { seed, driver } = await startDriver();
  expect(await driver.workInTwoTabs(3_000), `seed ${seed}`).toEqual([]);
  expect(driver.saved).toBeGreaterThan(0);
}, 60_000);
