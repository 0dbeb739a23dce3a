import { readFileSync } from 'node:fs';
import type { Page } from 'playwright';
import { addFiles } from '../../e2e/app-actions.ts';
import { MARKDOWN } from '../../e2e/sample-files.ts';
import { DEFAULT_PREFERENCES } from '../app/state/preferences.ts';
import { startHubServer } from '../core/3-embed/fixtures/hub-server.fixture.ts';
import { CHAT_MODELS } from '../core/7-answer/models.ts';
import type { GenerationSettings } from '../core/service.ts';
import { startPacedChatServer } from './paced-chat-server.ts';
import { seededRandom } from './random.ts';
import { syntheticText } from './synthetic-text.ts';

declare const window: { longTasks: number[] };

/** What the page's own thread did while an answer was written. */
export interface PageTasks {
  /** From the first word to the last, or to the stop. */
  readonly seconds: number;
  /** Of the answer, as shown at the end. */
  readonly characters: number;
  /** Tasks of 50 ms and more, which can be felt; the browser reports no shorter ones. */
  readonly longTasks: number;
  /** Milliseconds; 0 where there was no long task. */
  readonly longestMs: number;
  /** Share of the time in which the thread was at work, 0 to 1. */
  readonly busy: number;
}

/** By who writes. */
export type PageReport = Readonly<Record<'host' | 'device', PageTasks>>;

const PREFERENCES_KEY = 'satchel.preferences';
/** About the document that `addFiles` is given. */
const QUESTION = 'How much honey does a colony need for the winter?';
const START_TIMEOUT_MS = 120_000;
const WATCH_MS = 30_000;

/**
 * The built app's page, as a visitor has it, while it shows what a fast host writes, and while this device writes.
 *
 * @param page of the app's origin; it is left on the app.
 * @param model path of a small GGUF.
 */
export async function watchPages(
  page: Page,
  model: string,
  { tokens, tokensPerSecond }: { readonly tokens: number; readonly tokensPerSecond: number },
): Promise<PageReport> {
  const words = syntheticText(seededRandom(1), 'en', tokens).match(/\S+\s*/g) ?? [];
  const host = await startPacedChatServer(words, tokensPerSecond);
  const hub = await startHubServer(() => readFileSync(model));
  try {
    process.stderr.write(`the page: a host writes ${tokens} tokens …\n`);
    const byHost = { engine: 'openai-compatible', openAiUrl: host.url, openAiModel: 'paced' };
    const hostTasks = await watchWhileWriting(page, byHost);
    process.stderr.write('the page: this device writes …\n');
    // The small model under the name of one of the catalogue.
    const wllamaModel = CHAT_MODELS.find(({ engine }) => engine === 'wllama')?.id ?? '';
    const byDevice = { engine: 'wllama', wllamaModel, hub: hub.url('good') };
    return { host: hostTasks, device: await watchWhileWriting(page, byDevice) };
  } finally {
    await Promise.all([host.close(), hub.close()]);
  }
}

async function watchWhileWriting(page: Page, generation: Partial<GenerationSettings>): Promise<PageTasks> {
  const preferences = { generation: { ...DEFAULT_PREFERENCES.generation, ...generation } };
  await page.evaluate(([key, value]) => localStorage.setItem(key, value), [
    PREFERENCES_KEY,
    JSON.stringify(preferences),
  ] as const);
  const address = new URL('./', page.url()).href;
  await page.goto(address);
  // Hosts are allowed by the service worker, which the first visit only installs.
  await page.evaluate(async () => void (await navigator.serviceWorker.ready));
  await page.goto(address);
  await addFiles(page, [MARKDOWN]);
  await page.locator('#question').fill(QUESTION);
  await page.locator('#question').press('Enter');
  const written = page.getByTestId('written');
  const inPhase = (...phases: string[]) =>
    written.and(page.locator(phases.map((phase) => `[data-phase="${phase}"]`).join(', ')));
  await inPhase('writing', 'failed').waitFor({ timeout: START_TIMEOUT_MS });

  await page.evaluate(watchLongTasks);
  const workMs = await threadClock(page);
  const [startedAt, workedBefore] = [performance.now(), await workMs()];
  const isOver = await inPhase('done', 'failed')
    .waitFor({ timeout: WATCH_MS })
    .then(
      () => true,
      () => false,
    );
  const milliseconds = performance.now() - startedAt;
  const busy = ((await workMs()) - workedBefore) / milliseconds;
  const durations = await page.evaluate(() => window.longTasks);
  if (!isOver) await written.getByRole('button', { name: 'Stop' }).click();
  if (await inPhase('failed').isVisible()) throw new Error(await written.innerText());
  return {
    seconds: milliseconds / 1000,
    characters: (await written.locator('.text').innerText()).length,
    longTasks: durations.length,
    longestMs: Math.max(0, ...durations),
    busy,
  };
}

/** Milliseconds that the page's thread has been at work, as the browser counts them. */
async function threadClock(page: Page): Promise<() => Promise<number>> {
  const session = await page.context().newCDPSession(page);
  await session.send('Performance.enable');
  return async () => {
    const { metrics } = await session.send('Performance.getMetrics');
    return 1000 * (metrics.find(({ name }) => name === 'TaskDuration')?.value ?? NaN);
  };
}

/** Runs in the page. */
function watchLongTasks(): void {
  const durations: number[] = [];
  window.longTasks = durations;
  new PerformanceObserver((list) =>
    durations.push(...list.getEntries().map(({ duration }) => duration)),
  ).observe({ type: 'longtask' });
}
