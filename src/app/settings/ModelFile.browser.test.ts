import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { SatchelError } from '../../core/errors.ts';
import type { App } from '../context.ts';
import { mountApp, type MountedApp } from '../fixtures/mounted-app.ts';
import { documentRecord, libraryOf, ScriptedService, ScriptedWriter } from '../fixtures/scripted-service.ts';

const MODEL = {
  engine: 'wllama',
  id: 'file:9:my.gguf',
  label: 'my',
  sizeBytes: 100_000_000,
  isComplete: true,
};

let writer: ScriptedWriter;
let app: App;
let mounted: MountedApp;

/** The page with its settings open, and wllama chosen. */
beforeEach(async () => {
  await page.viewport(1300, 900);
  const retrieval = new ScriptedService();
  retrieval.current = libraryOf([documentRecord('policy.txt')]);
  writer = new ScriptedWriter();
  mounted = await mountApp({ retrieval, generation: writer }, (settings) =>
    settings.setGeneration({ engine: 'wllama' }),
  );
  ({ app } = mounted);
  await mounted.openSettings();
  await vi.waitFor(() => picker(), 10_000);
});
afterEach(() => mounted.close());

function picker(): HTMLInputElement {
  const found = document.querySelector('[data-testid="pick-model"]');
  if (!(found instanceof HTMLInputElement)) throw new Error('There is no picker for a model file.');
  return found;
}
function pick(name: string): void {
  const transfer = new DataTransfer();
  transfer.items.add(new File(['GGUF'], name));
  picker().files = transfer.files;
  picker().dispatchEvent(new Event('change', { bubbles: true }));
}
const button = (name: string) => page.getByRole('button', { name, exact: true });
const writerText = (): string => document.querySelector('[data-testid="writer"]')?.textContent ?? '';

describe('a model file', () => {
  it('is copied with its progress, chosen, announced and listed', async () => {
    pick('my.gguf');
    writer.adding.push({ type: 'adding', loadedBytes: 25_000_000, totalBytes: 100_000_000 });
    await vi.waitFor(() => expect(writerText()).toContain('25 MB of 100 MB'));
    expect(writerText()).toContain('Copying my.gguf');

    writer.stored = [MODEL];
    writer.adding.push({ type: 'added', model: MODEL });
    writer.adding.end();
    await vi.waitFor(() => expect(app.settings.generation.wllamaModel).toBe(MODEL.id));
    await vi.waitFor(() => expect(writerText()).not.toContain('Copying'));
    expect(document.body.textContent).toContain('my was added and chosen.');
    await vi.waitFor(() => expect(page.getByRole('radio', { name: /^my/ }).element()).toBeChecked());
  });

  it('is cancelled by the same button, which keeps the focus, and that is no error', async () => {
    button('Use a model file…').element().focus();
    pick('my.gguf');
    await vi.waitFor(() => expect(document.activeElement?.textContent?.trim()).toBe('Cancel'));
    await userEvent.keyboard('{Enter}');
    await vi.waitFor(() => expect(document.activeElement?.textContent?.trim()).toBe('Use a model file…'));
    expect(writerText()).not.toContain('Copying');
    expect(document.querySelector('[data-error]')).toBeNull();
    expect(app.settings.generation.wllamaModel).not.toBe(MODEL.id);
  });

  it('that is none is refused with what to do, and another one can be chosen', async () => {
    pick('part.gguf');
    writer.adding.end(new SatchelError('model-in-parts', { file: 'part.gguf', parts: 3 }));
    await vi.waitFor(() => expect(document.querySelector('[data-error="model-in-parts"]')).not.toBeNull());
    expect(writerText()).toContain('llama-gguf-split --merge model-00001-of-00003.gguf model.gguf');
    expect(picker().value).toBe('');
    await expect.element(button('Use a model file…')).toBeVisible();
  });
});
