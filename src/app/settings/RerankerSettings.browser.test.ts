import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { page } from 'vitest/browser';
import { SatchelError } from '../../core/errors.ts';
import type { App } from '../context.ts';
import { mountApp, type MountedApp } from '../fixtures/mounted-app.ts';
import { documentRecord, libraryOf, ScriptedService, ScriptedWriter } from '../fixtures/scripted-service.ts';

let service: ScriptedService;
let app: App;
let mounted: MountedApp;
const hosts: string[] = [];

function reranker(): HTMLElement {
  const found = document.querySelector('[data-testid="reranker"]');
  if (!(found instanceof HTMLElement)) throw new Error('The settings are not open.');
  return found;
}
const choose = (id: string): void =>
  reranker().querySelector<HTMLInputElement>(`input[value="${id}"]`)?.click();
const chosen = (): string | undefined => reranker().querySelector<HTMLInputElement>('input:checked')?.value;

beforeEach(async () => {
  await page.viewport(1300, 900);
  hosts.length = 0;
  service = new ScriptedService();
  service.current = libraryOf([documentRecord('policy.txt')]);
  mounted = await mountApp({
    retrieval: service,
    generation: new ScriptedWriter(),
    allowHosts: ({ reranker: id }) => {
      hosts.push(id);
      return Promise.resolve();
    },
  });
  ({ app } = mounted);
  await mounted.openSettings();
  await vi.waitFor(() => reranker(), { timeout: 15_000 });
});
afterEach(() => mounted.close());

describe('a reranker', () => {
  it('is off at first, tells its size, and is fetched when it is chosen, once its host is allowed', async () => {
    expect(chosen()).toBe('none');
    expect(reranker().textContent).toContain('Download 296 MB');
    choose('bge-reranker-base');
    await vi.waitFor(() => expect(service.calls).toContain('prepareReranker'));
    expect(hosts.at(-1)).toBe('bge-reranker-base');
    service.preparingReranker.push({ type: 'loading', loadedBytes: 148_000_000, totalBytes: 296_000_000 });
    await vi.waitFor(() => expect(reranker().querySelector('[role="progressbar"], progress')).not.toBeNull());
    service.preparingReranker.end();
    await vi.waitFor(() => expect(app.announcer.notice).toBe('bge-reranker-base is ready.'));
    expect(app.settings.retrieval.reranker).toBe('bge-reranker-base');
    expect(reranker().querySelector('button')).toBeNull();
  });

  it('is none again after a cancel', async () => {
    choose('bge-reranker-base');
    await page.getByRole('button', { name: 'Cancel' }).click();
    await vi.waitFor(() => expect(chosen()).toBe('none'));
    expect(app.settings.retrieval.reranker).toBe('none');
    expect(app.rerankerFetch.model).toBeUndefined();
  });

  it('says why it could not be fetched, and tries again', async () => {
    choose('bge-reranker-base');
    service.preparingReranker.end(new SatchelError('model-unreachable', { file: 'config.json' }));
    await vi.waitFor(() =>
      expect(reranker().querySelector('[data-error="model-unreachable"]')).not.toBeNull(),
    );
    expect(app.settings.retrieval.reranker).toBe('bge-reranker-base');
    service.calls.length = 0;
    await page.getByRole('button', { name: 'Try again' }).click();
    await vi.waitFor(() => expect(service.calls).toContain('prepareReranker'));
  });
});
