import { appendFileSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, inject, onTestFinished, test, vi } from 'vitest';
import { seededRandom } from '../src/bench/random.ts';
import { answerAsOllama } from './crash/fake-ollama.ts';
import { startMortalBrowser } from './crash/mortal-browser.ts';
import { Tab } from './crash/tab.ts';
import { makeFile } from './crash/test-file.ts';
import { startStaticHost } from './static-host.ts';

/** Of a LevelDB record: no checksum, 1,000 bytes, whole; and then only ten of them. */
const TORN_RECORD = Buffer.concat([Buffer.from([0, 0, 0, 0, 0xe8, 0x03, 1]), Buffer.alloc(10)]);

test('a browser that is killed amid a write of its database loses nothing at the start after the next', async ({
  skip,
}) => {
  const folder = mkdtempSync(join(tmpdir(), 'satchel-torn-'));
  const server = await startStaticHost('/', answerAsOllama);
  const found = { executablePath: inject('executablePath'), args: inject('browserArgs') };
  let end = async (): Promise<void> => undefined;
  onTestFinished(async () => {
    await end();
    await server.close();
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  });
  const start = async (): Promise<Tab> => {
    await end();
    const browser = await startMortalBrowser(found, folder);
    end = browser.kill;
    const tab = await Tab.open(browser.context, server.url, () => undefined);
    await tab.start('crash-one');
    return tab;
  };
  const names = async (tab: Tab): Promise<string[]> =>
    (await tab.library()).documents.map(({ name }) => name).sort();
  const logs = (): string[] => {
    const databases = join(folder, 'Default', 'IndexedDB');
    return readdirSync(databases, { recursive: true, encoding: 'utf8' })
      .filter((path) => path.endsWith('.log'))
      .map((path) => join(databases, path));
  };
  const random = seededRandom(1);

  await (await start()).add([await makeFile(random, 0)]);
  await end();
  const [torn] = logs();
  if (torn === undefined) return skip('This browser keeps no log.');
  appendFileSync(torn, TORN_RECORD);

  const tab = await start();
  expect(await names(tab)).toEqual(['file-0.txt']);
  await tab.add([await makeFile(random, 1)]);
  await vi.waitUntil(() => !logs().includes(torn), { timeout: 10_000 });
  expect(await names(await start())).toEqual(['file-0.txt', 'file-1.txt']);
}, 60_000);
