import type { Page } from 'playwright';
import { expect, test } from 'vitest';
import { addFiles, ask, documents, openCitation } from './app-actions.ts';
import { launchApp } from './harness.ts';
import { CHINESE, CSV, DOCX, EMPTY, HTML, MARKDOWN, PDF, TRUNCATED } from './sample-files.ts';

const GOOD = [MARKDOWN, CHINESE, CSV, HTML, DOCX, PDF];

test('files of every kind go in, and answers open their source at the sentence', async () => {
  const { page } = await launchApp();
  const progress = seesProgress(page);
  await addFiles(page, [...GOOD, EMPTY, TRUNCATED]);

  expect(await progress).toBe(true);
  expect(await documents(page).count()).toBe(GOOD.length);
  const problems = page.getByTestId('problems');
  expect(await problems.locator('[data-error="empty-file"]').innerText()).toContain('nothing.txt');
  expect(await problems.locator('[data-error="corrupt"]').innerText()).toContain('torn.pdf');
  expect(await page.locator('html').getAttribute('data-hacked')).toBe(null);

  const answer = await ask(page, 'How much honey does a colony need for the winter?');
  expect(await answer.innerText()).toContain('eighteen kilograms of honey');
  const viewer = await openCitation(page);
  expect(await viewer.getAttribute('data-placement')).toBe('placed');
  expect(await viewer.getByTestId('highlight').allInnerTexts()).toEqual([
    'A colony needs about eighteen kilograms of honey to live through the winter.',
  ]);

  const chinese = await ask(page, '泡红茶用多少度的水？');
  expect(await chinese.innerText()).toContain('九十五度');
  await openCitation(page);
  expect((await viewer.getByTestId('highlight').allInnerTexts()).join('')).toContain('九十五度');

  // Asked in one language, found in the other.
  await ask(page, '最后一班渡轮几点从码头开？');
  expect(await topPassages(page, 3)).toContain('twenty past nine');
  expect(await (await ask(page, 'How many lanterns are in the cellar?')).innerText()).toContain('37');
  expect(await (await ask(page, 'When must the tenant give notice?')).innerText()).toContain('three months');
});

test('a quote from a PDF is highlighted on its rendered page', async () => {
  const { page } = await launchApp();
  await addFiles(page, [PDF]);
  const answer = await ask(page, 'How large is the mirror of the great telescope?');
  expect(await answer.innerText()).toContain('ninety two centimetres');
  expect(await answer.innerText()).toContain('page 2');
  const viewer = await openCitation(page);
  expect(await viewer.getAttribute('data-placement')).toBe('placed');

  // The box lies over the very words of the text layer, and the page under it is drawn.
  const sheet = viewer.locator('[data-page="2"]');
  const box = await sheet.getByTestId('highlight').first().boundingBox();
  const words = await sheet.getByText('The great telescope has a mirror').first().boundingBox();
  expect(box && words && Math.abs(box.x - words.x)).toBeLessThan(3);
  expect(box && words && Math.abs(box.y + box.height / 2 - words.y - words.height / 2)).toBeLessThan(4);
  await expect
    .poll(() => sheet.locator('canvas').evaluate(darkPixels), { timeout: 20_000 })
    .toBeGreaterThan(100);
});

