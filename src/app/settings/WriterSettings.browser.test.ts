import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { page } from 'vitest/browser';
import { CHAT_MODELS, DEFAULT_CHAT_MODEL } from '../../core/7-answer/models.ts';
import { SatchelError } from '../../core/errors.ts';
import type { GenerationSettings } from '../../core/service.ts';
import type { App } from '../context.ts';
import { mountApp, type MountedApp } from '../fixtures/mounted-app.ts';
import { Script, ScriptedService, ScriptedWriter } from '../fixtures/scripted-service.ts';

let writer: ScriptedWriter;
let app: App;
let mounted: MountedApp;
const endGeneration = vi.fn();

/** The page with its settings open. This browser has no GPU and no model of its own. */
async function start(generation: Partial<GenerationSettings> = {}): Promise<void> {
  const services = { retrieval: new ScriptedService(), generation: writer, endGeneration };
  mounted = await mountApp(services, (settings) => settings.setGeneration(generation));
  ({ app } = mounted);
  await openSettings();
}

async function openSettings(): Promise<void> {
  await mounted.openSettings();
  // Loaded when first opened, and the device is probed then.
  await vi.waitFor(() => expect(find('device')).not.toBeNull(), { timeout: 15_000 });
}

const find = (id: string): Element | null => document.querySelector(`[data-testid="${id}"]`);
const radio = (value: string): HTMLInputElement | null =>
  document.querySelector(`[data-testid="writer"] input[value="${value}"]`);
const textOf = (value: string): string => radio(value)?.closest('label')?.textContent ?? '';
const chosen = (): GenerationSettings => app.settings.generation;

beforeEach(async () => {
  await page.viewport(1300, 900);
  writer = new ScriptedWriter();
  endGeneration.mockClear();
});
afterEach(() => mounted.close());

describe('who writes', () => {
  it('says what does not run here and why, hides what no browser but others has, and recommends', async () => {
    await start();
    expect(radio('web-llm')?.disabled).toBe(true);
    expect(textOf('web-llm')).toContain('no graphics card');
    expect(radio('prompt-api')).toBeNull();
    expect(radio('wllama')?.disabled).toBe(false);
    expect(textOf('wllama')).toContain('Recommended here');
    expect(find('device')?.textContent).toContain('Qwen2.5 0.5B, by wllama');

    await page.getByRole('button', { name: 'Choose it' }).click();
    expect(chosen()).toMatchObject({ engine: 'wllama', wllamaModel: DEFAULT_CHAT_MODEL });
    await vi.waitFor(() => expect(textOf(DEFAULT_CHAT_MODEL)).toContain('Recommended here'));
    expect(document.querySelector('[data-testid="device"] button')).toBeNull();
  });

  it('an engine that was chosen elsewhere stays chosen, and says why it does not run', async () => {
    await start({ engine: 'web-llm' });
    expect(radio('web-llm')).toMatchObject({ checked: true, disabled: false });
    const models = CHAT_MODELS.filter(
      ({ engine, id }) => engine === 'web-llm' && id !== chosen().webLlmModel,
    );
    await vi.waitFor(() => expect(radio(models[0]?.id ?? '')?.disabled).toBe(true));
  });

  it('a model of one’s own is named by its two addresses', async () => {
    await start({ engine: 'web-llm', webLlmModel: 'own' });
    await page.getByLabelText('Address of the weights').fill('https://models.example/me/model/');
    await page.getByLabelText('Address of the compiled library').fill('https://models.example/model.wasm');
    await page.getByLabelText('Address of the weights').click();
    expect(chosen()).toMatchObject({
      webLlmWeights: 'https://models.example/me/model',
      webLlmLibrary: 'https://models.example/model.wasm',
    });
    expect(document.querySelector('.nothing')?.textContent).toContain('https://models.example/me/model');
  });
});

describe('a model is made ready', () => {
  it('with its progress, on and on while the settings are closed, until it can write', async () => {
    await start({ engine: 'wllama' });
    await page.getByRole('button', { name: 'Fetch it and get it ready' }).click();
    writer.preparing.push({ type: 'loading', loadedBytes: 1_000_000, totalBytes: 4_000_000 });
    await vi.waitFor(() => expect(find('writer')?.textContent).toContain('1 MB of 4 MB'));
    await page.getByRole('button', { name: app.i18n.t.close }).click();
    await openSettings();
    expect(find('writer')?.textContent).toContain('1 MB of 4 MB');
    writer.preparing.push({ type: 'loading', loadedBytes: 4_000_000, totalBytes: 4_000_000 });
    await vi.waitFor(() => expect(find('writer')?.textContent).toContain('being started'));
    writer.stored = [{ engine: 'wllama', id: DEFAULT_CHAT_MODEL, sizeBytes: 4_000_000, isComplete: true }];
    writer.preparing.end();
    await vi.waitFor(() => expect(find('writer')?.textContent).toContain('Ready to write.'));
    await vi.waitFor(() => expect(textOf(DEFAULT_CHAT_MODEL)).toContain('4 MB on this device'));

    await page.getByRole('button', { name: 'Free its memory' }).click();
    expect(endGeneration).toHaveBeenCalledOnce();
    await expect.element(page.getByRole('button', { name: 'Fetch it and get it ready' })).toBeVisible();
  });

  it('a cancel ends it without an error, a failure is told and can be tried again', async () => {
    await start({ engine: 'wllama' });
    const getReady = page.getByRole('button', { name: 'Fetch it and get it ready' });
    await getReady.click();
    await page.getByTestId('writer').getByRole('button', { name: 'Cancel' }).click();
    await expect.element(getReady).toBeVisible();
    expect(find('writer')?.querySelector('[data-error]')).toBeNull();
    writer.preparing = new Script();
    await getReady.click();
    writer.preparing.end(new SatchelError('model-unreachable', { file: 'model.gguf' }));
    await vi.waitFor(() =>
      expect(find('writer')?.querySelector('[data-error="model-unreachable"]')).not.toBeNull(),
    );
    await expect.element(getReady).toBeVisible();
  });
});

describe('stored models', () => {
  it('are listed with what they take, and deleted one or all, after a yes', async () => {
    writer.stored = [
      { engine: 'wllama', id: DEFAULT_CHAT_MODEL, sizeBytes: 491_000_000, isComplete: true },
      { engine: 'wllama', id: 'file:5:mine.gguf', label: 'mine', sizeBytes: 5_000_000, isComplete: true },
      { engine: 'web-llm', id: 'Qwen3-4B-q4f16_1-MLC', sizeBytes: 1_000_000, isComplete: false },
    ];
    await start({ engine: 'wllama' });
    await vi.waitFor(() => expect(find('stored-models')?.textContent).toContain('497 MB'));
    expect(find('stored-models')?.textContent).toContain('1 MB fetched so far');
    expect(radio('file:5:mine.gguf')).not.toBeNull();

    await page.getByRole('button', { name: 'Delete mine from this device' }).click();
    await page.getByRole('button', { name: app.i18n.t.library.keep, exact: true }).click();
    expect(writer.stored).toHaveLength(3);
    await page.getByRole('button', { name: 'Delete mine from this device' }).click();
    await page.getByRole('button', { name: 'Delete', exact: true }).last().click();
    await vi.waitFor(() => expect(radio('file:5:mine.gguf')).toBeNull());
    expect(writer.stored).toHaveLength(2);

    await page.getByRole('button', { name: 'Delete all chat models' }).click();
    await page.getByRole('button', { name: 'Delete', exact: true }).last().click();
    await vi.waitFor(() => expect(find('stored-models')).toBeNull());
    expect(writer.stored).toEqual([]);
  });
});
