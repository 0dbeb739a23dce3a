import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { SatchelError } from '../../core/errors.ts';
import type { FetchEvent } from '../../core/fetch-document.ts';
import type { FileInput } from '../../core/types.ts';
import { mountApp, type MountedApp } from '../fixtures/mounted-app.ts';
import { Script, ScriptedService, ScriptedWriter } from '../fixtures/scripted-service.ts';

let service: ScriptedService;
let mounted: MountedApp;
let fetching: Script<FetchEvent>;
/** What was asked for, and how to tell whether it was given up. */
let fetched: { address: string; signal: AbortSignal }[];
let added: FileInput[];

async function start(language: 'en' | 'zh' = 'en'): Promise<void> {
  mounted = await mountApp(
    {
      retrieval: service,
      generation: new ScriptedWriter(),
      fetchPage(address, signal) {
        fetched.push({ address, signal });
        return fetching.play(signal);
      },
    },
    (settings) => settings.setLanguage(language),
  );
}

beforeEach(async () => {
  await page.viewport(1100, 800);
  service = new ScriptedService();
  fetching = new Script();
  fetched = [];
  added = [];
  const add = service.add.bind(service);
  vi.spyOn(service, 'add').mockImplementation((files: readonly FileInput[], signal) => {
    added.push(...files);
    return add(files, signal);
  });
});
afterEach(() => mounted.close());

const button = (name: string) => page.getByRole('button', { name, exact: true });
const dialog = () => page.getByRole('dialog');
const isClosed = () => vi.waitFor(() => expect(dialog().elements()).toEqual([]));
async function open(name: string): Promise<void> {
  await button(name).click();
  await expect.element(page.getByRole('dialog', { name })).toBeVisible();
}

const WORDS = {
  en: {
    text: { open: 'Paste text', title: 'Title', text: 'Text', untitled: 'Pasted text.txt' },
    web: {
      open: 'Add from the web',
      address: 'Address of a page or file',
      invalid: 'This is not a web address.',
    },
    refused: ['example.org does not let other pages read it (CORS).', 'drop the saved file here'],
    add: 'Add',
    cancel: 'Cancel',
  },
  zh: {
    text: { open: '粘贴文本', title: '标题', text: '文本', untitled: '粘贴的文本.txt' },
    web: { open: '从网页添加', address: '网页或文件的网址', invalid: '这不是网址。' },
    refused: ['example.org 不允许其他网页读取它（CORS）。', '再把保存的文件拖到这里'],
    add: '添加',
    cancel: '取消',
  },
} as const;

describe.each(['en', 'zh'] as const)('in %s', (language) => {
  const words = WORDS[language];

  test('a text is added under its title, or its first line, and never without a word', async () => {
    await start(language);
    await open(words.text.open);
    const text = page.getByLabelText(words.text.text, { exact: true });
    await expect.element(text).toHaveFocus();
    await expect.element(button(words.add)).toBeDisabled();
    await text.fill(' \n ');
    await expect.element(button(words.add)).toBeDisabled();
    await text.fill('***');
    await button(words.add).click();
    await isClosed();
    expect(added.map(({ name }) => name)).toEqual([words.text.untitled]);

    await open(words.text.open);
    await text.fill('The hives are wrapped.');
    // As long as one likes: a name is cut where file systems would cut it.
    await page.getByLabelText(words.text.title, { exact: true }).fill('蜂'.repeat(200));
    await userEvent.keyboard('{Enter}');
    await isClosed();
    expect(added[1]?.name).toBe(`${'蜂'.repeat(80)}.txt`);
    expect(await added[1]?.file.text()).toBe('The hives are wrapped.');
  });

  test('what is no address is said to be none; what a site refuses is told with the way out', async () => {
    await start(language);
    await open(words.web.open);
    const address = page.getByLabelText(words.web.address);
    await expect.element(address).toHaveFocus();
    await address.fill('javascript:alert(1)');
    await userEvent.keyboard('{Enter}');
    await expect.element(page.getByRole('alert')).toHaveTextContent(words.web.invalid);
    await expect.element(address).toHaveAttribute('aria-invalid', 'true');
    expect(fetched).toEqual([]);

    await address.fill('example.org/bees');
    await userEvent.keyboard('{Enter}');
    await vi.waitFor(() => expect(fetched.map((one) => one.address)).toEqual(['https://example.org/bees']));
    fetching.end(new SatchelError('web-refused', { host: 'example.org' }));
    for (const part of words.refused) await expect.element(page.getByRole('alert')).toHaveTextContent(part);
    // What was typed is still there, to be corrected.
    await expect.element(address).toHaveValue('example.org/bees');
    await expect.element(address).toHaveFocus();
  });

  test('a page is fetched and added; cancelled on its way it is given up, and the focus is back', async () => {
    await start(language);
    await open(words.web.open);
    await page.getByLabelText(words.web.address).fill('example.org/bees.html');
    await button(words.add).click();
    fetching.push({ type: 'loading', loadedBytes: 500_000, totalBytes: 1_000_000 });
    await expect.element(dialog()).toHaveTextContent('500 kB');
    // Pressed twice in a row it fetches once.
    await button(words.add).click({ force: true });
    expect(fetched).toHaveLength(1);
    await button(words.cancel).click();
    await isClosed();
    expect(fetched[0]?.signal.aborted).toBe(true);
    await expect.element(button(words.web.open)).toHaveFocus();
    expect(added).toEqual([]);

    fetching = new Script();
    await open(words.web.open);
    await page.getByLabelText(words.web.address).fill('example.org/bees.html');
    await userEvent.keyboard('{Enter}');
    const file = { file: new Blob(['<p>Bees']), name: 'bees.html', path: 'https://example.org/bees.html' };
    fetching.push({ type: 'fetched', file });
    fetching.end();
    await isClosed();
    expect(added).toEqual([file]);
  });
});

test('an address that was pasted opens its dialog, which says why a file is too large', async () => {
  await start();
  const clipboardData = new DataTransfer();
  clipboardData.setData('text/plain', 'https://example.org/huge.pdf');
  window.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true }));
  const address = page.getByLabelText(WORDS.en.web.address);
  await expect.element(address).toHaveValue('https://example.org/huge.pdf');
  await userEvent.keyboard('{Enter}');
  fetching.end(new SatchelError('too-large', { name: 'huge.pdf', limitBytes: 200_000_000 }));
  await expect.element(page.getByRole('alert')).toHaveTextContent('is too large (the limit is 200 MB)');
  await userEvent.keyboard('{Escape}');
  await isClosed();
});