test('a library outlives a reload, recognises a file, and forgets what is deleted', async () => {
  const { page } = await launchApp();
  await addFiles(page, [MARKDOWN, CHINESE]);
  await page.reload();
  await documents(page).first().waitFor();
  expect(await documents(page).count()).toBe(2);
  expect(await page.getByTestId('batch').count()).toBe(0);
  expect(await (await ask(page, 'What colour marks the queen?')).innerText()).toContain('blue dot');

  await addFiles(page, [{ ...MARKDOWN, name: 'copy of bees.md' }]);
  expect(await page.getByTestId('problems').innerText()).toContain('same content as beekeeping.md');
  expect(await documents(page).count()).toBe(2);

  expect(await storageMentions(page, 'eighteen kilograms')).not.toEqual([]);
  await page.getByRole('button', { name: 'Report on beekeeping.md' }).click();
  await page.getByRole('button', { name: 'Delete beekeeping.md' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
  await expect.poll(() => documents(page).count()).toBe(1);
  expect(await storageMentions(page, 'eighteen kilograms')).toEqual([]);
  expect(await storageMentions(page, 'beekeeping')).toEqual([]);
  expect(await storageMentions(page, '正山小种')).not.toEqual([]);
});

test('the keyboard alone is enough', async () => {
  const { page } = await launchApp();
  await addFiles(page, [MARKDOWN]);
  await page.locator('body').press('/');
  await page.keyboard.type('How much honey does a colony need?');
  await page.keyboard.press('Enter');
  await page.getByTestId('answer').waitFor({ timeout: 60_000 });
  await tabTo(page, '.citation');
  await page.keyboard.press('Enter');
  await page.locator('[data-testid="viewer"][data-placement="placed"]').waitFor();
  expect(await page.evaluate(() => document.activeElement?.textContent)).toBe('beekeeping.md');
  await page.keyboard.press('Escape');
  await page.getByTestId('viewer').waitFor({ state: 'detached' });
  expect(await page.evaluate(() => document.activeElement?.className)).toContain('citation');
});

function darkPixels(element: SVGElement | HTMLElement): number {
  if (!(element instanceof HTMLCanvasElement) || element.width === 0) return 0;
  const pixels = element.getContext('2d')?.getImageData(0, 0, element.width, element.height).data ?? [];
  return pixels.filter((value, i) => i % 4 === 0 && value < 100).length;
}

const topPassages = async (page: Page, k: number): Promise<string> =>
  (await page.locator('li[data-document]').allInnerTexts()).slice(0, k).join('\n');

/** Whether a file is shown being read or embedded at some moment: it comes and goes. */
const seesProgress = (page: Page): Promise<boolean> =>
  page
    .getByTestId('ingesting')
    .locator('[data-phase="parsing"], [data-phase="embedding"]')
    .first()
    .waitFor({ timeout: 60_000 })
    .then(
      () => true,
      () => false,
    );

async function tabTo(page: Page, selector: string): Promise<void> {
  const limit = 40;
  for (let presses = 0; presses < limit; presses++) {
    if (await page.evaluate((wanted) => document.activeElement?.matches(wanted), selector)) return;
    await page.keyboard.press('Tab');
  }
  throw new Error(`Tab does not reach ${selector}`);
}

/** Where a text still lies on the disk: records of IndexedDB and files of the origin's private file system. */
function storageMentions(page: Page, needle: string): Promise<string[]> {
  return page.evaluate(async (wanted) => {
    const mentions: string[] = [];
    const asText = async (value: unknown): Promise<string> => {
      if (value instanceof Blob) return value.text();
      if (value instanceof ArrayBuffer || ArrayBuffer.isView(value)) return new TextDecoder().decode(value);
      if (value instanceof Map) return asText([...value]);
      if (typeof value === 'object' && value !== null) {
        return (
          await Promise.all(Object.entries(value).map(async ([k, v]) => `${k} ${await asText(v)}`))
        ).join(' ');
      }
      return String(value);
    };
    const done = <T>(request: IDBRequest<T>): Promise<T> =>
      new Promise((resolve, reject) => {
        request.onsuccess = () => resolve(request.result);
        request.onerror = () => reject(request.error);
      });
    for (const { name } of await indexedDB.databases()) {
      const database = await done(indexedDB.open(name ?? ''));
      for (const store of database.objectStoreNames) {
        const values = await done(database.transaction(store).objectStore(store).getAll());
        for (const value of values)
          if ((await asText(value)).includes(wanted)) mentions.push(`${name}/${store}`);
      }
      database.close();
    }
    const walk = async (folder: FileSystemDirectoryHandle, path: string): Promise<void> => {
      for await (const [name, handle] of folder.entries()) {
        if (handle instanceof FileSystemDirectoryHandle) await walk(handle, `${path}${name}/`);
        else if ((await (await (handle as FileSystemFileHandle).getFile()).text()).includes(wanted)) {
          mentions.push(`opfs:${path}${name}`);
        }
      }
    };
    await walk(await navigator.storage.getDirectory(), '/');
    return mentions;
  }, needle);
}
