import type { Page } from 'playwright';
import { expect, onTestFinished, test } from 'vitest';
import {
  CHAT_MODEL,
  OLLAMA_CHAT_MODELS,
  startOllamaChatServer,
} from '../src/core/7-answer/fixtures/chat-servers.fixture.ts';
import { addFiles, ask } from './app-actions.ts';
import { launchApp } from './harness.ts';
import type { SampleFile } from './sample-files.ts';

/** It supports what the model of this host writes, whatever it is asked. */
const CATS: SampleFile = {
  name: 'cats.md',
  mimeType: 'text/markdown',
  buffer: Buffer.from(
    '# Cats\n\nCats sleep a lot: 猫睡得多 𠮷.\n\nA kitten is fed four times a day.\n\nBees hum in the garden.\n',
  ),
};

/** By its address, in the settings; other servers are left alone. */
async function nameHost(page: Page, section: string, url: string): Promise<void> {
  const address = page.getByTestId(section).locator('input[type="url"]');
  await address.fill(url);
  await address.press('Enter');
}

test('one Ollama host embeds and writes, and nobody else is asked', async () => {
  const server = await startOllamaChatServer();
  onTestFinished(() => server.close());
  // The default address, which nobody answers at, is tried before the one that is typed.
  const expected = new RegExp(`foreign request: ${server.url}/|localhost:11434`);
  const { page, context } = await launchApp({ expected });
  const modelFiles: string[] = [];
  context.on('request', (request) => {
    if (new URL(request.url()).pathname.startsWith('/models/')) modelFiles.push(request.url());
  });

  await page.getByRole('button', { name: 'Settings' }).click();
  const embedder = page.getByTestId('embedder');
  await embedder.getByRole('radio', { name: 'Ollama' }).check();
  await embedder.locator('[data-error="ollama-unreachable"]').waitFor();
  await nameHost(page, 'embedder', server.url);
  const embeddingModel = embedder.getByLabel('Ollama model');
  await embeddingModel.waitFor();
  expect(await embeddingModel.inputValue()).toBe(OLLAMA_CHAT_MODELS.embedder);
  await embedder.getByLabel('Have Ollama fetch an embedding model').fill('no-such-model');
  await embedder.getByRole('button', { name: 'Fetch' }).click();
  await embedder.getByText('file does not exist').waitFor();

  const writer = page.getByTestId('writer');
  await writer.getByRole('radio', { name: 'Ollama' }).check();
  await nameHost(page, 'writer', server.url);
  await writer.getByLabel('Have Ollama fetch a model').fill(CHAT_MODEL);
  await writer.getByRole('button', { name: 'Fetch' }).click();
  await expect
    .poll(() => writer.getByLabel('Chat model').and(page.locator('select')).inputValue())
    .toBe(CHAT_MODEL);
  await page.getByRole('button', { name: 'Close' }).click();
  expect(await page.getByRole('button', { name: server.url }).count()).toBe(1);

  await addFiles(page, [CATS]);
  const answer = await ask(page, 'How much do cats sleep?');
  expect(await answer.innerText()).toContain('Cats sleep a lot');
  const written = page.getByTestId('written');
  await written.and(page.locator('[data-phase="done"]')).waitFor();
  await written.locator('.citation').click();
  const viewer = page.getByTestId('viewer');
  await viewer.and(page.locator('[data-placement="placed"]')).waitFor();
  expect((await viewer.getByTestId('highlight').allInnerTexts()).join('')).toContain('Cats sleep a lot');
  await page.keyboard.press('Escape');
  expect(modelFiles).toEqual([]);

  // Its vectors are its own: another embedder is a mismatch, from which there is a way back.
  await page.getByRole('button', { name: 'Settings' }).click();
  await embedder.getByRole('radio', { name: 'multilingual-e5-small' }).check();
  await embedder.getByRole('button', { name: `Keep Ollama · ${OLLAMA_CHAT_MODELS.embedder}` }).click();
  await embedder.getByTestId('mismatch').waitFor({ state: 'detached' });
  expect(await embeddingModel.inputValue()).toBe(OLLAMA_CHAT_MODELS.embedder);
  await page.getByRole('button', { name: 'Close' }).click();
  expect(await (await ask(page, 'How often is a kitten fed?')).innerText()).toContain('four times a day');
});
