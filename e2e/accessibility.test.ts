import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { AxeResults } from 'axe-core';
import type { Page } from 'playwright';
import { expect, test } from 'vitest';
import { addFiles, ask, openCitation } from './app-actions.ts';
import { launchApp } from './harness.ts';
import { CHINESE, EMPTY, MARKDOWN } from './sample-files.ts';

const AXE = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

const WORDS = {
  'en-US': {
    lang: 'en',
    question: 'When are the hives wrapped?',
    paste: 'Paste text',
    web: 'Add from the web',
    why: 'Why this passage',
    scale: 'With this model',
    related: 'More like this',
    map: 'Map',
    words: 'Words',
    settings: 'Settings',
  },
  'zh-CN': {
    lang: 'zh-Hans-CN',
    question: '正山小种产于哪里？',
    paste: '粘贴文本',
    web: '从网页添加',
    why: '为何选中这段',
    scale: '这个模型',
    related: '相似段落',
    map: '地图',
    words: '词语',
    settings: '设置',
  },
} as const;

test.each([
  { locale: 'en-US', colorScheme: 'light' },
  { locale: 'en-US', colorScheme: 'dark' },
  { locale: 'zh-CN', colorScheme: 'light' },
  { locale: 'zh-CN', colorScheme: 'dark' },
] as const)('axe finds nothing on the main screens, $locale, $colorScheme', async (options) => {
  // Axe must see settled colours, not a fade.
  const { page } = await launchApp({ ...options, reducedMotion: 'reduce' });
  const words = WORDS[options.locale];
  const click = (name: string) => page.getByRole('button', { name, exact: true }).first().click();
  await page.locator('h1').waitFor();
  expect(await page.locator('html').getAttribute('lang')).toBe(words.lang);
  // All at once: who mends one screen wants to know of the others.
  const found: Record<string, string[]> = {};
  const look = async (screen: string): Promise<void> => void (found[screen] = await violations(page));
  await look('empty');
  for (const dialog of [words.paste, words.web]) {
    await click(dialog);
    await page.getByRole('dialog', { name: dialog }).waitFor();
    await look(dialog);
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    // Where it was opened is where one goes on.
    expect(await page.evaluate(() => document.activeElement?.textContent?.trim())).toBe(dialog);
  }

  await addFiles(page, [MARKDOWN, CHINESE, EMPTY]);
  await ask(page, words.question);
  await look('answer');
  await click(words.why);
  // The last line comes when the model has been measured.
  await page.getByTestId('why').locator('p', { hasText: words.scale }).waitFor();
  await click(words.related);
  await page.getByTestId('related').locator('button, p').first().waitFor();
  await page.getByTestId('documents').locator('[aria-expanded]').first().click();
  await look('why, related, report');
  await openCitation(page);
  await look('source');
  await page.keyboard.press('Escape');
  await click(words.map);
  await page.locator('[data-testid="map"][data-drawn="true"]').waitFor();
  await look('map');
  // By keyboard alone: all that is in sight.
  await page.getByTestId('map-canvas').focus();
  await page.keyboard.press('a');
  await page.getByTestId('map-chosen').locator('button').first().waitFor();
  await look('chosen');
  await click(words.words);
  await page.getByTestId('words').getByRole('table').waitFor({ timeout: 60_000 });
  await look('words');
  await click(words.settings);
  await page.getByRole('dialog').waitFor();
  await look('settings');
  expect(Object.entries(found).filter(([, rules]) => rules.length > 0)).toEqual([]);
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
