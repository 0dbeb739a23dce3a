import { chromium, type Page } from 'playwright';
import { ensureBuilt } from './ensure-built.ts';
import { findBrowser } from './find-browser.ts';
import { startServer } from './serve.ts';

export interface HeadlessApp {
  /** On `headless.html`, with `window.satchel` ready. */
  readonly page: Page;
  close(): Promise<void>;
}

export interface HeadlessOptions {
  /** A folder that keeps the browser's storage between runs; a new one that is deleted otherwise. */
  readonly profile?: string;
  /** Fixed where a profile is kept: storage belongs to an origin, port included. */
  readonly port?: number;
  readonly onMessage?: (message: string) => void;
}

/** Builds the app when it is older than its sources, serves it and opens it in a headless browser. */
export async function openHeadlessApp({
  profile = '',
  port = 0,
  onMessage,
}: HeadlessOptions = {}): Promise<HeadlessApp> {
  await ensureBuilt();
  const [server, browser] = await Promise.all([startServer(port), findBrowser()]);
  try {
    const context = await chromium.launchPersistentContext(profile, { ...browser, headless: true });
    const page = context.pages()[0] ?? (await context.newPage());
    page.on('console', (message) => onMessage?.(message.text()));
    await page.goto(new URL('headless.html', server.url).href);
    // Playwright's own `waitForFunction` needs eval, which the app's policy forbids.
    while (!(await page.evaluate(() => 'satchel' in window))) await page.waitForTimeout(50);
    return {
      page,
      async close() {
        await context.close();
        await server.close();
      },
    };
  } catch (error) {
    await server.close();
    throw error;
  }
}
