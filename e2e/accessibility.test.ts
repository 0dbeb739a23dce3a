import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { AxeResults } from 'axe-core';
import type { Page } from 'playwright';
import { expect, test } from 'vitest';
import { addFiles, ask, openCitation } from './app-actions.ts';
import { launchApp } from './harness.ts';
import { CHINESE, EMPTY, MARKDOWN } from './sample-files.ts';

const AXE = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

test.each([
  { locale: 'en-US', colorScheme: 'light' },
  { locale: 'en-US', colorScheme: 'dark' },
  { locale: 'zh-CN', colorScheme: 'light' },
  { locale: 'zh-CN', colorScheme: 'dark' },
] as const)('axe finds nothing on the main screens, $locale, $colorScheme', async (options) => {
  // Axe must see settled colours, not a fade.
  const { page } = await launchApp({ ...options, reducedMotion: 'reduce' });
  const isChinese = options.locale === 'zh-CN';
  await page.locator('h1').waitFor();
  expect(await page.locator('html').getAttribute('lang')).toBe(isChinese ? 'zh-Hans-CN' : 'en');
  const found = {
    empty: await violations(page),
    answer: [''],
    source: [''],
    map: [''],
    words: [''],
    settings: [''],
  };

  await addFiles(page, [MARKDOWN, CHINESE, EMPTY]);
  await ask(page, isChinese ? '正山小种产于哪里？' : 'When are the hives wrapped?');
  found.answer = await violations(page);
  await openCitation(page);
  found.source = await violations(page);
  await page.keyboard.press('Escape');
  await page
    .getByRole('button', { name: isChinese ? '地图' : 'Map', exact: true })
    .first()
    .click();
  await page.locator('[data-testid="map"][data-drawn="true"]').waitFor();
  found.map = await violations(page);
  await page.getByRole('button', { name: isChinese ? '词语' : 'Words', exact: true }).click();
  await page.getByTestId('words').getByRole('table').waitFor({ timeout: 60_000 });
  found.words = await violations(page);
  await page.getByRole('button', { name: isChinese ? '设置' : 'Settings' }).click();
  await page.getByRole('dialog').waitFor();
  found.settings = await violations(page);
  // All at once: who mends one screen wants to know of the others.
  expect(found).toEqual({ empty: [], answer: [], source: [], map: [], words: [], settings: [] });
});

test('at phone width everything is reachable and nothing sticks out', async () => {
  const { page } = await launchApp({ viewport: { width: 360, height: 740 }, hasTouch: true });
  expect(await overhang(page)).toBe(0);
  await addFiles(page, [MARKDOWN]);
  await ask(page, 'When are the hives wrapped?');
  expect(await overhang(page)).toBe(0);
  await openCitation(page);
  expect(await overhang(page)).toBe(0);
  expect(await page.getByTestId('highlight').first().isVisible()).toBe(true);
});

/** Violations of WCAG 2.2 A and AA and of axe's good practice, as rule and place. */
async function violations(page: Page): Promise<string[]> {
  await page.evaluate(AXE);
  const results = (await page.evaluate('axe.run()')) as AxeResults;
  return results.violations.flatMap(({ id, nodes }) =>
    nodes.map(({ target }) => `${id}: ${target.join(' ')}`),
  );
}

/** How far the page can be scrolled sideways, in CSS pixels. */
const overhang = (page: Page): Promise<number> =>
  page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
