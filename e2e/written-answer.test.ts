import { readFileSync } from 'node:fs';
import type { Page } from 'playwright';
import { expect, onTestFinished, test } from 'vitest';
import { findChatModel } from '../scripts/chat-model.ts';
import { startHubServer } from '../src/core/3-embed/fixtures/hub-server.fixture.ts';
import { addFiles, ask } from './app-actions.ts';
import { startChatServer, type ChatServer } from './chat-server.ts';
import { launchApp } from './harness.ts';
import { CHINESE, MARKDOWN } from './sample-files.ts';

const chatModel = await findChatModel();
const KEY = 'sk-of-this-person';

async function serverThatWrites(tokens: readonly string[], isEndless = false): Promise<ChatServer> {
  const server = await startChatServer(tokens, isEndless);
  onTestFinished(() => server.close());
  return server;
}

/** In the settings, as a person does. */
async function chooseServer(page: Page, { url }: ChatServer): Promise<void> {
  await page.getByRole('button', { name: 'Settings' }).click();
  const writer = page.getByTestId('writer');
  await writer.getByRole('radio', { name: 'OpenAI-compatible' }).check();
  await writer.getByLabel('Key').fill(KEY);
  await writer.getByLabel('Server address').fill(`${url}/v1`);
  await writer.getByLabel('Server address').press('Enter');
  await writer.getByLabel('Chat model').and(page.locator('select')).waitFor();
  expect(await writer.getByLabel('Chat model').inputValue()).toBe('small-chat');
  await page.getByRole('button', { name: 'Close' }).click();
}

/** Requests to this server are the person's choice; any other still fails the test. */
const chosen = ({ url }: ChatServer): RegExp =>
  // The addresses before it in the form, a default or half of one, have nobody there.
  new RegExp(`foreign request: (${url}|http://localhost:8080)/|localhost:8080`);

test('an answer written by a chosen server streams in, and each sentence is checked here', async () => {
  const server = await serverThatWrites([
    'A colony needs about eighteen',
    ' kilograms of honey to live through the winter. [9] ',
    'Its favourite colour is turquoise.',
  ]);
  const { page } = await launchApp({ expected: chosen(server) });
  await addFiles(page, [MARKDOWN, CHINESE]);
  await chooseServer(page, server);
  expect(await page.getByRole('button', { name: server.url }).count()).toBe(1);

  await ask(page, 'How much honey does a colony need for the winter?');
  const written = page.getByTestId('written');
  await written.and(page.locator('[data-phase="done"]')).waitFor();
  await written.locator('.citation').waitFor();
  const unsupported = written.getByRole('img', { name: 'No passage supports this sentence' });
  await unsupported.waitFor();
  expect(await written.locator('.citation').count()).toBe(1);
  expect(await unsupported.count()).toBe(1);
  expect(await written.innerText()).not.toContain('[9]');
  // The sentences found are still there, above.
  expect(await page.getByTestId('answer').innerText()).toContain('eighteen kilograms of honey');

  await written.locator('.citation').click();
  const viewer = page.getByTestId('viewer');
  await viewer.and(page.locator('[data-placement="placed"]')).waitFor();
  expect((await viewer.getByTestId('highlight').allInnerTexts()).join('')).toContain('eighteen kilograms');

  // The server gets the key, the rules first, the question last; no document but the passages.
  const [{ authorization, messages } = { authorization: '', messages: [] }] = server.asked;
  expect(authorization).toBe(`Bearer ${KEY}`);
  expect(messages[0]?.role).toBe('system');
  expect(messages.at(-1)?.content.trimEnd()).toMatch(/for the winter\?$/);

  // Nothing in the documents: no model is asked to make something up.
  await ask(page, 'Who won the chess championship of 2031?');
  expect(await page.getByTestId('answer').getAttribute('data-type')).toBe('not-found');
  expect(server.asked).toHaveLength(1);
});

test('a text is stopped at once and stays; the server is let go', async () => {
  const server = await serverThatWrites(['A colony needs about eighteen kilograms. And th'], true);
  const { page } = await launchApp({ expected: chosen(server) });
  await addFiles(page, [MARKDOWN]);
  await chooseServer(page, server);
  await ask(page, 'How much honey does a colony need for the winter?');
  const written = page.getByTestId('written');
  await written.getByText('And th').waitFor();
  await written.getByRole('button', { name: 'Stop' }).click();
  await written.and(page.locator('[data-phase="stopped"]')).waitFor();
  await server.givenUp;
  expect(await written.innerText()).toContain('And th');
});

// Skipped, by its name, where the model can't be had.
test.skipIf(chatModel === undefined)(
  'a model inside the browser is fetched ahead from the hub that was chosen, writes, stops and is deleted',
  async () => {
    // The tiny model of the tests under the name of one of the catalogue: it answers poorly, by the same path.
    const hub = await startHubServer(() => readFileSync(chatModel ?? ''));
    onTestFinished(() => hub.close());
    const mirror = hub.url('good');
    // The hub by default is none that the person chose: nothing may be asked of it.
    const { page } = await launchApp({ expected: new RegExp(`foreign request: ${mirror}/`) });
    await addFiles(page, [MARKDOWN]);
    await page.getByRole('button', { name: 'Settings' }).click();
    const writer = page.getByTestId('writer');
    await writer.getByRole('radio', { name: 'wllama' }).check();
    await writer.getByRole('radio', { name: 'SmolLM2 360M' }).check();
    await writer.getByLabel('Model source').fill(mirror);
    await writer.getByLabel('Model source').press('Enter');
    await writer.getByRole('button', { name: 'Fetch it and get it ready' }).click();
    await writer.getByText('Ready to write.').waitFor({ timeout: 120_000 });
    await page.getByRole('button', { name: 'Close' }).click();
    expect(await page.getByRole('button', { name: 'Nothing leaves this device' }).count()).toBe(1);

    await ask(page, 'How much honey does a colony need for the winter?');
    const written = page.getByTestId('written');
    await written.and(page.locator('[data-phase="writing"]')).waitFor({ timeout: 240_000 });
    await expect.poll(() => written.locator('.text').innerText()).toMatch(/\S/);
    await written.getByRole('button', { name: 'Stop' }).click();
    await written.and(page.locator('[data-phase="stopped"]')).waitFor();
    expect(await written.locator('.text').innerText()).toMatch(/\S/);
    expect(hub.requests.map(({ file }) => file)).toEqual(['smollm2-360m-instruct-q8_0.gguf']);

    await page.getByRole('button', { name: 'Settings' }).click();
    await writer.getByText('98.4 MB on this device').waitFor();
    await writer.getByRole('button', { name: 'Delete SmolLM2 360M from this device' }).click();
    await page.getByRole('dialog').last().getByRole('button', { name: 'Delete', exact: true }).click();
    await writer.getByText('98.4 MB on this device').waitFor({ state: 'detached' });
    const kept = await page.evaluate(async () =>
      (await (await caches.open('satchel-models')).keys()).map(({ url }) => url),
    );
    expect(kept.filter((url) => url.includes('smollm2'))).toEqual([]);
  },
  300_000,
);
