import type { Locator, Page } from 'playwright';
import type { SampleFile } from './sample-files.ts';

/** What a person does, in the words of the interface's test ids. */

/** Resolves when all are in or refused. At phone width that is told on the other tab. */
export async function addFiles(page: Page, files: readonly SampleFile[]): Promise<void> {
  await page
    .getByTestId('pick-files')
    .first()
    .setInputFiles([...files]);
  await page.getByTestId('outcome').waitFor({ state: 'attached', timeout: 90_000 });
}

export const documents = (page: Page): Locator => page.getByTestId('documents').locator('> li');

/** @returns the answer, once it stands. */
export async function ask(page: Page, question: string): Promise<Locator> {
  await page.locator('#question').fill(question);
  await page.locator('#question').press('Enter');
  // Also there for a screen reader alone, while the field still holds the question.
  const result = page.getByTestId('result');
  await result.locator('h2', { hasText: question }).waitFor({ state: 'attached', timeout: 60_000 });
  await result.and(page.locator('[data-phase="answered"]')).waitFor();
  return page.getByTestId('answer');
}

/** Opens the answer's first citation and waits until the viewer has placed the quote, or says that it can't. */
export async function openCitation(page: Page): Promise<Locator> {
  await page.getByTestId('answer').locator('.citation').first().click();
  const viewer = page.getByTestId('viewer');
  await viewer.and(page.locator('[data-placement="placed"], [data-placement="missing"]')).waitFor();
  return viewer;
}
